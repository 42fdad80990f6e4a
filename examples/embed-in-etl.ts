// A step of another job: its own DuckDB connection in, an Arrow table of verdicts out, no file written by this project.
import { fileURLToPath } from 'node:url';
import { openNativeEngine } from '@deeplogbot/core/node';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromArrays } from 'apache-arrow';
import { runBotAnnotator } from 'deeplogbot';

const log = fileURLToPath(new URL('demo/downloads.parquet', import.meta.url));

// the job's own database, with settings and tables that stay as they are
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`
  CREATE VIEW downloads AS SELECT * FROM read_parquet('${log.replaceAll("'", "''")}') WHERE method <> 'fasp-aspera'`);

const engine = await openNativeEngine({ connection });
const run = await runBotAnnotator({
  engine,
  input: { table: 'downloads' },
  outputDir: 'output/embed-in-etl',
  outputStrategy: 'reports_only',
  reporters: [],
});
await engine.close(); // takes this project's temporary tables away; the connection stays open

const verdicts = tableFromArrays({
  location: [...run.features.keys],
  label: run.verdicts.rows.map((verdict) => verdict.label),
  confidence: Float64Array.from(run.verdicts.rows, (verdict) => verdict.confidence),
  downloads: run.downloads,
});
console.log(verdicts.schema.fields.map(({ name, type }) => `${name}: ${type}`).join('\n'));
console.log(`${verdicts.numRows} rows, ${run.files.length} files written`);

const left = await connection.runAndReadAll(`SELECT table_name FROM information_schema.tables`);
console.log(`the connection holds: ${left.getRows().flat().join(', ')}`);
connection.closeSync();
