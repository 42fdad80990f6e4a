import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headOf, Repeats } from '../src/read/repeats.js';
import { log, readFiles, withFolder } from './support.js';

const lines = (from: number, to: number): string =>
  log(Array.from({ length: to - from }, (_, i) => ({ at: from + i, request: `GET /${from + i} HTTP/1.1` })));

const read = (files: Readonly<Record<string, string | Uint8Array>>) =>
  withFolder(async (folder) => {
    await mkdir(folder, { recursive: true });
    const paths = Object.keys(files).map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, files[path.split('/').at(-1)!]!);
    return readFiles(paths);
  });

describe('a log that was copied', () => {
  it('and compressed counts once', async () => {
    const { stats, warnings } = await read({
      'access.log.1': lines(0, 250),
      'access.log.1.gz': gzipSync(lines(0, 250)),
    });
    expect(stats).toMatchObject({ lines: 500, rows: 250, quarantined: { repeated: 250 } });
    expect(warnings.join()).toContain('250 lines at the beginning of');
  });

  it('before it grew counts what it grew by, in either order', async () => {
    const [early, late] = [lines(0, 230), lines(0, 310)];
    expect((await read({ a: early, b: late })).stats).toMatchObject({ rows: 310, quarantined: { repeated: 230 } });
    expect((await read({ a: late, b: early })).stats).toMatchObject({ rows: 310, quarantined: { repeated: 230 } });
  });

  it('is held against the longest of its copies', async () => {
    const [early, late] = [lines(0, 230), lines(0, 310)];
    const { stats } = await read({ a: late, b: early, c: `${late}${lines(310, 320)}` });
    expect(stats).toMatchObject({ rows: 320, quarantined: { repeated: 230 + 310 } });
  });

  it('keeps the header of its columns for the lines behind', async () => {
    const header = '#Fields: date time c-ip cs-method cs-uri-stem sc-status';
    const rows = (n: number) =>
      Array.from(
        { length: n },
        (_, i) =>
          `2024-01-02 00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} 192.0.2.1 GET /${i} 200`,
      );
    const text = (n: number) => `${[header, ...rows(n)].join('\n')}\n`;
    expect((await read({ a: text(150), b: text(260) })).stats).toMatchObject({
      rows: 260,
      quarantined: { repeated: 151, comment: 1 },
    });
  });
});

it('logs that begin alike for fewer than 100 lines are two logs', async () => {
  expect((await read({ a: lines(0, 50), b: lines(0, 80) })).stats.rows).toBe(130);
  expect((await read({ a: `${lines(0, 99)}${lines(500, 600)}`, b: lines(0, 199) })).stats.rows).toBe(398);
});

it('every line of every file is passed on once, in order', () => {
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 420 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (files) => {
      const heads = files.map(headOf);
      const repeats = new Repeats(heads);
      for (const [i, file] of files.entries()) {
        const taken: string[] = [];
        const filter = repeats.filter(`${i}`, heads[i]!, (line) => taken.push(line));
        if (!filter) continue;
        for (const line of file) filter.line(line);
        filter.end();
        expect(taken).toEqual(file);
      }
    }),
    { numRuns: 100 },
  );
});
