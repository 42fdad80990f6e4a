import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { numbers, texts } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { parseAddress, resolveHttpOptions } from '../src/index.js';
import { Addresses } from '../src/read/addresses.js';
import { line, log, readBytesOf, readFiles, SEMICOMPLETE } from './support.js';

const quarantined = (stats: { readonly quarantined: object }) =>
  Object.values(stats.quarantined as Record<string, number>).reduce((a, b) => a + b, 0);

describe('a real log', () => {
  it('ends every line as a row or with a reason', async () => {
    const { rows, stats } = await readFiles([SEMICOMPLETE]);
    expect(stats).toMatchObject({ lines: 10_000, rows: 9_999, quarantined: { 'no-match': 1 } });
    expect(rows.rows).toBe(9_999);
    expect(stats.formats).toEqual([{ file: SEMICOMPLETE, format: 'combined', confidence: 1 }]);
    expect(new Set(texts(rows, 'client')).size).toBe(1_861);
    expect(new Set(texts(rows, 'ip')).size).toBe(1_753);
  });

  it('keeps what a line says', async () => {
    const { rows } = await readFiles([SEMICOMPLETE], { keepIp: true, keepRawPath: true });
    const first = (name: string) => texts(rows, name)[0];
    expect(first('ip')).toBe('83.149.9.216');
    expect(first('path')).toBe('/presentations/logstash-monitorama-2013/images/kibana-search.png');
    expect(first('referrer')).toBe('http://semicomplete.com/presentations/logstash-monitorama-2013/');
    expect([first('method'), first('protocol'), first('resource'), first('referrer_kind')]).toEqual([
      'GET',
      'HTTP/1.1',
      'asset-image',
      'self',
    ]);
    expect(numbers(rows, 'bytes')[0]).toBe(203_023);
    expect(numbers(rows, 'timestamp')[0]).toBe(Date.UTC(2015, 4, 17, 10, 5, 3) * 1000);
  });

  it('reads plain text, concatenated members and CRLF alike', async () => {
    const plain = gunzipSync(await readFile(SEMICOMPLETE));
    const half = plain.indexOf('\n', plain.length / 2) + 1;
    const members = Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))]);
    const crlf = plain.toString('latin1').replaceAll('\n', '\r\n');
    const wanted = await readBytesOf(plain);
    for (const content of [members, Buffer.from(crlf, 'latin1')]) {
      const { rows, stats } = await readBytesOf(content);
      expect(stats.rows).toBe(9_999);
      expect(rows.columns.user_agent).toEqual(wanted.rows.columns.user_agent);
      expect(rows.columns.path).toEqual(wanted.rows.columns.path);
    }
  });
});

it('reads Zstandard, frame after frame, and says when the last one is cut off', async () => {
  const whole = await readFile(new URL('fixtures/two-frames.log.zst', import.meta.url));
  const { stats, warnings } = await readBytesOf(whole);
  expect(stats.rows).toBe(500);
  expect(warnings.join()).not.toContain('cut off');
  const cut = await readBytesOf(whole.subarray(0, whole.length - 2_000));
  expect(cut.stats.rows).toBeGreaterThanOrEqual(300);
  expect(cut.stats.rows).toBeLessThan(500);
  expect(cut.warnings.join()).toContain('cut off');
});

