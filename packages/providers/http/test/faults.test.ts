import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { numbers, texts } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../src/read/bytes.js';
import type { Recorder } from '../src/read/recorder.js';
import { proxyWarnings } from '../src/read/warnings.js';
import { featuresOf, line, log, readBytesOf, readFiles, SEMICOMPLETE, withFolder } from './support.js';

const some = (n: number) => log(Array.from({ length: n }, (_, i) => ({ at: i, request: `GET /${i} HTTP/1.1` })));

describe('files', () => {
  it('empty, and only comments: no rows, complete figures', async () => {
    const empty = await readBytesOf('');
    expect(empty.stats).toEqual({ lines: 0, rows: 0, quarantined: {}, formats: [] });
    const comments = await readBytesOf('#Version: 1.0\n#Fields: date time c-ip sc-status\n');
    expect(comments.stats).toMatchObject({ lines: 2, rows: 0, quarantined: { comment: 2 } });
  });

  it('binary bytes are refused before the rest is read', async () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256));
    await expect(readBytesOf(noise)).rejects.toMatchObject({ code: 'FORMAT_UNCLEAR' });
  });

  it('a gzip file that is cut off gives what can be read, and is an error when strict', async () => {
    const whole = await readFile(SEMICOMPLETE);
    const cut = whole.subarray(0, whole.length / 2);
    const { stats, warnings } = await readBytesOf(cut);
    expect(stats.rows).toBeGreaterThan(3_000);
    expect(stats.rows).toBeLessThan(9_999);
    expect(warnings.join()).toContain('is cut off');
    await expect(readBytesOf(cut, { strict: true })).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it('a bomb ends at the cap', async () => {
    const bomb = gzipSync(Buffer.alloc(70 << 20, 'x'));
    await expect(readBytesOf(bomb, { maxMalformedRatio: 1 })).rejects.toMatchObject({ code: 'EXPANSION_LIMIT' });
    await expect(readBytesOf(gzipSync(some(2_000)), { maxBytesOut: 1_000 })).rejects.toMatchObject({
      code: 'EXPANSION_LIMIT',
    });
  });

  it('a small file may unfold as far as it likes', async () => {
    const text = `${line()}\n`.repeat(20_000);
    const packed = gzipSync(text);
    expect(text.length / packed.length).toBeGreaterThan(200);
    expect((await readBytesOf(packed)).stats.rows).toBe(20_000);
  });

  it('a bomb of Zstandard ends at the cap as soon', async () => {
    // RFC 8878: a frame with a window of 128 KiB; each of its blocks says in four bytes that one byte is repeated 131,072 times.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
    const block = Buffer.from([0x02, 0x00, 0x10, 0x78]);
    const bomb = Buffer.concat([frame, ...Array.from({ length: 8_000 }, () => block)]);
    await expect(readBytesOf(bomb, { maxMalformedRatio: 1 })).rejects.toMatchObject({ code: 'EXPANSION_LIMIT' });
    await withFolder(async (folder) => {
      const path = join(folder, 'bomb.zst');
      await writeFile(path, bomb);
      const before = process.memoryUsage().arrayBuffers;
      const limits = { maxExpansion: 200, maxBytesOut: Number.POSITIVE_INFINITY };
      await readBytes(path, limits, { truncated: false }).next();
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 << 20);
    });
  });

  it('one that is gone, or that may not be read, is named', async () => {
    await expect(readFiles(['/nowhere/access.log'])).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
      message: 'Cannot read /nowhere/access.log: ENOENT.',
    });
  });

  it('a line of 80 MB without an end is set aside, and memory stays flat', async () => {
    const giant = Buffer.concat([Buffer.from(some(3)), Buffer.alloc(80 << 20, 'x'), Buffer.from(`\n${some(2)}`)]);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const { stats } = await readBytesOf(giant, { maxMalformedRatio: 1 });
    expect(stats).toMatchObject({ lines: 6, rows: 5, quarantined: { 'too-long': 1 } });
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(200 << 20);
    const alone = await readBytesOf(Buffer.alloc(70 << 20, 'x'), { maxMalformedRatio: 1 });
    expect(alone.stats).toMatchObject({ lines: 1, rows: 0, quarantined: { 'too-long': 1 } });
  });

  it('too many unreadable lines stop the run with the breakdown', async () => {
    const text = `${some(90)}${'nonsense\n'.repeat(10)}`;
    await expect(readBytesOf(text)).rejects.toMatchObject({
      code: 'TOO_MANY_MALFORMED',
      message: expect.stringContaining('10 no-match'),
    });
    expect((await readBytesOf(text, { maxMalformedRatio: 0.1 })).stats.rows).toBe(90);
    expect((await readBytesOf(some(90), { maxMalformedRatio: 0 })).stats.rows).toBe(90);
    await expect(readBytesOf(`${some(90)}nonsense\n`, { maxMalformedRatio: 0 })).rejects.toMatchObject({
      code: 'TOO_MANY_MALFORMED',
    });
    await expect(readBytesOf(text, { maxMalformedRatio: -0.1 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('what is appended while a file is read belongs to the next run', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'access.log');
      await writeFile(path, some(5));
      const reading = readFiles([path]);
      await reading;
      await appendFile(path, some(3));
      expect((await reading).stats.rows).toBe(5);
      expect((await readFiles([path])).stats.rows).toBe(8);
    });
  });

  it('byte-order marks, UTF-16 and bytes that are no UTF-8', async () => {
    expect((await readBytesOf(`\uFEFF${some(2)}`)).stats.rows).toBe(2);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(some(2), 'utf16le')]);
    expect((await readBytesOf(utf16)).stats.rows).toBe(2);
    const { rows, warnings } = await readBytesOf(
      Buffer.from(log([{ agent: 'caf\u00e9 1' }, { agent: 'x' }]), 'latin1'),
    );
    expect(texts(rows, 'user_agent')).toEqual(['caf\u00e9 1', 'x']);
    expect(warnings.join()).toContain('not in UTF-8');
    expect(texts((await readBytesOf(log([{ agent: 'caf\u00e9 1' }]))).rows, 'user_agent')).toEqual(['caf\u00e9 1']);
  });
});

