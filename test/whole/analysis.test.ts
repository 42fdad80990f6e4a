import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { node, root, scratch } from './support/run.js';

type Row = Readonly<Record<string, string | null>>;

const FOLDER = join(root, 'examples/analysis');
const read = (path: string) => readFile(join(FOLDER, path), 'utf8');
const DUCKDB = pathToFileURL(createRequire(join(root, 'examples/package.json')).resolve('@duckdb/node-api')).href;
const statements = (text: string) =>
  text
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');

let folder: string;
let annotated: string;

/** Runs statements in one DuckDB and returns the rows of each. */
async function duckdb(queries: readonly string[]): Promise<Row[][]> {
  const file = join(folder, 'queries.json');
  await writeFile(file, JSON.stringify(queries));
  const program = `
    const { DuckDBInstance } = (await import(${JSON.stringify(DUCKDB)})).default;
    const { readFileSync } = await import('node:fs');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const all = [];
    for (const query of JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8')))
      all.push((await connection.runAndReadAll(query)).getRowObjectsJson());
    console.log(JSON.stringify(all));
    process.exit(0);`;
  return JSON.parse(await node(['--input-type=module', '-e', program], { cwd: folder })) as Row[][];
}

const sum = (rows: readonly Row[], name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);

describe('examples for other tools', () => {
  let counts: Row;
  beforeAll(async () => {
    folder = await scratch();
    const cli = join(root, 'packages/deeplogbot/dist/cli.js');
    const log = join(root, 'examples/demo/downloads.parquet');
    annotated = join(folder, 'annotated.parquet');
    await node([cli, '-i', log, '-o', folder, '-O', annotated, '--quiet'], { cwd: folder });
    const [first] = await duckdb([
      `SELECT count(*) FILTER (is_organic) AS people, count(*) FILTER (is_bot) AS bots, count(*) FILTER (is_hub) AS hubs,
              count(*) FILTER (NOT is_bot AND behavior_type <> 'filtered') AS clean FROM read_parquet('${annotated}')`,
    ]);
    counts = first![0]!;
    expect(Number(counts.bots)).toBeGreaterThan(0);
  });

  it('the SQL file runs, and its months add up to the log', async () => {
    const [, , months, sets, reasons] = await duckdb([
      `SET VARIABLE annotated = '${annotated}'`,
      ...statements(await read('clean-downloads.sql')),
    ]);
    for (const name of ['people', 'bots', 'hubs']) expect(sum(months!, name), name).toBe(Number(counts[name]));
    expect(sets).toHaveLength(20);
    expect(sum(reasons!, 'downloads')).toBeLessThanOrEqual(Number(counts.bots));
    expect(reasons![0]!.classification_reason).toBeTruthy();
  });

  it('the models of dbt run once their source and ref are put in', async () => {
    const sql = async (model: string) =>
      (await read(`dbt/models/${model}.sql`))
        .replace(/\{\{ source\('deeplogbot', 'annotated'\) \}\}/g, `read_parquet('${annotated}')`)
        .replace(/\{\{ ref\('(\w+)'\) \}\}/g, '$1');
    const models = ['clean_downloads', 'clean_by_month'];
    const texts = await Promise.all(models.map(sql));
    expect(texts.join()).not.toContain('{{');
    const made = texts.map((text, i) => `CREATE TABLE ${models[i]} AS ${text}`);
    const [, , months] = await duckdb([...made, 'SELECT * FROM clean_by_month']);
    expect(sum(months!, 'downloads')).toBe(Number(counts.clean));
    expect(sum(months!, 'downloads_of_people')).toBe(Number(counts.people));
  });

  it('the page of Observable Framework has data and cells that run', async () => {
    const loader = join(FOLDER, 'observable/src/data/months.csv.js');
    const csv = await node([loader], { cwd: folder, env: { ANNOTATED: annotated } });
    await writeFile(join(folder, 'months.csv'), csv);
    const page = await read('observable/src/index.md');
    const cells = [...page.matchAll(/```sql id=(\w+)\n([\s\S]*?)```/g)];
    expect(cells.map(([, id]) => id)).toEqual(['totals', 'clean']);
    const [, totals, clean] = await duckdb([
      `CREATE TABLE months AS SELECT * FROM read_csv('${join(folder, 'months.csv')}')`,
      ...cells.map(([, , sql]) => sql!),
    ]);
    expect(
      sum(
        totals!.filter(({ class: name }) => name === 'bot'),
        'downloads',
      ),
    ).toBe(Number(counts.bots));
    expect(sum(clean!, 'downloads')).toBe(Number(counts.people) + Number(counts.hubs));
  });
});
