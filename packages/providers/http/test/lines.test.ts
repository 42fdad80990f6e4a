import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../../test/support/any-character.js';
import { FORMATS } from '../src/formats/detect.js';
import { Row } from '../src/formats/row.js';
import { LineSplitter } from '../src/index.js';
import { parseAddress } from '../src/read/address.js';
import { undoEscapes } from '../src/read/dictionary.js';
import { readTarget } from '../src/read/target.js';
import { line } from './support.js';

/** Lines and the places of those that are too long, when the bytes come in pieces of a size. */
function split(bytes: Buffer, size: number, limit: number): { lines: string[]; long: number[]; offsets: number[] } {
  const found = { lines: [] as string[], long: [] as number[], offsets: [] as number[] };
  const splitter = new LineSplitter(
    limit,
    (text, offset) => {
      found.lines.push(text);
      found.offsets.push(offset);
    },
    (offset) => found.long.push(offset),
  );
  for (let i = 0; i < bytes.length; i += size) splitter.push(bytes.subarray(i, i + size));
  splitter.end();
  return found;
}

describe('cutting lines', () => {
  it('gives the same lines and offsets wherever the bytes are cut, and loses none', () => {
    const text = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', ' '), maxLength: 12 }))
      .map((parts) => `x${parts.join('\n')}`);
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (content, size) => {
        const bytes = Buffer.from(content, 'latin1');
        const whole = split(bytes, bytes.length, 8);
        expect(split(bytes, size, 8)).toEqual(whole);
        const wanted = content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
        expect(whole.lines.length + whole.long.length).toBe(wanted);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('says where a line begins', () => {
    expect(split(Buffer.from('ab\r\ncdef\n\ng'), 3, 100)).toEqual({
      lines: ['ab', 'cdef', '', 'g'],
      long: [],
      offsets: [0, 4, 9, 10],
    });
    expect(split(Buffer.from('ab\ncdefgh\ni'), 2, 4)).toEqual({ lines: ['ab', 'i'], long: [3], offsets: [0, 10] });
  });
});

describe('any text', () => {
  const parsers = FORMATS.map((format) => [format.name, format.open()] as const);
  const row = new Row();
  const damaged = fc
    .tuple(fc.nat({ max: 200 }), fc.string({ maxLength: 6, unit: anyCharacter }), fc.nat({ max: 30 }))
    .map(([at, text, gone]) => {
      const whole = line({ agent: 'a \\" b', referrer: 'https://example.org/' });
      return whole.slice(0, at) + Buffer.from(text).toString('latin1') + whole.slice(at + gone);
    });

  it.each(parsers)('%s answers every line with a row or a reason', (_, parser) => {
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: anyCharacter, maxLength: 300 })), (text) => {
        const outcome = parser.parse(text.replaceAll('\n', ' '), row);
        expect(typeof outcome).toBe('string');
        if (outcome === 'ok') expect(Number.isFinite(row.tsUs)).toBe(true);
      }),
      { seed: 42, numRuns: 400 },
    );
  });

  it('targets, escapes and addresses never throw, and paths are normal once normalised', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
        undoEscapes(text);
        parseAddress(text);
        const { path } = readTarget(`/${text}`);
        expect(readTarget(path).path).toBe(path);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('dot segments, doubled slashes and percent signs', () => {
    const path = (target: string) => readTarget(target).path;
    expect(path('/a//b/./c/../d?x=1#y')).toBe('/a/b/d');
    expect(path('/../../etc/passwd')).toBe('/etc/passwd');
    expect(path('/%7Euser/%2Fx/%41')).toBe('/~user/%2Fx/A');
    expect(readTarget('http://Example.ORG:80/a?b=2&a=1&b=3')).toMatchObject({
      host: 'example.org:80',
      path: '/a',
      queryKeys: 'a&b',
    });
  });

  it.each([
    ['/sites/team/_api/web/lists', 'api'],
    ['/odata/Products(7)', 'api'],
    ['/docs/api/intro', 'page'],
  ])('%s is asked for as %s', (target, resource) => expect(readTarget(target).resource).toBe(resource));

  it.each([
    ['192.0.2.1', 1],
    ['::1', 4],
    ['2001:db8::192.0.2.33', 4],
    ['fe80::1%eth0', 4],
    ['[2001:db8::1]', 4],
    ['::ffff:192.0.2.1', 1],
  ])('%s is an address', (text, words) => expect(parseAddress(text)).toHaveLength(words));

  it.each([
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '::1::',
    '12345::',
    'example.org',
    '',
    ':',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3.4:80',
  ])('%s is none', (text) => expect(parseAddress(text)).toBeNull());
});
