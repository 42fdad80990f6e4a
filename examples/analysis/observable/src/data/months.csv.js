// Data loader of Observable Framework: prints downloads per month and class of an annotated log as CSV.
// ANNOTATED names the log; the framework runs this file with node and keeps what it prints.
import { DuckDBInstance } from '@duckdb/node-api';

const path = process.env.ANNOTATED ?? '../../../output/demo/downloads_annotated.parquet';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(
  `SELECT strftime(timestamp, '%Y-%m-01') AS month,
          CASE WHEN is_bot THEN 'bot' WHEN is_hub THEN 'hub' WHEN is_organic THEN 'organic' ELSE 'unsure' END AS class,
          CAST(count(*) AS INTEGER) AS downloads
   FROM read_parquet($path) WHERE timestamp IS NOT NULL AND behavior_type <> 'filtered'
   GROUP BY ALL ORDER BY ALL`,
  { path },
);
const lines = reader.getRowsJson().map((row) => row.join(','));
process.stdout.write(`${['month,class,downloads', ...lines].join('\n')}\n`);