describe('addresses', () => {
  it('leave as salted hashes that depend on the salt and nothing else', async () => {
    const ips = async (salt: string) => texts((await readBytesOf(log([{ host: '192.0.2.7' }]), { salt })).rows, 'ip');
    const [a, b, c] = [await ips('one'), await ips('one'), await ips('two')];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('count as one client by /64 and fold a mapped IPv4', async () => {
    const hosts = [
      '2001:db8:1:2::1',
      '2001:db8:1:2:ffff::9',
      '[2001:db8:1:3::1]',
      '::ffff:192.0.2.1',
      '192.0.2.1',
      'Host.example',
    ];
    const { rows } = await readBytesOf(log(hosts.map((host) => ({ host }))), { keepIp: true });
    expect(texts(rows, 'ip')).toEqual([
      '2001:db8:1:2::/64',
      '2001:db8:1:2::/64',
      '2001:db8:1:3::/64',
      '192.0.2.1',
      '192.0.2.1',
      'host.example',
    ]);
  });

  it('come from a forwarded header only behind a trusted proxy, right to left', async () => {
    const nginx = `${line({ host: '10.0.0.5' })} 0.012 0.010 "203.0.113.9, 198.51.100.4, 10.0.0.7" "example.org"\n`;
    const spoofed = await readBytesOf(nginx, { keepIp: true });
    expect(texts(spoofed.rows, 'ip')).toEqual(['10.0.0.5']);
    expect(spoofed.warnings.join()).toContain('1 forwarded header ignored');
    const trusted = await readBytesOf(nginx, { keepIp: true, trustedProxies: ['10.0.0.0/8'] });
    expect(texts(trusted.rows, 'ip')).toEqual(['198.51.100.4']);
    expect(texts(trusted.rows, 'host')).toEqual(['example.org']);
    expect(numbers(trusted.rows, 'duration_ms')[0]).toBe(12);
  });

  it('come from the end of a forwarded header, however many a client has made up before it', async () => {
    const made = Array.from({ length: 100 }, (_, i) => `198.51.100.${i}`).join(', ');
    const nginx = `${line({ host: '10.0.0.5' })} 0.012 0.010 "${made}, 203.0.113.9, 10.0.0.7"\n`;
    const { rows } = await readBytesOf(nginx, { keepIp: true, trustedProxies: ['10.0.0.0/8'] });
    expect(texts(rows, 'ip')).toEqual(['203.0.113.9']);
    const first = `${line({ host: '10.0.0.5' })} 0.012 0.010 "10.0.0.6, 10.0.0.7"\n`;
    const all = await readBytesOf(first, { keepIp: true, trustedProxies: ['10.0.0.0/8'] });
    expect(texts(all.rows, 'ip')).toEqual(['10.0.0.6']);
  });

  it.each(['10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8.0', '10.0.0.0/ 8', '10.0.0.0/8/8', 'proxy'])(
    'a proxy is trusted by an address or a range and nothing else: %j',
    (range) => {
      const options = { trustedProxies: ['192.0.2.0/24', range] };
      expect(() => resolveHttpOptions(options)).toThrow(`Got ${JSON.stringify(range)}`);
    },
  );
});

it.each([
  ['::ffff:192.0.2.1', [3_221_225_985]],
  ['1::ffff:192.0.2.1', [65_536, 0, 65_535, 3_221_225_985]],
  ['1:2:3:4:5:6:7:8', [65_538, 196_612, 327_686, 458_760]],
  ['1:2:3:4:5:6:7::', [65_538, 196_612, 327_686, 458_752]],
  ['1::2:3:4:5:6:7:8', null],
  ['1:2:3:4:5:6:7', null],
  ['256.0.0.1', null],
  ['1.2.3', null],
])('reads %s as an address, or as none', (text, words) => {
  expect(parseAddress(text)).toEqual(words);
});

it('what looks like an address and is none is a name of its own', () => {
  const addresses = new Addresses(100, (text) => text.padEnd(32, '0').slice(0, 32));
  const codes = ['1.2.4.0', '1.2.3.256', '1.2.3.255', '1.2.3', '1.2.3.4.5'].map((text) => addresses.code(text));
  expect(new Set(codes).size).toBe(5);
  expect(codes.map((code) => addresses.keyOf(code))).toEqual([
    '1.2.4.0',
    '1.2.3.256',
    '1.2.3.255',
    '1.2.3',
    '1.2.3.4.5',
  ]);
});

it('request lines: numbers of fifteen digits, protocols, traps and equal times', async () => {
  const lines = [
    { request: 'GET /item/1234567890123456 HTTP/1.1' },
    { request: 'GET /trap/x HTTP/1.0' },
    { request: 'GET /trapdoor' },
    { request: 'GET /a b' },
  ];
  const { rows, warnings } = await readBytesOf(log(lines), { trapPaths: ['/trap'] });
  expect(numbers(rows, 'item_number')[0]).toBe(234_567_890_123_456);
  expect(texts(rows, 'protocol')).toEqual(['HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', null]);
  expect(Array.from(numbers(rows, 'trap'))).toEqual([0, 1, 0, 0]);
  expect(warnings.join()).not.toContain('earlier than the one before');
});

it('the host that most lines name is the site, whatever referrers are more frequent', async () => {
  const from = (host: string) => ({ referrer: `https://${host}/` });
  const named = [from('other.example'), from('site.example'), from('other.example')].map(
    (parts) => `${line(parts)} 0.1 0.1 "-" "site.example"`,
  );
  const plain = [from('site.example'), from('other.example')].map((parts) => `${line(parts)} 0.1 0.1 "-"`);
  const { rows } = await readBytesOf([...named, ...plain].join('\n'));
  expect(texts(rows, 'referrer_kind')).toEqual(['other', 'self', 'other', 'self', 'other']);
  const few = await readBytesOf([named[1], plain[1], plain[1], plain[1], plain[0]].join('\n'));
  expect(texts(few.rows, 'referrer_kind')).toEqual(['other', 'self', 'self', 'self', 'other']);
});

it('of two equally frequent referrers the first is taken for the site', async () => {
  const from = ['https://a.example/', 'https://b.example/', 'https://b.example/', 'https://a.example/'];
  const { rows } = await readBytesOf(log(from.map((referrer) => ({ referrer }))));
  expect(texts(rows, 'referrer_kind')).toEqual(['self', 'other', 'other', 'self']);
});

it('rows and quarantined add up to the lines for any bytes', async () => {
  const lines = [
    line(),
    'nonsense',
    '',
    line({ agent: 'x'.repeat(70_000) }),
    line().replace('02/Jan/2024', '31/Feb/2024'),
    line().replace('" 200 ', '" - '),
    '\u0000\u0001\u0002',
    line({ request: '\\x16\\x03\\x01' }),
    line().replace('2024', '1991'),
    line().replace('2024', '2193'),
    line({ agent: 'a \\"quoted\\" \\x41 agent' }),
  ];
  const { rows, stats } = await readBytesOf(lines.join('\n'), { maxMalformedRatio: 1, format: 'combined' });
  expect(stats.quarantined).toEqual({
    'no-match': 1,
    comment: 1,
    'too-long': 1,
    'bad-time': 1,
    'bad-status': 1,
    'nul-bytes': 1,
    'time-out-of-range': 2,
  });
  expect(stats.rows + quarantined(stats)).toBe(lines.length);
  expect(texts(rows, 'user_agent')[2]).toBe('a "quoted" A agent');
  expect(Array.from(numbers(rows, 'bad_request'))).toEqual([0, 1, 0]);
});
