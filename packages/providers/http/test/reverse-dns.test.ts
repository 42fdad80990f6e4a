import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { confirmByName, type NameResolver, reverseName } from '../src/agents/reverse-dns.js';
import { parseAddress } from '../src/index.js';
import { featuresOf, log } from './support.js';

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const PTR = 12;
const A = 1;

/** Zone of the server below: question → answer. What is not there does not exist; `silent.` is never answered. */
const ZONE: Readonly<Record<string, string>> = {
  '1.66.249.66.in-addr.arpa': 'crawl-66-249-66-1.googlebot.com',
  'crawl-66-249-66-1.googlebot.com': '66.249.66.1',
  '7.2.0.192.in-addr.arpa': 'fake.googlebot.com',
  'fake.googlebot.com': '66.249.66.1',
  '8.2.0.192.in-addr.arpa': 'googlebot.com.evil.example',
};

let server: Socket;
let resolver: Resolver;
let questions = 0;

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** A reply of RFC 1035 to a query of one question. */
function reply(query: Buffer): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (; query[at] !== 0; at += query[at]! + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  questions++;
  if (name === '9.2.0.192.in-addr.arpa') return null;
  const found = ZONE[name];
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(found ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(found ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(12, at + 5);
  if (!found) return Buffer.concat([header, question]);
  const data = type === PTR ? nameBytes(found) : Buffer.from(found.split('.').map(Number));
  const answer = Buffer.alloc(12);
  answer.writeUInt16BE(0xc00c, 0);
  answer.writeUInt16BE(type === PTR ? PTR : A, 2);
  answer.writeUInt16BE(1, 4);
  answer.writeUInt32BE(60, 6);
  answer.writeUInt16BE(data.length, 10);
  return Buffer.concat([header, question, answer, data]);
}

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (query, from) => {
    const answer = reply(query);
    if (answer) server.send(answer, from.port, from.address);
  });
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
  resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
});
afterAll(() => new Promise<void>((done) => server.close(() => done())));

it('a name of the operator that leads back is verified; another name, or one that leads elsewhere, is refuted', async () => {
  const claims = ['66.249.66.1', '192.0.2.7', '192.0.2.8', '192.0.2.10', '192.0.2.9'].map((address) => ({
    address,
    operator: 'googlebot',
  }));
  expect(await confirmByName(claims, resolver, { timeoutMs: 400 })).toEqual([
    'verified',
    'refuted',
    'refuted',
    'refuted',
    'unknown',
  ]);
});

it('an address of IPv4 within IPv6, as dual sockets write it, is asked for as what it is; a host name is not asked for', async () => {
  const claims = ['::ffff:66.249.66.1', '[::ffff:66.249.66.1]', '::ffff:192.0.2.7', 'a.host.example'].map(
    (address) => ({
      address,
      operator: 'googlebot',
    }),
  );
  expect(await confirmByName(claims, resolver, { timeoutMs: 400 })).toEqual([
    'verified',
    'verified',
    'refuted',
    'unknown',
  ]);
});

it('one of several names that leads back will do', async () => {
  const names: NameResolver = {
    resolvePtr: async () => ['nobody.example', 'crawl-1.googlebot.com.', 'CRAWL-2.googlebot.com'],
    resolve4: async (name) => (name === 'crawl-2.googlebot.com' ? ['66.249.66.1'] : ['192.0.2.1']),
    resolve6: async () => [],
  };
  expect(await confirmByName([{ address: '66.249.66.1', operator: 'googlebot' }], names)).toEqual(['verified']);
});

it('asks for an address once, and nothing about operators without names', async () => {
  questions = 0;
  const claim = { address: '192.0.2.8', operator: 'googlebot' };
  await confirmByName([claim, claim, claim, { address: '66.249.66.1', operator: 'openai' }], resolver);
  expect(questions).toBe(1);
});

it('asks no more at once than it may, and stops when the time is up', async () => {
  let now = 0;
  let most = 0;
  const slow: NameResolver = {
    resolvePtr: async () => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 5));
      now--;
      return ['nobody.example'];
    },
    resolve4: async () => [],
    resolve6: async () => [],
  };
  const claims = Array.from({ length: 40 }, (_, i) => ({ address: `192.0.2.${i}`, operator: 'bing' }));
  expect(new Set(await confirmByName(claims, slow, { concurrency: 4 }))).toEqual(new Set(['refuted']));
  expect(most).toBe(4);
  expect(await confirmByName(claims, slow, { budgetMs: -1 })).toEqual(claims.map(() => 'unknown'));
});

it('decides over the published addresses, which are too old or too new for the log', async () => {
  const lines = ['66.249.66.1', '192.0.2.7', '192.0.2.9'].map((host, at) => ({ host, at, agent: GOOGLEBOT }));
  const of = async (options: Parameters<typeof featuresOf>[1]) => {
    const table = await featuresOf(log(lines), options);
    return lines.map(({ host }) => table.need('ip_verified_bot')[table.attributes.country.indexOf(host)]);
  };
  expect(await of({ reverseDns: resolver, crawlerRanges: [] })).toEqual([1, 0, Number.NaN]);
  expect(await of({ crawlerRanges: [] })).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

it('turns addresses into the names their names are kept under', () => {
  const reverse = (address: string) => reverseName(parseAddress(address)!);
  expect(reverse('192.0.2.9')).toBe('9.2.0.192.in-addr.arpa');
  expect(reverse('2001:db8::567:89ab')).toBe(
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  );
});
