import { join } from 'node:path';
import type { Provider } from '@deeplogbot/core';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { statistics } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, farms, mirrors, parquet, people } from '../support/logs.js';

const LOG = `${people(20)} UNION ALL ${farms(2)} UNION ALL ${mirrors(2)}`;
const FILES = ['x.raw', 'x.RAW', 'x.mzML.gz', 'x.gz', 'README', 'v1.2', 'x.7z', 'b.tar.gz', 'a b.c d'];

/** Without tallies the log is read for the statistics. */
const { tallies: _, ...BY_SCAN } = ebiProvider;

async function annotated(engine: 'native' | 'wasm', provider: Provider = ebiProvider) {
  const folder = await scratch();
  const names = FILES.map((name) => `'${name}'`).join(', ');
  const query = `SELECT * REPLACE ([${names}, NULL][CAST(1 + hash(timestamp, filename) % ${FILES.length + 1} AS BIGINT)] AS filename,
      CASE WHEN hash(timestamp, accession) % 9 > 0 THEN accession END AS accession,
      CASE WHEN hash(timestamp, method) % 8 > 0 THEN method END AS method) FROM (${LOG})
    UNION ALL (SELECT * REPLACE (TIMESTAMP '1999-01-01' AS timestamp) FROM (${people(1)}) LIMIT 2)`;
  const input = await parquet(join(folder, 'log.parquet'), query);
  const run = await runBotAnnotator({
    input,
    outputDir: join(folder, 'out'),
    engine,
    provider,
    reporters: [statistics],
  });
  return { run, file: run.outputParquet! };
}

/** The same counts by a query that shares nothing with the step. */
const counted = (file: string, value: string) =>
  duckdb(`SELECT ${value} AS value, count(*)::INT AS downloads, count(DISTINCT geo_location)::INT AS locations,
            (count(*) FILTER (is_bot))::INT AS bots, (count(*) FILTER (is_organic))::INT AS organic
          FROM read_parquet('${file}') WHERE behavior_type <> 'filtered' GROUP BY 1 ORDER BY downloads DESC, value NULLS LAST`);

const VALUES = {
  year: 'CAST(year(timestamp) AS VARCHAR)',
  month: `strftime(timestamp, '%Y-%m')`,
  project: 'accession',
  protocol: 'method',
  file_type: `CASE WHEN lower(filename) LIKE '%.raw' THEN 'raw' WHEN filename = 'x.mzML.gz' THEN 'mzml' WHEN filename = 'x.gz' THEN 'gz'
    WHEN filename = 'x.7z' THEN '7z' WHEN filename = 'b.tar.gz' THEN 'tar' END`,
} as const;

describe.each([
  ['native', 'what the features counted', ebiProvider],
  ['native', 'the log', BY_SCAN],
  ['wasm', 'what the features counted', ebiProvider],
] as const)('usage of a run on %s, from %s', (engine, _from, provider) => {
  it('is what the annotated log holds', async () => {
    const { run, file } = await annotated(engine, provider);
    for (const [name, value] of Object.entries(VALUES)) {
      const { rows, distinct } = run.usage!.dimensions[name as keyof typeof VALUES];
      const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
      const found = rows.map((row) => ({
        value: row.value,
        downloads: sum(row.downloads),
        locations: sum(row.locations),
        bots: row.downloads.bot,
        organic: row.downloads.organic,
      }));
      const wanted = await counted(file, value);
      if (name === 'year' || name === 'month') wanted.sort((a, b) => (String(a.value) < String(b.value) ? -1 : 1));
      expect(found, name).toEqual(wanted);
      expect(distinct, name).toBe(wanted.filter((row) => row.value !== null).length);
    }
  });
});

it.each([ebiProvider, BY_SCAN])('counts weekdays and hours', async (provider) => {
  const { run, file } = await annotated('native', provider);
  const [row] = await duckdb(`SELECT (count(*) FILTER (is_hub))::INT AS n FROM read_parquet('${file}')
    WHERE dayofweek(timestamp) = 3 AND hour(timestamp) = 14`);
  expect(run.usage!.clock.hub[3 * 24 + 14]).toBe(row!.n);
  expect(row!.n).toBeGreaterThan(0);
});

it('reads the log where a column of its own says the year', async () => {
  const folder = await scratch();
  const query = `SELECT *, 2030 + year(timestamp) % 2 AS vintage FROM (${people(3)})`;
  const input = await parquet(join(folder, 'log.parquet'), query);
  const schema = { yearField: 'vintage' };
  const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), schema, reporters: [statistics] });
  expect(run.usage!.dimensions.year.rows.every(({ value }) => value === '2030' || value === '2031')).toBe(true);
});

it('is not computed for reporters that do not need it', async () => {
  const folder = await scratch();
  const input = await parquet(join(folder, 'log.parquet'), people(5));
  const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [] });
  expect(run.usage).toBeUndefined();
});

it('says what the log cannot tell', async () => {
  const folder = await scratch();
  const input = await parquet(
    join(folder, 'log.parquet'),
    `SELECT * EXCLUDE (method, filename, accession) FROM (${people(5)})`,
  );
  const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters: [statistics] });
  const { project, file_type, protocol, month } = run.usage!.dimensions;
  expect([project, file_type, protocol].map(({ notMeasured }) => notMeasured)).toEqual([
    'the log has no project column',
    'the log has no file column',
    'the log has no method column',
  ]);
  expect(month.notMeasured).toBeNull();
});
