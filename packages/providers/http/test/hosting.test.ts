import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hosting } from '../src/agents/hosting.js';
import { parseAddress, Ranges } from '../src/read/address.js';
import { featuresOf, log } from './support.js';

const NOTHING = { asn: Number.NaN, hosting: Number.NaN };
const IN_2026 = Date.UTC(2026, 5, 1) * 1000;
const v4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');

describe('hosting networks', () => {
  it('of the bundled list: an address of a cloud, one of none, and a log that is too old', () => {
    const hosting = new Hosting();
    expect(hosting.look(parseAddress('1.178.4.9'), IN_2026, NOTHING)).toBe(1);
    expect(hosting.look(parseAddress('192.0.2.1'), IN_2026, NOTHING)).toBe(0);
    expect(hosting.look(parseAddress('1.178.4.9'), Date.UTC(2015, 4, 1) * 1000, NOTHING)).toBe(-1);
    expect(hosting.look(parseAddress('2001:db8::1'), IN_2026, NOTHING)).toBe(-1);
    expect(hosting.look(parseAddress('host.example'), IN_2026, NOTHING)).toBe(-1);
  });

  it('of a list of one’s own are found at any time, and a line that is no range is refused', async () => {
    const own = { hostingRanges: ['192.0.2.128/25', '2001:db8::/32'] };
    const table = await featuresOf(
      log([{ host: '192.0.2.127' }, { host: '192.0.2.128' }, { host: '2001:db8::1' }]),
      own,
    );
    const found = table.keys.map((_, i) => [table.attributes.country[i], table.need('is_datacenter')[i]]);
    expect(found.sort()).toEqual([
      ['192.0.2.127', 0],
      ['192.0.2.128', 1],
      ['2001:db8:0:0::/64', 1],
    ]);
    await expect(featuresOf(log([{}]), { hostingRanges: ['192.0.2.0/33'] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('are found as by looking at each range', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (list, word) => {
        const lines = list.map(([start, bits]) => `${v4(start)}/${bits}`);
        const plain = new Ranges();
        for (const line of lines) plain.add(line);
        const found = new Hosting(lines);
        const edges = list.flatMap(([start, bits]) => {
          const size = 2 ** (32 - bits);
          const first = Math.floor(start / size) * size;
          return [first, first - 1, first + size - 1, first + size].filter((edge) => edge >= 0 && edge < 2 ** 32);
        });
        for (const each of [word, ...list.map(([start]) => start), ...edges]) {
          expect(found.look([each], 0, NOTHING)).toBe(Number(plain.has([each])));
        }
      }),
    );
  });
});

describe('a hosting network', () => {
  const at = (address: string, known: { asn?: number; hosting?: number }) =>
    new Hosting(['192.0.2.0/25']).look(parseAddress(address), IN_2026, { ...NOTHING, ...known });

  it('is one by its range, by what a table says of it, or by a system that hosts servers, in this order', () => {
    expect(at('192.0.2.1', { hosting: 0, asn: 64500 })).toBe(1);
    expect([at('192.0.2.200', { hosting: 1 }), at('192.0.2.200', { hosting: 0, asn: 16276 })]).toEqual([1, 0]);
    expect([at('192.0.2.200', { asn: 16276 }), at('2001:db8::1', { asn: 64500 })]).toEqual([1, 0]);
    expect(at('2001:db8::1', {})).toBe(-1);
  });
});
