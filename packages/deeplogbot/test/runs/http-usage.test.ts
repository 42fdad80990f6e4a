import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateReport } from '@deeplogbot/usage';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli } from '../support/cli.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const line = (ip: string, time: string, path: string, status: number, agent: string) =>
  `${ip} - - [02/Mar/2026:${time} +0000] "GET ${path} HTTP/1.1" ${status} 1000000 "-" "${agent}"`;

/**
 * Of data set PXD1: a person looks (1 investigation), retrieves twice within 30 s (1 request), and again an hour later (1); a
 * file that is not there is no usage; curl retrieves once (Machine); a robot that says so twice (in neither).
 */
const LOG = [
  line('192.0.2.1', '09:00:00', '/dataset/PXD1', 200, BROWSER),
  line('192.0.2.1', '09:00:10', '/files/PXD1/a.raw', 200, BROWSER),
  line('192.0.2.1', '09:00:30', '/files/PXD1/a.raw', 200, BROWSER),
  line('192.0.2.1', '10:05:00', '/files/PXD1/a.raw', 304, BROWSER),
  line('192.0.2.1', '10:06:00', '/files/PXD1/missing.raw', 404, BROWSER),
  line('192.0.2.1', '10:07:00', '/about', 200, BROWSER),
  line('192.0.2.2', '11:00:00', '/files/PXD1/a.raw', 200, 'curl/8.6.0'),
  line('203.0.113.7', '12:00:00', '/files/PXD1/a.raw', 200, 'ExampleBot/1.0 (+https://bot.example)'),
  line('203.0.113.7', '12:10:00', '/dataset/PXD1', 200, 'ExampleBot/1.0 (+https://bot.example)'),
];

it('counts the usage of data sets in an access log: requests, investigations, machines, and no robots', async () => {
  const folder = await scratch();
  await writeFile(join(folder, 'access.log'), `${LOG.join('\n')}\n`);
  const patterns = ['--item-pattern', '/files/{item}/**', '--view-pattern', '/dataset/{item}'];
  const run = await cli('-i', join(folder, 'access.log'), '-p', 'http', '-o', folder, '--quiet', ...patterns);
  expect([run.code, run.err]).toEqual([0, '']);
  const annotated = join(folder, 'access_annotated.parquet');
  const flags = ['-p', 'http', '-o', folder, '--created', '2026-04-01', '--json'];
  const { code, out, err } = await cli('usage', '-i', annotated, ...flags);
  expect([code, err]).toEqual([0, '']);
  const report = JSON.parse(await readFile(join(folder, 'dsr_2026-03.json'), 'utf8'));
  expect(validateReport(report)).toEqual([]);
  const [item, ...more] = report['report-datasets'];
  expect([item['dataset-title'], more]).toEqual(['PXD1', []]);
  const counts = Object.fromEntries(
    item.performance[0].instance.map((each: Record<string, unknown>) => [
      `${each['access-method']} ${each['metric-type']}`,
      each.count,
    ]),
  );
  expect(counts).toEqual({
    'regular total-dataset-investigations': 3,
    'regular unique-dataset-investigations': 2,
    'regular total-dataset-requests': 2,
    'regular unique-dataset-requests': 2,
    'machine total-dataset-investigations': 1,
    'machine unique-dataset-investigations': 1,
    'machine total-dataset-requests': 1,
    'machine unique-dataset-requests': 1,
  });
  expect(JSON.parse(out).excluded).toMatchObject({
    'no data set': 1,
    'status other than 200 and 304': 1,
    'robot: declared_bot': 2,
    'double click': 1,
  });
});

it('says what is missing where a log was annotated without patterns, and refuses what is none', async () => {
  const folder = await scratch();
  await writeFile(join(folder, 'access.log'), `${LOG.join('\n')}\n`);
  await cli('-i', join(folder, 'access.log'), '-p', 'http', '-o', folder, '--quiet');
  const usage = await cli('usage', '-i', join(folder, 'access_annotated.parquet'), '-p', 'http', '-o', folder);
  expect([usage.code, usage.err]).toEqual([1, expect.stringContaining('--item-pattern')]);
  const pattern = await cli('-i', join(folder, 'access.log'), '-p', 'http', '-o', folder, '--item-pattern', 'x');
  expect([pattern.code, pattern.err]).toEqual([2, expect.stringContaining('INVALID_ITEM_PATTERN')]);
});