describe('lines', () => {
  it('status 000, 499 and 999 are kept; a size of - is not known and a huge one is finite', async () => {
    const lines = [line({ bytes: '-' }).replace('" 200 ', '" 000 '), line({ status: 499 }), line({ status: 999 })];
    lines.push(line().replace(' 100 "', ' 99999999999999999999 "'));
    const { rows, warnings } = await readBytesOf(lines.join('\n'));
    expect(warnings).toContain('1 size larger than any file: sums of bytes take them for a pebibyte');
    expect(Array.from(numbers(rows, 'status'))).toEqual([0, 499, 999, 200]);
    expect(numbers(rows, 'bytes')[0]).toBeNaN();
    expect(numbers(rows, 'bytes')[1]).toBe(100);
  });

  it('a referrer that is empty and one that is a hyphen are both none', async () => {
    const { rows } = await readBytesOf(log([{ referrer: '' }, { referrer: '-' }]));
    expect(texts(rows, 'referrer_kind')).toEqual(['none', 'none']);
  });

  it('quotes, backslashes and \\xHH are undone once and shift no column', async () => {
    const agents = ['a \\" b', 'a \\\\" "', '\\x41\\x42', '\\\\x41', 'end\\\\'];
    const { rows } = await readBytesOf(agents.map((agent) => line({ agent })).join('\n'));
    expect(texts(rows, 'user_agent')).toEqual(['a " b', 'a \\', 'AB', '\\x41', 'end\\']);
  });

  it('terminal codes and formulas are data', async () => {
    const { rows } = await readBytesOf(log([{ agent: '=HYPERLINK(1)' }, { agent: '\u001b[31mred' }]));
    expect(texts(rows, 'user_agent')).toEqual(['=HYPERLINK(1)', '\u001b[31mred']);
  });

  it('SQL in every field stays text', async () => {
    const evil = `'); DROP TABLE deeplogbot_http_requests; --`;
    const text = log([
      { agent: evil, referrer: `https://x/${evil}`, request: `GET /${evil.replaceAll(' ', '+')} HTTP/1.1` },
    ]);
    const { rows } = await readBytesOf(text, { keepRawPath: true });
    expect(texts(rows, 'user_agent')).toEqual([evil]);
    expect(texts(rows, 'path')).toEqual([`/${evil.replaceAll(' ', '+')}`]);
  });

  it('hostile lines of 60 KB take linear time', async () => {
    const hostile = [
      line({ agent: '\\"'.repeat(30_000) }),
      line({ request: `GET ${'/a/..'.repeat(12_000)} HTTP/1.1` }),
      line({ request: `GET /?${'&a='.repeat(20_000)} HTTP/1.1` }),
      `${'"'.repeat(60_000)}`,
      `${'\\'.repeat(60_000)}`,
      line({ referrer: `http://${'a.'.repeat(30_000)}` }),
      line({ request: `GET /${'1'.repeat(30_000)}a${'f'.repeat(30_000)} HTTP/1.1` }),
    ];
    const text = Array.from({ length: 40 }, () => hostile.join('\n')).join('\n');
    const started = performance.now();
    const { stats } = await readBytesOf(text, { format: 'combined', maxMalformedRatio: 1 });
    expect(stats.lines).toBe(280);
    expect((performance.now() - started) / 280).toBeLessThan(10);
  });
});

