import { numbers, texts } from '../columns.js';
import type { Engine, RejectedRow } from '../engine.js';
import { InputError } from '../errors.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { drop, temporary, thenClear } from './release.js';

/** Turns ordinals of lines that are not blank (1, 2, …, rising) into line numbers of the file. */
export type LineNumbers = (file: string, ordinals: readonly number[]) => Promise<readonly number[]>;

const MAX_COLUMNS = 10_000;

/**
 * Newline-delimited JSON objects as a table: one column per field name in order of first appearance, every value as
 * text, nested ones as JSON, an absent field and `null` as NULL. Every line that is not blank is a row or set aside.
 */
export async function loadJson(
  engine: Engine,
  source: Sql,
  files: readonly string[],
  hive: boolean,
  lineNumbers: LineNumbers,
): Promise<RejectedRow[]> {
  const lines = identifier(LINES);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${lines} AS
    SELECT * RENAME (json AS "deeplogbot json", filename AS "deeplogbot file") FROM read_ndjson_objects([${files}],
      ignore_errors = TRUE, filename = TRUE, hive_partitioning = ${hive}, maximum_object_size = 16000000)`);
  return thenClear(
    async () => {
      const partitions = (await namesIn(engine, lines)).filter((name) => !name.startsWith('deeplogbot '));
      const fields = await fieldsOf(engine, lines, new Set(partitions.map((name) => name.toLowerCase())));
      const rejected = await rejectedLines(engine, lines, lineNumbers);
      if (fields.length + partitions.length === 0) throw noFields(files, rejected.length);
      const pointers = fields.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      const values = fields.map((name, i) => sql`f[${i + 1}] AS ${identifier(name)}`);
      await engine.run(sql`
        CREATE OR REPLACE TEMP TABLE ${source} AS
        SELECT ${join([...values, ...partitions.map(identifier)], ', ')} FROM (
          SELECT *, json_extract_string("deeplogbot json", CAST([${pointers}] AS VARCHAR[])) AS f
          FROM ${lines} WHERE ${PROBLEM} IS NULL)`);
      return rejected;
    },
    () => drop(engine, 'TABLE', [temporary(LINES)]),
  );
}

const LINES = 'deeplogbot_lines';

/** What is wrong with a line, NULL if nothing; the reader leaves NULL where a line is no JSON. */
const PROBLEM = sql`CASE
  WHEN "deeplogbot json" IS NULL THEN 'is not JSON'
  WHEN json_type("deeplogbot json") <> 'OBJECT' THEN 'is not a JSON object'
  WHEN list_contains(json_keys("deeplogbot json"), '') THEN 'has a field without a name'
  WHEN len(list_filter(json_keys("deeplogbot json"), lambda name: contains(name, chr(0)))) > 0
    THEN 'has a field name with a NUL character' END`;

async function namesIn(engine: Engine, table: Sql): Promise<string[]> {
  const shape = await engine.columns(sql`SELECT column_name FROM (DESCRIBE SELECT * FROM ${table})`);
  return texts(shape, 'column_name').map((name) => name!);
}

/** Names of fields by the line, then the place in it, where they come first; names of partitions win over them. */
async function fieldsOf(engine: Engine, lines: Sql, partitions: ReadonlySet<string>): Promise<string[]> {
  const batch = await engine.columns(sql`
    WITH sets AS (
      SELECT json_keys("deeplogbot json") AS names, min(rowid) AS line FROM ${lines} WHERE ${PROBLEM} IS NULL GROUP BY ALL
    ), each AS (
      SELECT line, unnest(names) AS name, unnest(range(len(names))) AS place FROM sets
    )
    SELECT name FROM each GROUP BY name ORDER BY min((line, place)) LIMIT ${MAX_COLUMNS + 1}`);
  const fields = texts(batch, 'name')
    .map((name) => name!)
    .filter((name) => !partitions.has(name.toLowerCase()));
  if (batch.rows <= MAX_COLUMNS) return fields;
  throw new InputError('TOO_MANY_COLUMNS', `The lines of the input have more than ${MAX_COLUMNS} field names.`, {
    hint: 'Give each event the same fields; put a varying name into a value.',
  });
}

async function rejectedLines(engine: Engine, lines: Sql, lineNumbers: LineNumbers): Promise<RejectedRow[]> {
  const batch = await engine.columns(sql`
    SELECT file, CAST(n AS DOUBLE) AS n, problem FROM (
      SELECT "deeplogbot file" AS file, ${PROBLEM} AS problem, rowid AS id,
             row_number() OVER (PARTITION BY "deeplogbot file" ORDER BY rowid) AS n
      FROM ${lines} WHERE "deeplogbot file" IN (SELECT "deeplogbot file" FROM ${lines} WHERE ${PROBLEM} IS NOT NULL))
    WHERE problem IS NOT NULL ORDER BY id`);
  const files = texts(batch, 'file');
  const problems = texts(batch, 'problem');
  const ordinals = [...numbers(batch, 'n')];
  const rejected: RejectedRow[] = [];
  for (const file of new Set(files)) {
    const at = files.flatMap((name, i) => (name === file ? [i] : []));
    const found = await lineNumbers(
      file!,
      at.map((i) => ordinals[i]!),
    );
    rejected.push(...at.map((i, k) => ({ file: file!, line: found[k]!, reason: problems[i]! })));
  }
  return rejected;
}

export const countedLines = (n: number): string => (n === 1 ? '1 line' : `${n} lines`);

const noFields = (files: readonly string[], rejected: number) =>
  new InputError(
    'EMPTY_INPUT',
    `The input ${files.join(', ')} has no fields${rejected > 0 ? ` (${countedLines(rejected)} could not be read)` : ''}.`,
    { hint: 'Name an input that holds download events.' },
  );
