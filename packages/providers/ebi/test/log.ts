import {
  type Definitions,
  defineSchema,
  type Engine,
  type Extracted,
  extractFeatures,
  type LogSchema,
  sql,
  textColumn,
} from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { EBI_SCHEMA, ebiProvider } from '@deeplogbot/provider-ebi';

/** One download; what is left out is the same for all rows. */
export interface Download {
  readonly at?: string;
  readonly loc?: string;
  readonly country?: string | null;
  readonly city?: string | null;
  readonly user?: string | null;
  readonly project?: string | null;
  readonly file?: string | null;
  readonly method?: string | null;
}

export interface Options {
  readonly definitions?: Definitions;
  readonly schema?: Partial<LogSchema>;
}

/** `n` equal downloads. */
export const times = (n: number, download: Download): readonly Download[] => Array.from({ length: n }, () => download);

let engine: Engine | undefined;
export const openEngine = async (): Promise<Engine> => {
  engine ??= await openNativeEngine({ threads: 2 });
  return engine;
};
export const closeEngine = async (): Promise<void> => {
  await engine?.close();
  engine = undefined;
};

const FIELDS = ['loc', 'country', 'city', 'user', 'project', 'file', 'method', 'at'] as const;
const USUAL: Required<Download> = {
  at: '2024-03-06T12:00:00',
  loc: '52.2,0.12',
  country: 'X',
  city: 'Y',
  user: 'u',
  project: 'P',
  file: 'f1',
  method: 'http',
};

/** The whole catalogue on the given downloads. */
export async function extract(rows: readonly Download[], options: Options = {}): Promise<Extracted> {
  const db = await openEngine();
  const values = (field: (typeof FIELDS)[number]) =>
    textColumn(rows.map((row) => (row[field] === undefined ? USUAL[field] : row[field])));
  const raw = await db.load('raw', {
    rows: rows.length,
    columns: Object.fromEntries(FIELDS.map((field) => [field, values(field)])),
  });
  await db.run(sql`
    CREATE OR REPLACE TEMP TABLE log AS
    SELECT loc AS geo_location, country, city AS geoip_city_name, "user", project AS accession, file AS filename, method,
           CAST("at" AS TIMESTAMP) AS "timestamp"
    FROM ${raw}`);
  const relation = await db.bind({ kind: 'relation', name: 'log' });
  return extractFeatures(db, relation, {
    nodes: [...ebiProvider.aggregates, ...ebiProvider.extractors],
    schema: defineSchema({ ...EBI_SCHEMA, ...options.schema }),
    definitions: options.definitions ?? 'clean',
  });
}

/** The features of one location, the first in text order unless it is named. */
export async function featuresOf(
  rows: readonly Download[],
  options: Options & { readonly loc?: string } = {},
): Promise<Readonly<Record<string, number>>> {
  const { features } = await extract(rows, options);
  const row = options.loc === undefined ? 0 : features.keys.indexOf(options.loc);
  return Object.fromEntries([...features.columns].map(([name, values]) => [name, values[row]!]));
}