describe('time', () => {
  it('out of order and back again: counted, sorted, no negative gap', async () => {
    const lines = [10, 30, 20, 5].map((at) => ({ at, request: `GET /${at} HTTP/1.1` }));
    expect((await readBytesOf(log(lines))).warnings.join()).toContain('2 lines earlier');
    const table = await featuresOf(log(lines));
    expect(table.need('min_interarrival')[0]).toBe(5);
    expect(table.need('avg_request_interarrival_time')[0]).toBeCloseTo(25 / 3, 12);
  });

  it('a leap second is the end of its minute, and a missing offset is UTC and counted', async () => {
    const leap = line().replace('00:00:00 +0000', '23:59:60 +0000');
    const bare = line().replace(' +0000]', ']');
    const { rows, warnings } = await readBytesOf(`${leap}\n${bare}\n`);
    expect(numbers(rows, 'timestamp')[0]).toBe((Date.UTC(2024, 0, 2, 23, 59, 59) + 999) * 1000);
    expect(warnings.join()).toContain('1 line without an offset');
  });
});

it('all traffic from one address of many requests asks for trustedProxies', async () => {
  const text = Array.from({ length: 10_050 }, (_, i) =>
    line({ at: i % 86_400, host: i % 200 === 0 ? '192.0.2.2' : '10.0.0.1' }),
  ).join('\n');
  expect((await readBytesOf(text)).warnings.join()).toContain('name it in trustedProxies');
});

describe('proxies that nobody named', () => {
  /** Warnings of a log in which so many requests come from each of some addresses, by one agent or many. */
  const warned = (requests: readonly number[], agents: number) => {
    const pairs = requests.flatMap((n, ip) => Array.from({ length: agents }, () => ({ ip, n: n / agents })));
    const clients = {
      addresses: { count: requests.length },
      count: pairs.length,
      ipOf: (pair: number) => pairs[pair]!.ip,
    };
    const clientRows = { at: (pair: number) => pairs[pair]!.n };
    const rows = requests.reduce((sum, n) => sum + n, 0);
    return proxyWarnings({ clients, clientRows } as unknown as Recorder, rows).map((text) => text.split(':')[0]);
  };
  it('are suspected from nine tenths of the requests on, or half of them by addresses with fifty agents', () => {
    expect(warned([9_000, 1_000], 1)).toEqual([]);
    expect(warned([9_300, 700], 1)).toEqual(['93 % of the requests come from one address']);
    expect(warned([5_000, 5_000], 49)).toEqual([]);
    expect(warned([5_000, 5_000], 50)).toEqual(['100 % of the requests come from 2 addresses with 50 agents or more']);
    expect(warned([9_000], 1)).toEqual([]);
  });
});

it('values beyond the cap share one and are counted', async () => {
  const text = log(Array.from({ length: 50 }, (_, i) => ({ host: `192.0.2.${i}`, agent: `agent ${i}`, at: i })));
  const { rows, warnings, stats } = await readBytesOf(text, { maxDistinct: 10, keepIp: true });
  expect(stats.rows).toBe(50);
  expect(new Set(texts(rows, 'ip')).size).toBe(11);
  expect(warnings.join()).toContain('40 values of ip beyond maxDistinct');
});

it('unknown options name the nearest known one', async () => {
  await expect(readBytesOf(log([{}]), { keepIP: true } as object)).rejects.toMatchObject({
    code: 'UNKNOWN_OPTION',
    hint: 'Did you mean "keepIp"?',
  });
});
