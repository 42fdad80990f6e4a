import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsnTable } from '../src/agents/asn.js';
import { Hosting } from '../src/agents/hosting.js';
import { parseAddress, Ranges } from '../src/read/address.js';
import { featuresOf, log } from './support.js';

const IN_2026 = Date.UTC(2026, 5, 1) * 1000;
const v4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');

describe('hosting networks', () => {
  it('of the bundled list: an address of a cloud, one of none, and a log that is too old', () => {
    const hosting = new Hosting();
    expect(hosting.look(parseAddress('1.178.4.9'), IN_2026)).toBe(1);
    expect(hosting.look(parseAddress('192.0.2.1'), IN_2026)).toBe(0);
    expect(hosting.look(parseAddress('1.178.4.9'), Date.UTC(2015, 4, 1) * 1000)).toBe(-1);
    expect(hosting.look(parseAddress('2001:db8::1'), IN_2026)).toBe(-1);
    expect(hosting.look(parseAddress('host.example'), IN_2026)).toBe(-1);
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
        for (const each of [word, ...list.map(([start]) => start)]) {
          expect(found.look([each], 0)).toBe(Number(plain.has([each])));
        }
      }),
    );
  });
});

describe('a table of autonomous systems', () => {
  const table = new AsnTable([
    '"autonomous_system_number","network","name"',
    '64500,192.0.2.0/24,"Example, Inc."',
    'AS64501,192.0.2.128/25,',
    '64502,2001:db8::/32,',
    '64503,2001:db8:1::/48,',
    '64504,203.0.113.7,',
  ]);
  const of = (address: string) => table.look(parseAddress(address)!);

  it('the smallest network decides, of IPv4 and IPv6', () => {
    expect(['192.0.2.1', '192.0.2.128', '192.0.3.0'].map(of)).toEqual([64500, 64501, -1]);
    expect(['2001:db8::1', '2001:db8:1:2::3', '2001:db9::'].map(of)).toEqual([64502, 64503, -1]);
    expect(['203.0.113.7', '203.0.113.8', '::ffff:192.0.2.9'].map(of)).toEqual([64504, -1, 64500]);
  });

  it('agrees with a look at every bit', () => {
    const network = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (networks, word) => {
          const bitsOf = (n: number, bits: number) => n.toString(2).padStart(32, '0').slice(0, bits);
          const holding = networks.flatMap(([start, bits], asn) =>
            bitsOf(start, bits) === bitsOf(word, bits) ? [{ bits, asn }] : [],
          );
          const longest = Math.max(-1, ...holding.map(({ bits }) => bits));
          const expected = holding.findLast(({ bits }) => bits === longest)?.asn ?? -1;
          const lines = networks.map(([start, bits], asn) => `${v4(start)}/${bits},${asn}`);
          expect(new AsnTable(lines).look(parseAddress(v4(word))!)).toBe(expected);
        },
      ),
      { seed: 7 },
    );
  });

  it('a system that hosts servers makes a datacenter, at any time; another one none', () => {
    const systems = ['192.0.2.0/25,16276', '192.0.2.128/25,64500', '2001:db8::/32,24940'];
    const hosting = new Hosting(undefined, systems);
    const at = (address: string) => hosting.look(parseAddress(address), Date.UTC(2015, 4, 1) * 1000);
    expect(['192.0.2.1', '192.0.2.200', '198.51.100.1', '2001:db8::1'].map(at)).toEqual([1, 0, -1, 1]);
  });

  it.each(['192.0.2.0/24', '192.0.2.0/33,1', 'example,1', '192.0.2.0/24,AS', '2001:db8::/129,1', ''])(
    'refuses the line "%s"',
    (line) => {
      expect(() => new AsnTable(['192.0.2.0/24,1', line])).toThrowError(/Line 2/);
    },
  );
});
