import { numbers, sql, texts } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkTable } from '../src/agents/network-table.js';
import { Networks } from '../src/agents/networks.js';
import { readLines, resolveHttpOptions } from '../src/index.js';
import { parseAddress } from '../src/read/address.js';
import { featuresOf, line, log } from './support.js';

const v4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
const asnIn = (table: NetworkTable, address: string) => table.look(parseAddress(address)!)?.asn;

const SYSTEMS = [
  '"autonomous_system_number","name","network","is_residential_proxy","country"',
  '64500,"Example, Inc.",192.0.2.0/24,,"Korea, Republic of"',
  'AS64501,,192.0.2.128/25,no,DE',
  '4294967294,"say ""hello""",2001:db8::/32,1,FR',
  '16276,,2001:db8:1::/48,,',
  '0,not announced,203.0.113.7,yes,',
];

describe('a table of networks', () => {
  const table = new NetworkTable(SYSTEMS, 'asnTable');

  it('the smallest network decides, of IPv4 and IPv6', () => {
    const of = (address: string) => asnIn(table, address);
    expect(['192.0.2.1', '192.0.2.128', '192.0.3.0'].map(of)).toEqual([64500, 64501, undefined]);
    expect(['2001:db8::1', '2001:db8:1:2::3', '2001:db9::'].map(of)).toEqual([4294967294, 16276, undefined]);
    expect(['203.0.113.7', '203.0.113.8', '::ffff:192.0.2.9'].map(of)).toEqual([Number.NaN, undefined, 64500]);
  });

  it('says by its header where what is; quotes hold commas; an empty field says nothing', () => {
    expect(table.look(parseAddress('192.0.2.1')!)).toEqual({
      asn: 64500,
      country: 'Korea, Republic of',
      hosting: Number.NaN,
      residentialProxy: Number.NaN,
    });
    expect(table.look(parseAddress('203.0.113.7')!)).toMatchObject({ country: null, residentialProxy: 1 });
    expect(table.countries).toEqual(['Korea, Republic of', 'DE', 'FR']);
  });

  it('undoes quotes within quotes', () => {
    const geo = new NetworkTable(['network,country', '192.0.2.0/24, "The ""Free"" State" ,'], 'geoTable');
    expect(geo.countries).toEqual(['The "Free" State']);
  });

  it('without a header has the network first, then what the option is about', () => {
    const geo = new NetworkTable(['192.0.2.0/24,DE', '2001:db8::1/128,FR'], 'geoTable');
    expect(geo.look(parseAddress('2001:db8::1')!)).toMatchObject({ country: 'FR', asn: Number.NaN });
    expect(geo.look(parseAddress('2001:db8::2')!)).toBeUndefined();
  });

  it('agrees with a look at every bit', () => {
    const network = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (networks, word) => {
          const bitsOf = (n: number, bits: number) => n.toString(2).padStart(32, '0').slice(0, bits);
          const holding = networks.flatMap(([start, bits], i) =>
            bitsOf(start, bits) === bitsOf(word, bits) ? [{ bits, asn: i + 1 }] : [],
          );
          const longest = Math.max(-1, ...holding.map(({ bits }) => bits));
          const expected = holding.findLast(({ bits }) => bits === longest)?.asn;
          const lines = networks.map(([start, bits], i) => `${v4(start)}/${bits},${i + 1}`);
          expect(asnIn(new NetworkTable(lines, 'asnTable'), v4(word))).toBe(expected);
        },
      ),
      { seed: 7 },
    );
  });

  it.each([
    '192.0.2.0/24',
    '192.0.2.0/33,1',
    '192.0.2.0/24/8,1',
    'example,1',
    '192.0.2.0/24,AS',
    '192.0.2.0/24,4294967295',
    '2001:db8::/129,1',
    '',
  ])('refuses the line "%s"', (text) => {
    expect(() => new NetworkTable(['192.0.2.0/24,1', text], 'asnTable')).toThrowError(/asnTable .*Line 2/);
  });

  it('refuses an answer that is neither yes nor no', () => {
    const lines = ['network,is_residential_proxy', '192.0.2.0/24,perhaps'];
    expect(() => resolveHttpOptions({ asnTable: lines })).toThrowError(/Line 2 is "192.0.2.0\/24,perhaps"/);
  });
});

describe('what is known of addresses', () => {
  it('comes from both tables, the country from that of places first; equal answers are one', () => {
    const networks = new Networks({ asnTable: SYSTEMS, geoTable: ['192.0.2.0/26,KR', '198.51.100.0/24,US'] });
    const numbersOf = ['192.0.2.1', '192.0.2.2', '192.0.2.100', '198.51.100.1', '203.0.113.9'].map((address) =>
      networks.look(parseAddress(address)),
    );
    expect(numbersOf).toEqual([0, 0, 1, 2, -1]);
    expect(networks.all.map(({ asn, country }) => [asn, country])).toEqual([
      [64500, 'KR'],
      [64500, 'Korea, Republic of'],
      [Number.NaN, 'US'],
    ]);
    expect(networks.countries).toEqual(['DE', 'FR', 'KR', 'Korea, Republic of', 'US']);
  });

  it('are features of a client, NULL without a table; a system that hosts servers makes a datacenter at any time', async () => {
    const content = log(
      ['192.0.2.1', '192.0.2.200', '198.51.100.1', '2001:db8::1', '2001:db8:1::1'].map((host) => ({ host })),
    );
    const table = await featuresOf(content, { asnTable: SYSTEMS });
    const row = (name: string) => table.shown(name);
    const found = table.keys.map((_, i) => [
      table.attributes.country[i],
      ...['asn', 'country', 'is_residential_proxy', 'is_datacenter'].map((name) => row(name)[i]),
    ]);
    expect(found.sort()).toEqual([
      ['192.0.2.1', 64500, 'Korea, Republic of', Number.NaN, 0],
      ['192.0.2.200', 64501, 'DE', 0, 0],
      ['198.51.100.1', Number.NaN, null, Number.NaN, Number.NaN],
      ['2001:db8:0:0::/64', 4294967294, 'FR', 1, 0],
      ['2001:db8:1:0::/64', 16276, null, Number.NaN, 1],
    ]);
    const bare = await featuresOf(content);
    for (const name of ['asn', 'country', 'is_residential_proxy'])
      expect([...bare.need(name)].every(Number.isNaN)).toBe(true);
  });

  it('are columns of the rows where a table was given, looked up before addresses are hashed', async () => {
    const engine = await openEngine({ threads: 1 });
    try {
      const hosts = ['192.0.2.1', '203.0.113.9', '2001:db8::1'];
      const options = { ...resolveHttpOptions({ asnTable: SYSTEMS }), salt: 'x' };
      const { relation } = await readLines(
        engine,
        hosts.map((host) => line({ host })),
        options,
      );
      const found = await engine.columns(sql`SELECT ip, CAST(asn AS DOUBLE) AS asn, country FROM ${relation.name}`);
      expect([...numbers(found, 'asn')]).toEqual([64500, Number.NaN, 4294967294]);
      expect(texts(found, 'country')).toEqual(['Korea, Republic of', null, 'FR']);
      expect(texts(found, 'ip').every((ip) => /^[0-9a-f]{32}$/.test(ip!))).toBe(true);
      expect(relation.columns.slice(-2).map(({ name, sqlType }) => [name, sqlType])).toEqual([
        ['asn', 'BIGINT'],
        ['country', 'VARCHAR'],
      ]);
    } finally {
      await engine.close();
    }
  });
});
