import { compileItemPattern, resolveHttpOptions } from '@deeplogbot/provider-http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('patterns of items', () => {
  it.each([
    ['/dataset/{item}', '/dataset/PXD1', 'PXD1'],
    ['/dataset/{item}', '/dataset/PXD1/', 'PXD1'],
    ['/dataset/{item}', '/dataset/', null],
    ['/dataset/{item}', '/dataset/PXD1/files', null],
    ['/dataset/{item}', '/old/dataset/PXD1', null],
    ['/files/{item}/**', '/files/PXD1', 'PXD1'],
    ['/files/{item}/**', '/files/PXD1/a/b.raw', 'PXD1'],
    ['/files/{item:PXD*}/**', '/files/MSV1/a.raw', null],
    ['/files/{item:PXD*}/**', '/files/PXD7/a.raw', 'PXD7'],
    ['/v*/{item}.json', '/v2/x.json', 'x'],
    ['/v*/{item}.json', '/v2/.json', null],
    ['/*/data-{item}.zip', '/any/data-7.zip', '7'],
    ['/a{item}a', '/a', null],
    ['/a{item}a', '/aa', null],
    ['/x/*a*b*/{item}', '/x/1a2b3/i', 'i'],
    ['/x/*a*b*/{item}', '/x/1b2a3/i', null],
    ['/x/ab*ba/{item}', '/x/aba/i', null],
    ['/a.c/{item}', '/abc/i', null],
  ])('%s finds in %s: %s', (pattern, path, item) => {
    expect(compileItemPattern(pattern)(path)).toBe(item);
  });

  it.each(['dataset/{item}', '/dataset', '/{item}/{item}', '/**/{item}', '/{id}', '/{item', '', '/{item:a/b}'])(
    'refuse %s before anything is read',
    (pattern) => {
      expect(() => compileItemPattern(pattern)).toThrow(/is not a pattern of paths/);
      expect(() => resolveHttpOptions({ viewPatterns: [pattern] })).toThrow(/is not a pattern of paths/);
    },
  );

  it('find what was put in, whatever it is called, and never throw on a path', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 3 }), (item, rest) => {
        const path = `/files/${[item, ...rest].join('/')}`;
        expect(compileItemPattern('/files/{item}/**')(path)).toBe(item);
      }),
    );
    const match = compileItemPattern('/*a*/{item:b*}');
    fc.assert(fc.property(fc.string(), (path) => match(path) === null || path.includes('/b')));
  });
});
