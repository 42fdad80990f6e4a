import { fileURLToPath } from 'node:url';
import {
  bindSchema,
  type Definitions,
  type Engine,
  extractFeatures,
  type FeatureTable,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { openNativeEngine, resolveInput } from '@deeplogbot/core/node';
import { EBI_SCHEMA, ebiProvider } from '@deeplogbot/provider-ebi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeEngine, type Download, extract, times } from '../log.js';

const LOG = fileURLToPath(new URL('../fixtures/reference/log.parquet', import.meta.url));
const nodes = [...ebiProvider.aggregates, ...ebiProvider.extractors];

let engine: Engine;
let log: Sql;
beforeAll(async () => {
  engine = await openNativeEngine({ threads: 2 });
  log = (await engine.bind(await resolveInput(LOG))).name;
});
afterAll(() => Promise.all([engine.close(), closeEngine()]));

async function on(db: Engine, query: Sql, definitions: Definitions = 'clean'): Promise<FeatureTable> {
  await db.run(sql`CREATE OR REPLACE TEMP TABLE changed AS ${query}`);
  const relation = await db.bind({ kind: 'relation', name: 'changed' });
  const schema = bindSchema(ebiProvider.schema, relation.columns);
  return (await extractFeatures(db, relation, { nodes, schema, definitions })).features;
}

/** Names of the columns that are not equal bit by bit. */
const differing = (a: FeatureTable, b: FeatureTable): readonly string[] => {
  expect(b.keys).toEqual(a.keys);
  expect([...b.columns.keys()]).toEqual([...a.columns.keys()]);
  return [...a.columns].flatMap(([name, values]) =>
    values.every((value, i) => Object.is(value, b.need(name)[i])) ? [] : [name],
  );
};

describe('identities on the reference log', () => {
  let original: FeatureTable;
  beforeAll(async () => {
    original = await on(engine, sql`SELECT * FROM ${log}`);
  });

  it('every value lies in the range that its feature states, and none is infinite', () => {
    const outside = [...original.specs.values()].flatMap(({ name, min = -Infinity, max = Infinity }) =>
      original.need(name).some((value) => value < min || value > max || Math.abs(value) === Infinity) ? [name] : [],
    );
    expect(outside).toEqual([]);
  });

  it.each(['clean', 'reference'] as const)('the order of the rows changes no bit, %s', async (definitions) => {
    const before = definitions === 'clean' ? original : await on(engine, sql`SELECT * FROM ${log}`, definitions);
    const after = await on(
      engine,
      sql`SELECT * FROM ${log} ORDER BY hash("user", "timestamp", filename, accession)`,
      definitions,
    );
    expect(differing(before, after)).toEqual([]);
  });

  it.each([1, 4])('%i threads change no bit', async (threads) => {
    const other = await openNativeEngine({ threads });
    try {
      const relation = await other.bind(await resolveInput(LOG));
      expect(differing(original, await on(other, sql`SELECT * FROM ${relation.name}`))).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('28 years later only the calendar years and local rules differ', async () => {
    const columns = sql`* REPLACE ("timestamp" + INTERVAL 10227 DAY AS "timestamp")`;
    const later = await on(engine, sql`SELECT ${columns} FROM ${log}`);
    const moved = differing(original, later).filter((name) => !name.endsWith('_local'));
    expect([...moved].sort()).toEqual(['first_year', 'last_year']);
    expect(later.need('first_year')[0]! - original.need('first_year')[0]!).toBe(28);
  });

  it('rows outside of the window, with files of their own before and behind all others, change no bit', async () => {
    const earlier = sql`"timestamp" - INTERVAL 40 YEAR AS "timestamp"`;
    const away = (first: string) =>
      sql`SELECT * REPLACE (${first} || filename || '.7.7.7' AS filename, ${earlier}) FROM ${log}`;
    const more = sql`SELECT * FROM ${log} UNION ALL ${away('!')} UNION ALL ${away('~')}`;
    expect(differing(original, await on(engine, more))).toEqual([]);
  });

  it('every row twice doubles counts and leaves shares', async () => {
    const twice = await on(engine, sql`SELECT * FROM ${log} UNION ALL SELECT * FROM ${log}`);
    const factor = (name: string, by: number) => {
      const before = original.need(name);
      const worst = twice.need(name).reduce((most, value, i) => {
        const expected = before[i]! * by;
        return Math.max(most, Math.abs(value - expected) / Math.max(1, Math.abs(expected)) || 0);
      }, 0);
      expect(worst, name).toBeLessThan(1e-12);
      expect(twice.need(name).filter(Number.isNaN)).toEqual(before.filter(Number.isNaN));
    };
    for (const name of DOUBLED) factor(name, 2);
    for (const name of KEPT) factor(name, 1);
    expect(Math.max(...twice.need('single_download_user_ratio'))).toBe(0);
  });
});

const DOUBLED = [
  'total_downloads',
  'downloads_per_user',
  'downloads_per_year',
  'latest_year_downloads',
  'hourly_download_std',
  'country_total_dl',
  'request_velocity',
];
const KEPT = [
  'unique_users',
  'unique_projects',
  'unique_files',
  'active_hours',
  'active_days',
  'user_cv',
  'yearly_entropy',
  'year_over_year_cv',
  'fraction_latest_year',
  'working_hours_ratio',
  'hourly_entropy',
  'night_activity_ratio',
  'hourly_entropy_local',
  'http_ratio',
  'protocol_legitimacy_score',
  'user_entropy',
  'user_gini_coefficient',
  'power_user_ratio',
  'project_hhi',
  'top3_project_concentration',
  'project_demand',
  'visit_pause',
  'visit_pause_sd',
  'file_entropy',
  'user_homogeneity_score',
  'user_authenticity_score',
  'global_rank_percentile',
  'geographic_stability',
  'activity_density',
  'country_zscore',
];

describe('a log that lacks something', () => {
  const full: readonly Download[] = Array.from({ length: 12 }, (_, i) => ({
    at: `2024-03-0${1 + (i % 6)}T1${i % 5}:00:00`,
    loc: i % 3 === 0 ? '52.2,0.12' : '48.85,2.35',
    user: `u${i % 4}`,
    file: `f${i % 5}`,
  }));

  /** Fields that a log may lack, what cannot be measured then, and what still can. */
  const LACKING = [
    [
      'userField',
      'user',
      [
        'unique_users',
        'downloads_per_user',
        'user_entropy',
        'user_visit_pace',
        'peer_similarity',
        'country_low_dl_user_locations',
      ],
    ],
    ['fileField', 'file', ['unique_files', 'file_entropy', 'targets_latest_only', 'file_mirroring_score']],
    [
      'projectField',
      'project',
      [
        'unique_projects',
        'projects_per_user',
        'project_hhi',
        'projects_per_download',
        'top_project_lead',
        'project_demand',
      ],
    ],
    ['methodField', 'method', ['http_ratio', 'protocol_diversity', 'protocol_legitimacy_score']],
  ] as const;

  it('counts the days on which users come without file names, too', async () => {
    const { features } = await extract(full, { schema: { fileField: null } });
    expect([...features.need('avg_active_days_per_user')].sort()).toEqual([1, 2]);
  });

  it.each(LACKING)(
    'without %s nothing that needs it is measured, and the rest is as before',
    async (field, role, gone) => {
      const all = (await extract(full)).features;
      const { features, unmeasurable } = await extract(full, { schema: { [field]: null } });
      expect([...unmeasurable.values()].flat()).toContain(role);
      for (const name of gone) expect([...features.need(name)], name).toEqual([Number.NaN, Number.NaN]);
      for (const [name, values] of features.columns) {
        if (values.some(Number.isNaN)) continue;
        expect(values, name).toEqual(all.need(name));
      }
      for (const name of ['total_downloads', 'hourly_entropy', 'spike_ratio', 'working_hours_ratio_local']) {
        expect(features.need(name).some(Number.isNaN), name).toBe(false);
      }
    },
  );

  it('without country: one group less, all else as before', async () => {
    const { features } = await extract(full, { schema: { countryField: null, cityField: null } });
    expect([...features.need('locations_per_country')]).toEqual([Number.NaN, Number.NaN]);
    expect([...features.need('country_zscore')]).toEqual([Number.NaN, Number.NaN]);
    expect([...features.need('total_downloads')]).toEqual([8, 4]);
  });

  it('counts rows without a user as downloads, and a location of only such rows as one without users', async () => {
    const nobody = { loc: 'a', user: null };
    const { features } = await extract([
      ...times(4, nobody),
      ...times(2, { loc: 'b' }),
      ...times(3, { loc: 'b', user: null }),
    ]);
    const at = (name: string) => [...features.need(name)];
    expect(at('total_downloads')).toEqual([4, 5]);
    expect(at('unique_users')).toEqual([0, 1]);
    expect(at('downloads_per_user')).toEqual([4, 5]);
    expect(at('avg_users_per_hour')).toEqual([0, 1]);
    expect(at('user_entropy')).toEqual([Number.NaN, 0]);
    expect(at('avg_users_per_file')).toEqual([0, 1]);
  });

  it('takes empty text for a user of that name, not for none', async () => {
    const { features } = await extract([{ user: '' }, { user: 'u' }]);
    expect(features.need('unique_users')[0]).toBe(2);
  });

  it('measures a single row: no deviation is known, nothing is infinite', async () => {
    const { features } = await extract([{}]);
    const infinite = [...features.columns].flatMap(([name, [value]]) => (Math.abs(value!) === Infinity ? [name] : []));
    expect(infinite).toEqual([]);
    expect(features.need('user_cv')[0]).toBeNaN();
    expect(features.need('country_zscore')[0]).toBeNaN();
    expect(features.need('global_rank_percentile')[0]).toBe(1);
    expect(features.need('spike_ratio')[0]).toBe(0.001);
  });

  it('keeps hostile names apart and whole', async () => {
    const hostile = ['"; DROP TABLE log; --', "x' OR 1=1", '=cmd()', '<script>', 'a\nb', '\u0000', 'ä', 'a\u0308'];
    const rows = hostile.map((text) => ({
      loc: text,
      user: text,
      file: text,
      project: text,
      method: text,
      country: text,
    }));
    const { features } = await extract(rows, { schema: { ...EBI_SCHEMA, minLocationDownloads: 1 } });
    expect([...features.keys].sort()).toEqual([...hostile].sort());
    expect([...features.need('unique_users')]).toEqual(hostile.map(() => 1));
    expect([...features.need('protocol_diversity')]).toEqual(hostile.map(() => 1));
  });
});
