import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.js';
import { type WatchOptions, watch } from '../src/commands/watch.js';
import type { WatchEvent } from '../src/commands/window-judge.js';

const SEMICOMPLETE = new URL('../../providers/http/test/fixtures/semicomplete-2015.log.gz', import.meta.url);
const lines = async (n: number) =>
  gunzipSync(await readFile(SEMICOMPLETE))
    .toString('latin1')
    .split('\n')
    .slice(0, n);

async function* chunks(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1');
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function events(text: string, size: number, options: WatchOptions = {}): Promise<WatchEvent[]> {
  const found: WatchEvent[] = [];
  await watch(chunks(text, size), { http: { salt: 'test', keepIp: true }, ...options }, (event) => found.push(event));
  return found;
}

const BARE = (host: string, path: string) =>
  `${host} - - [02/Jan/2024:00:00:00 +0000] "GET ${path} HTTP/1.1" 200 1 "-" "Mozilla/5.0 (X11; rv:121.0) Gecko/20100101 Firefox/121.0"`;

describe('watch', () => {
  it('says of every client once what it is, wherever chunks are cut', async () => {
    const text = (await lines(400)).join('\n');
    const once = await events(text, 1 << 20);
    expect(new Set(once.map(({ client }) => client)).size).toBe(once.length);
    expect(once.length).toBeGreaterThan(80);
    expect(new Set(once.map(({ verdict }) => verdict))).toContain('bot:declared');
    expect(await events(text, 777)).toEqual(once);
  });

  it('speaks again only when a verdict changes', async () => {
    const text = [
      BARE('192.0.2.1', '/'),
      BARE('192.0.2.2', '/'),
      BARE('192.0.2.1', '/robots.txt'),
      BARE('192.0.2.1', '/a'),
    ];
    const found = await events(`${text.join('\n')}\n`, 1, { everyLines: 1 });
    expect(found.map(({ ip, verdict, requests }) => [ip, verdict, requests])).toEqual([
      ['192.0.2.1', 'human', 1],
      ['192.0.2.2', 'human', 1],
      ['192.0.2.1', 'bot:declared', 2],
    ]);
  });

  it('forgets what is older than its window', async () => {
    const text = [BARE('192.0.2.1', '/robots.txt'), ...Array.from({ length: 3 }, (_, i) => BARE('192.0.2.1', `/${i}`))];
    const found = await events(`${text.join('\n')}\n`, 1, { everyLines: 1, window: 3 });
    expect(found.map(({ verdict }) => verdict)).toEqual(['bot:declared', 'human']);
  });

  it('ends with an error where not one line could be read, however few there were', async () => {
    await expect(events('no line\nof a log\n', 4, { everyLines: 1 })).rejects.toMatchObject({ code: 'FORMAT_UNCLEAR' });
    const aborted = new AbortController();
    aborted.abort();
    expect(await events('no line\nof a log\n', 4, { signal: aborted.signal })).toEqual([]);
    expect(await events('', 4)).toEqual([]);
    const [found] = await events(`no line\n${Array(9).fill(BARE('192.0.2.1', '/')).join('\n')}\n`, 5, {
      everyLines: 1,
    });
    expect(found).toMatchObject({ ip: '192.0.2.1' });
  });

  it('waits for no end where two hundred lines say nothing', async () => {
    let asked = 0;
    const endless = (async function* () {
      for (; ; asked++) yield Buffer.from('no line of a log\n'.repeat(50));
    })();
    await expect(watch(endless, { everyLines: 50 }, () => undefined)).rejects.toMatchObject({ code: 'FORMAT_UNCLEAR' });
    expect(asked).toBeLessThan(20);
  });

  it.each([{ window: 0 }, { window: 1.5 }, { everyLines: -1 }, { everyMs: Number.NaN }])(
    'refuses %j before it reads',
    async (options) => {
      const [name, value] = Object.entries(options)[0]!;
      await expect(events('', 4, options)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: `${name} must be an integer of at least 1. Got ${value}.`,
      });
    },
  );

  it('prints lines of JSON that no terminal obeys', async () => {
    const out: string[] = [];
    const text = `${BARE('192.0.2.1', '/')}\n`.replace('Firefox', '\u00c2\u009b31mFirefox');
    const io = { out: (line: string) => void out.push(line), err: () => undefined, terminal: false, colour: false };
    const code = await main(['watch', '-p', 'http', '--keep-ip'], { ...io, input: chunks(text, 64) });
    expect([code, out.length]).toEqual([0, 1]);
    expect(out[0]).toContain('\\u009b31m');
    expect(JSON.parse(out[0]!)).toMatchObject({ ip: '192.0.2.1', requests: 1, verdict: 'human', label: 'organic' });
  });
});
