import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli } from '../support/cli.js';
import { farms, mirrors, parquet, people } from '../support/logs.js';

describe('labels on the command line', () => {
  it('come from Parquet, and what is odd about them is in the report', async () => {
    const folder = await scratch();
    const log = await parquet(
      join(folder, 'log.parquet'),
      `${people(40)} UNION ALL ${farms(6)} UNION ALL ${mirrors(6)}`,
    );
    const places = (query: string, label: string) =>
      `SELECT DISTINCT geo_location, '${label}' AS label FROM (${query})`;
    const labels = await parquet(
      join(folder, 'labels.parquet'),
      `${places(people(4), 'organic')} UNION ALL ${places(farms(2), 'bot')} UNION ALL ${places(mirrors(2), 'hub')}
       UNION ALL SELECT 'nowhere', 'bot' UNION ALL SELECT 'nowhere', 'bot' UNION ALL SELECT 'unlabelled', NULL`,
    );
    const out = join(folder, 'out');
    const run = await cli('-i', log, '-o', out, '-m', 'deep', '--labels', labels, '--reports-only');
    expect([run.code, run.err]).toEqual([0, expect.anything()]);
    const report = await readFile(join(out, 'bot_detection_report.txt'), 'utf8');
    expect(report).toContain('1 of 9 labels are for keys that the log does not have.');
    expect(report).toMatch(/1 of 11 rows of .+labels\.parquet have no key or no label and were left out\./);
    expect(report).toMatch(/1 of 11 rows of .+labels\.parquet repeat the label of a key/);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    for (const text of [report, page]) expect(text).toContain('Labels of this log: 8 (');
    expect(page).toContain('1 of 9 labels are for keys that the log does not have.');
    const verdicts = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
    expect(JSON.stringify(verdicts)).toMatch(/"kind":"labels","name":"labels\.parquet"/);
  });
});
