import {
  type Column,
  type Engine,
  FeatureTable,
  gather,
  InputError,
  identifier,
  isText,
  join,
  sql,
  texts,
} from '@deeplogbot/core';
import { type Input, resolveInput } from '@deeplogbot/core/node';
import { csvText } from '@deeplogbot/reports';

/** A feature table from a file, and the text columns it had, for whoever writes verdicts beside them. */
export interface LoadedFeatures {
  readonly features: FeatureTable;
  /** Every text column of the file, the key among them, in its order. */
  readonly textColumns: Readonly<Record<string, readonly (string | null)[]>>;
}

const KEY = 'geo_location';

/**
 * Reads a feature table from CSV, Parquet or NDJSON. The key is the column `geo_location`, or the first text
 * column that is not called `label`.
 * A column whose every value is a number, a boolean or empty is a feature; an empty cell is not measurable.
 */
export async function readFeatureTable(engine: Engine, input: Input): Promise<LoadedFeatures> {
  const source = await resolveInput(input);
  // What a run writes as CSV has an apostrophe before text that a spreadsheet would take for a formula.
  const isCsv = source.kind === 'files' && source.format === 'csv';
  const relation = await engine.bind(source);
  const names = relation.columns.map((column) => column.name);
  const textual = await textNames(engine, relation.name, names);
  const key = textual.includes(KEY) ? KEY : (textual.find((name) => name !== 'label') ?? textual[0]);
  if (key === undefined) {
    throw new InputError(
      'NO_KEY_COLUMN',
      `The feature table has no text column to name its rows. It has: ${names.join(', ')}.`,
      { hint: `Add a column ${KEY}.` },
    );
  }
  const columns = names.map((name) => {
    const column = identifier(name);
    return textual.includes(name) ? sql`CAST(${column} AS VARCHAR) AS ${column}` : sql`${numeric(name)} AS ${column}`;
  });
  const batch = await gather(engine.batches(sql`SELECT ${join(columns, ', ')} FROM ${relation.name}`));
  const textColumns = Object.fromEntries(textual.map((name) => [name, textsOf(texts(batch, name), isCsv)] as const));
  const keys = textColumns[key]!.map((value) => value ?? '');
  const unknown = keys.map(() => null);
  const attributes = { country: textColumns.country ?? unknown, city: textColumns.city ?? unknown };
  const numbers = names.flatMap((name) => numberEntry(name, batch.columns[name]!));
  return { features: new FeatureTable(keys, attributes, new Map(numbers), new Map()), textColumns };
}

const textsOf = (values: readonly (string | null)[], isCsv: boolean): readonly (string | null)[] =>
  isCsv ? values.map((value) => value && csvText(value)) : values;

const numberEntry = (name: string, column: Column): [string, Float64Array][] =>
  isText(column) ? [] : [[name, column]];

/** TRUE and FALSE are 1 and 0. */
const numeric = (name: string) => sql`
  CASE lower(CAST(${identifier(name)} AS VARCHAR)) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0
       ELSE TRY_CAST(${identifier(name)} AS DOUBLE) END`;

/** Columns that hold some value which is no number. */
async function textNames(
  engine: Engine,
  relation: ReturnType<typeof identifier>,
  names: readonly string[],
): Promise<string[]> {
  const odd = names.map((name) => {
    const column = identifier(name);
    const filled = sql`${column} IS NOT NULL AND CAST(${column} AS VARCHAR) <> ''`;
    return sql`CAST(count(*) FILTER (${filled} AND ${numeric(name)} IS NULL) AS DOUBLE) AS ${column}`;
  });
  const batch = await engine.columns(sql`SELECT ${join(odd, ', ')} FROM ${relation}`);
  return names.filter((name) => (batch.columns[name] as Float64Array)[0]! > 0 || name === KEY);
}
