import { fileURLToPath } from 'node:url';
import {
  bindSchema,
  type Engine,
  extractFeatures,
  type FeatureTable,
  identifier,
  numbers,
  sql,
  texts,
} from '@deeplogbot/core';
import { openNativeEngine, resolveInput } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/reference/${name}`, import.meta.url));

/** Columns of the reference's tables that are not features of a location, or that its own random draws decide. */
const NOT_FEATURES: Readonly<Record<string, string>> = {
  geo_location: 'key',
  country: 'attribute',
  city: 'attribute',
  time_series_features: 'tensor, left out of the tables',
  is_anomaly: 'forest of another generator',
  anomaly_score: 'forest of another generator',
  anomaly_dl_interaction: 'reads that forest',
  bot_composite_score: 'N42: reads that forest',
};

const VERDICTS =
  /^(behavior_type|automation_category|subcategory|classification_confidence|needs_review|is_bot.*|is_hub|is_organic|is_download_hub|is_protected_hub|prob_.*|user_category|vae_.*|deep_.*|fusion_.*)$/;

/** Columns that differ for a stated reason. The test fails when one of them in fact agrees. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  request_interval_mode: 'N16: 100 random rows per location, and ties there are arbitrary',
  round_second_ratio: 'N16: 100 random rows per location',
  millisecond_variance: 'N16: 100 random rows per location',
  interval_entropy: 'N16: 100 random rows per location',
};

/** Rows that the reference draws from a location for its timing columns. */
const SAMPLE = 100;

const TOLERANCE = 2e-5;
const agrees = (ours: number, theirs: number) =>
  Math.abs(ours - theirs) <= Math.max(TOLERANCE * Math.max(Math.abs(ours), Math.abs(theirs)), 1e-9);

interface Table {
  readonly names: readonly string[];
  column(name: string): Promise<Float64Array>;
}

async function readTable(engine: Engine, file: string): Promise<Table> {
  const relation = await engine.bind(await resolveInput(fixture(file)));
  const quoted = (name: string) =>
    sql`CASE lower(${identifier(name)}) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 ELSE TRY_CAST(${identifier(name)} AS DOUBLE) END`;
  const keys = texts(
    await engine.columns(sql`SELECT geo_location FROM ${relation.name} ORDER BY geo_location`),
    'geo_location',
  );
  return {
    names: relation.columns.map((column) => column.name),
    column: async (name) => {
      const batch = await engine.columns(sql`SELECT ${quoted(name)} AS v FROM ${relation.name} ORDER BY geo_location`);
      expect(batch.rows).toBe(keys.length);
      return numbers(batch, 'v');
    },
  };
}

describe('the reference’s own tables', () => {
  let engine: Engine;
  let features: FeatureTable;
  beforeAll(async () => {
    engine = await openNativeEngine({ threads: 2 });
    const relation = await engine.bind(await resolveInput(fixture('log.parquet')));
    const schema = bindSchema(ebiProvider.schema, relation.columns);
    const nodes = [...ebiProvider.aggregates, ...ebiProvider.extractors];
    ({ features } = await extractFeatures(engine, relation, { nodes, schema, definitions: 'reference' }));
  });
  afterAll(() => engine.close());

  it.each(['location_analysis-rules.csv', 'location_analysis-deep.csv'])(
    '%s agrees in every column but the stated ones',
    async (file) => {
      const table = await readTable(engine, file);
      const differing: string[] = [];
      const missing: string[] = [];
      let compared = 0;
      for (const name of table.names) {
        if (name in NOT_FEATURES || VERDICTS.test(name)) continue;
        const ours = features.get(name);
        if (!ours) {
          missing.push(name);
          continue;
        }
        compared++;
        const theirs = await table.column(name);
        const wrong = features.keys.flatMap((key, i) =>
          agrees(ours[i]!, theirs[i]!) ? [] : [`${key}: ${ours[i]} instead of ${theirs[i]}`],
        );
        if (name in EXCEPTIONS) expect(wrong, `${name} is listed as an exception but agrees`).not.toEqual([]);
        else if (wrong.length > 0)
          differing.push(`${name}: ${wrong.length} of ${features.rows}, for example ${wrong.slice(0, 2).join('; ')}`);
      }
      expect(compared).toBeGreaterThan(80);
      expect(missing).toEqual([]);
      expect(differing).toEqual([]);
    },
  );

  it('agrees in the sampled columns where the sample is the whole location', async () => {
    const table = await readTable(engine, 'location_analysis-rules.csv');
    const whole = Array.from(features.need('total_downloads').keys()).filter(
      (i) => features.need('total_downloads')[i]! <= SAMPLE,
    );
    expect(whole.length).toBeGreaterThan(20);
    for (const name of ['round_second_ratio', 'millisecond_variance', 'interval_entropy']) {
      const theirs = await table.column(name);
      const wrong = whole.filter((i) => !agrees(features.need(name)[i]!, theirs[i]!));
      expect(
        wrong.map((i) => `${features.keys[i]}: ${features.need(name)[i]} instead of ${theirs[i]}`),
        name,
      ).toEqual([]);
    }
  });

  it('reads a forest’s score as the reference reads its own', async () => {
    const table = await readTable(engine, 'location_analysis-deep.csv');
    const theirs = await table.column('anomaly_dl_interaction');
    const scored = features.with({ anomaly_score: await table.column('anomaly_score') });
    const [node] = ebiProvider.afterAnomaly!;
    const context = { schema: ebiProvider.schema, roles: new Set<never>(), dialect: engine.dialect };
    const ours = node!.compute(scored, { ...context, definitions: 'reference' }).anomaly_dl_interaction!;
    expect(new Set(ours).size).toBeGreaterThan(100);
    expect(features.keys.filter((_, i) => !agrees(ours[i]!, theirs[i]!))).toEqual([]);
  });
});
