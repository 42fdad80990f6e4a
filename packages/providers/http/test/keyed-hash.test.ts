import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedHash } from '../src/read/keyed-hash.js';

it('is the HMAC-SHA-256 of the standard library, cut to 128 bits, of texts and keys of any length', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 100, maxLength: 600, size: 'max' }));
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 1 }), (key, texts) => {
      const hash = keyedHash(key);
      const known = (each: string) => createHmac('sha256', key).update(each, 'utf8').digest('hex').slice(0, 32);
      expect(texts.map(hash)).toEqual(texts.map(known));
    }),
  );
});
