import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../src/read/bytes.js';
import { log, readBytesOf, withFolder } from './support.js';

const LIMITS = { maxExpansion: 200, maxBytesOut: Number.POSITIVE_INFINITY };
/** More than is read at once. */
const BYTES = 3_000_000;

/** What is read of a log if something happens to it behind the first piece. */
const readWhile = (happens: (path: string) => Promise<void>): Promise<string> =>
  withFolder(async (folder) => {
    const path = join(folder, 'access.log');
    await writeFile(path, 'a'.repeat(BYTES));
    let text = '';
    for await (const chunk of readBytes(path, LIMITS, { truncated: false })) {
      if (text === '') await happens(path);
      text += Buffer.from(chunk).toString('latin1');
    }
    return text;
  });

describe('a log that changes while it is read', () => {
  it('and grows: what it held when it was opened is read', async () => {
    expect(await readWhile((path) => appendFile(path, 'b'.repeat(BYTES)))).toBe('a'.repeat(BYTES));
  });

  it('and is rotated by name: the file that was opened is read to its end', async () => {
    const rotate = async (path: string) => {
      await rename(path, `${path}.1`);
      await writeFile(path, 'b'.repeat(BYTES));
    };
    expect(await readWhile(rotate)).toBe('a'.repeat(BYTES));
  });

  it('and is emptied in place, as copytruncate does: reading ends with what is left', async () => {
    const text = await readWhile((path) => truncate(path, 0));
    expect(text).toBe('a'.repeat(text.length));
    expect(text.length).toBeLessThan(BYTES);
  });
});

it('rows and quarantined lines add up to the lines for every kind of line at once', async () => {
  const good = log(Array.from({ length: 20 }, (_, i) => ({ at: i })));
  const lines = [
    ['comment', '# a comment'],
    ['no-match', 'Feb 12 06:25:11 host kernel: not a request'],
    ['bad-time', good.split('\n')[0]!.replace('02/Jan/2024', '32/Jan/2024')],
    ['time-out-of-range', good.split('\n')[0]!.replace('2024', '1970')],
    ['bad-status', good.split('\n')[0]!.replace('" 200 ', '" - ')],
    ['bad-ip', good.split('\n')[0]!.replace('192.0.2.1 ', '- ')],
    ['nul-bytes', 'a\u0000b'],
    ['too-long', 'x'.repeat(70_000)],
  ] as const;
  const text = `${good}${lines.map(([, line]) => line).join('\n')}\n`;
  const { stats } = await readBytesOf(text, { maxMalformedRatio: 1 });
  expect(stats).toMatchObject({
    lines: 28,
    rows: 20,
    quarantined: Object.fromEntries(lines.map(([reason]) => [reason, 1])),
  });
});

it('requests of binary bytes are rows: they say much of who sent them', async () => {
  const text = log([{ request: '\\x16\\x03\\x01\\x02\\x00' }, { request: '-' }, { request: 'PRI * HTTP/2.0' }, {}]);
  expect((await readBytesOf(text)).stats).toMatchObject({ lines: 4, rows: 4, quarantined: {} });
});
