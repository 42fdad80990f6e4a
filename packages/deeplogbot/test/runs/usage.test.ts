import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateReport } from '@deeplogbot/usage';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli } from '../support/cli.js';
import { duckdb, farms, parquet, people } from '../support/logs.js';

it('goes from a log to a report that a harvester can take', async () => {
  const folder = await scratch();
  const input = await parquet(join(folder, 'log.parquet'), `${people(40)} UNION ALL ${farms(1)}`);
  await cli('-i', input, '-o', join(folder, 'out'), '--quiet');
  const annotated = join(folder, 'out', 'log_annotated.parquet');
  const usage = join(folder, 'usage');
  const month = ['--from', '2024-02', '--to', '2024-02', '--created', '2024-03-05'];
  await writeFile(join(folder, 'items.csv'), 'item,title,doi\nPXD000001,One,10.1234/one\n');
  const about = ['--metadata', join(folder, 'items.csv'), '--publisher', 'A house', '--platform', 'P'];
  const { code, out, err } = await cli('usage', '-i', annotated, '-o', usage, ...month, ...about, '--json');
  expect([code, err]).toEqual([0, '']);
  const report = JSON.parse(await readFile(join(usage, 'dsr_2024-02.json'), 'utf8'));
  expect(validateReport(report)).toEqual([]);
  expect(report['report-datasets'].every((item: { publisher: string }) => item.publisher === 'A house')).toBe(true);
  expect(report['report-datasets'].map((item: object) => Reflect.get(item, 'dataset-title'))).toContain('One');

  const [log] = await duckdb(`
    SELECT count(*) FILTER (is_bot)::INT AS robots, count(*)::INT AS n FROM read_parquet('${annotated}')
    WHERE year(timestamp) = 2024 AND month(timestamp) = 2`);
  const summary = JSON.parse(out);
  const excluded = Object.entries(summary.excluded as Record<string, number>);
  const robots = excluded.reduce((sum, [reason, n]) => sum + (reason.startsWith('robot: ') ? n : 0), 0);
  expect([robots, summary.rows]).toEqual([log!.robots, log!.n]);
  expect(robots).toBeGreaterThan(0);
  const counted = summary.totals.regular.total_requests + summary.totals.machine.total_requests;
  expect(counted + excluded.reduce((sum, [, n]) => sum + n, 0)).toBe(summary.rows);

  // Counting the month again replaces it, parts of an earlier run and all.
  await writeFile(join(usage, 'dsr_2024-02.part-001.json'), '{}');
  const before = await readFile(join(usage, 'dsr_2024-02.json'), 'utf8');
  await writeFile(join(usage, 'dsr_2024-03.json'), 'another month');
  expect((await cli('usage', '-i', annotated, '-o', usage, ...month, ...about)).out).toContain('Not counted');
  expect(await readFile(join(usage, 'dsr_2024-02.json'), 'utf8')).toBe(before);
  expect((await readdir(usage)).filter((name) => name.includes('part') || name.includes('-03'))).toEqual([
    'dsr_2024-03.json',
  ]);
});

it.each([
  [['usage'], 2, '--input'],
  [['usage', '-i', 'LOG', '-o', 'OUT'], 1, 'NOT_ANNOTATED'],
  [['usage', '-i', 'LOG', '-o', 'OUT', '--from', 'June'], 2, 'YYYY-MM'],
  [['usage', '-i', 'LOG', '-o', 'OUT', '--robot-recall', '0.9'], 2, '--robot-precision'],
  [['usage', '-i', 'LOG', '-o', 'OUT', '--robot-recall', '2', '--robot-precision', '1'], 2, 'share'],
  [['usage', '-i', 'none.parquet', '-o', 'OUT'], 1, 'FILE_NOT_FOUND'],
])('%j ends with %i and says %j', async (argv, code, text) => {
  const folder = await scratch();
  const log = await parquet(join(folder, 'log.parquet'), people(1));
  const words = argv.map((word) => (word === 'LOG' ? log : word === 'OUT' ? join(folder, 'usage') : word));
  expect(await cli(...words)).toMatchObject({ code, err: expect.stringContaining(text) });
});
