import {
  type ColumnBatch,
  columnsOf,
  type Engine,
  eventExpressions,
  identifier,
  numbers,
  type Relation,
  type Sql,
  sql,
  texts,
} from '@deeplogbot/core';
import { type Cause, causesOf, type Difference, differencesOf } from './causes.js';
import type { RunManifest } from './run-folder.js';

/** A run, bound. */
export interface BoundRun {
  readonly manifest: RunManifest;
  readonly locations: Relation;
  readonly annotated: Relation | null;
}

/** Downloads that no bot made. The parts sum to `change`. */
export interface Effect {
  readonly a: number;
  readonly b: number;
  readonly change: number;
  /** Locations that were bots in one run only. */
  readonly reclassified: number;
  /** Locations that are in one run only. */
  readonly appeared: number;
  readonly disappeared: number;
  /** More or fewer downloads of locations that are bots in neither. */
  readonly traffic: number;
}

export interface Transition {
  /** `absent` where the run does not have the location. */
  readonly from: string;
  readonly to: string;
  readonly locations: number;
  readonly downloadsA: number;
  readonly downloadsB: number;
}

export interface ChangedLocation {
  readonly location: string;
  readonly country: string | null;
  readonly from: string;
  readonly to: string;
  readonly downloadsA: number;
  readonly downloadsB: number;
  readonly reasonA: string | null;
  readonly reasonB: string | null;
}

/** Locations whose first reason or class is another in the second run, by both; NULL where a verdict has no reason. */
export interface ReasonChange {
  readonly reasonA: string | null;
  readonly reasonB: string | null;
  readonly from: string;
  readonly to: string;
  readonly locations: number;
  readonly downloadsA: number;
  readonly downloadsB: number;
  /** Downloads without bots: second run less first. */
  readonly change: number;
}

/** Clean downloads of a country or data set that changed, and the changed location that moved it most. */
export interface Moved {
  readonly name: string | null;
  readonly a: number;
  readonly b: number;
  readonly change: number;
  readonly because: ChangedLocation | null;
}

export interface RunDiff {
  readonly runs: { readonly a: RunManifest['window']; readonly b: RunManifest['window'] };
  readonly differences: readonly Difference[];
  /** Kinds of what differs, each once; one alone is the reason of every change. */
  readonly causes: readonly Cause[];
  readonly effect: Effect;
  readonly transitions: readonly Transition[];
  /** Those that moved most downloads without bots first; null where a run was made by a version that does not name its reasons. */
  readonly reasons: readonly ReasonChange[] | null;
  readonly changedLocations: number;
  /** Those with most downloads first; locations of one run only are in `transitions` alone. */
  readonly locations: readonly ChangedLocation[];
  readonly countries: readonly Moved[];
  /** Null where a run has no annotated log in its folder. */
  readonly dataSets: readonly Moved[] | null;
}

const JOINED = identifier('deeplogbot_diff');
const ITEMS = identifier('deeplogbot_diff_items');

/** Compares two runs by their locations, and by data set where both annotated logs are there. Lists have `top` entries. */
export async function compareRuns(engine: Engine, a: BoundRun, b: BoundRun, top: number): Promise<RunDiff> {
  await engine.run(joinQuery(a.locations, b.locations));
  try {
    const locations = await changedLocations(engine, top);
    const differences = differencesOf(a.manifest, b.manifest);
    return {
      runs: { a: a.manifest.window, b: b.manifest.window },
      differences,
      causes: causesOf(differences),
      effect: await effectOf(engine),
      transitions: await transitionsOf(engine),
      reasons: namesReasons(a.locations) && namesReasons(b.locations) ? await reasonsOf(engine, top) : null,
      changedLocations: locations.total,
      locations: locations.rows,
      countries: await countriesOf(engine, top),
      dataSets: a.annotated && b.annotated ? await dataSetsOf(engine, a, b, top) : null,
    };
  } finally {
    await engine.run(sql`DROP TABLE IF EXISTS ${JOINED}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${ITEMS}`);
  }
}

const FIRST_REASON = 'first_reason';
const namesReasons = ({ columns }: Relation) => columns.some(({ name }) => name === FIRST_REASON);

/** One row per location of either run; `clean` is its downloads unless it is a bot. */
const joinQuery = (a: Relation, b: Relation): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${JOINED} AS
  WITH a AS (${locationsQuery(a)}), b AS (${locationsQuery(b)})
  SELECT key, coalesce(b.country, a.country) AS country,
         coalesce(a.label, 'absent') AS label_a, coalesce(b.label, 'absent') AS label_b,
         coalesce(a.n, 0) AS n_a, coalesce(b.n, 0) AS n_b, a.why AS why_a, b.why AS why_b, a.reason AS reason_a, b.reason AS reason_b,
         CASE WHEN a.label IS NULL OR a.label = 'bot' THEN 0 ELSE a.n END AS clean_a,
         CASE WHEN b.label IS NULL OR b.label = 'bot' THEN 0 ELSE b.n END AS clean_b
  FROM a FULL JOIN b USING (key)`;

const locationsQuery = (locations: Relation): Sql => sql`
  SELECT geo_location AS key, country, downloads AS n, label, classification_reason AS why,
         ${namesReasons(locations) ? identifier(FIRST_REASON) : sql`CAST(NULL AS VARCHAR)`} AS reason
  FROM ${locations.name}`;

const CHANGED = sql`label_a <> label_b AND label_a <> 'absent' AND label_b <> 'absent'`;

async function effectOf(engine: Engine): Promise<Effect> {
  const batch = await engine.columns(sql`
    SELECT coalesce(sum(clean_a), 0) AS a, coalesce(sum(clean_b), 0) AS b,
           coalesce(sum(clean_b - clean_a) FILTER (${CHANGED} AND 'bot' IN (label_a, label_b)), 0) AS reclassified,
           coalesce(sum(clean_b) FILTER (label_a = 'absent'), 0) AS appeared,
           coalesce(-sum(clean_a) FILTER (label_b = 'absent'), 0) AS disappeared,
           coalesce(sum(clean_b - clean_a) FILTER (label_a NOT IN ('absent', 'bot') AND label_b NOT IN ('absent', 'bot')), 0) AS traffic
    FROM ${JOINED}`);
  const of = (name: string) => numbers(batch, name)[0]! + 0;
  return {
    a: of('a'),
    b: of('b'),
    change: of('b') - of('a'),
    reclassified: of('reclassified'),
    appeared: of('appeared'),
    disappeared: of('disappeared'),
    traffic: of('traffic'),
  };
}

async function transitionsOf(engine: Engine): Promise<Transition[]> {
  const batch = await engine.columns(sql`
    SELECT label_a, label_b, CAST(count(*) AS DOUBLE) AS locations, sum(n_a) AS n_a, sum(n_b) AS n_b
    FROM ${JOINED} GROUP BY label_a, label_b ORDER BY label_a, label_b`);
  const [from, to] = [texts(batch, 'label_a'), texts(batch, 'label_b')];
  return from.map((label, i) => ({
    from: label!,
    to: to[i]!,
    locations: numbers(batch, 'locations')[i]!,
    downloadsA: numbers(batch, 'n_a')[i]!,
    downloadsB: numbers(batch, 'n_b')[i]!,
  }));
}

async function reasonsOf(engine: Engine, top: number): Promise<ReasonChange[]> {
  const batch = await engine.columns(sql`
    SELECT reason_a, reason_b, label_a, label_b, CAST(count(*) AS DOUBLE) AS locations, sum(n_a) AS n_a, sum(n_b) AS n_b,
           sum(clean_b - clean_a) AS change
    FROM ${JOINED}
    WHERE label_a <> 'absent' AND label_b <> 'absent' AND (label_a <> label_b OR reason_a IS DISTINCT FROM reason_b)
    GROUP BY reason_a, reason_b, label_a, label_b
    ORDER BY abs(sum(clean_b - clean_a)) DESC, sum(n_a + n_b) DESC, reason_a, reason_b, label_a, label_b LIMIT ${top}`);
  const [reasonA, reasonB, from, to] = ['reason_a', 'reason_b', 'label_a', 'label_b'].map((name) => texts(batch, name));
  return from!.map((label, i) => ({
    reasonA: reasonA![i]!,
    reasonB: reasonB![i]!,
    from: label!,
    to: to![i]!,
    locations: numbers(batch, 'locations')[i]!,
    downloadsA: numbers(batch, 'n_a')[i]!,
    downloadsB: numbers(batch, 'n_b')[i]!,
    change: numbers(batch, 'change')[i]!,
  }));
}

async function changedLocations(engine: Engine, top: number) {
  const counted = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${JOINED} WHERE ${CHANGED}`);
  const batch = await engine.columns(sql`
    SELECT * FROM ${JOINED} WHERE ${CHANGED} ORDER BY greatest(n_a, n_b) DESC, key LIMIT ${top}`);
  return { total: numbers(counted, 'n')[0]!, rows: locationsOf(batch) };
}

const locationsOf = (batch: ColumnBatch): ChangedLocation[] => {
  const text = (name: string) => texts(batch, name);
  const [country, from, to, whyA, whyB] = ['country', 'label_a', 'label_b', 'why_a', 'why_b'].map(text);
  return text('key').map((location, i) => ({
    location: location!,
    country: country![i]!,
    from: from![i]!,
    to: to![i]!,
    downloadsA: numbers(batch, 'n_a')[i]!,
    downloadsB: numbers(batch, 'n_b')[i]!,
    reasonA: whyA![i]!,
    reasonB: whyB![i]!,
  }));
};

/** Columns of a changed location under another name, the one that moved a group most. */
const BECAUSE = sql`arg_max(struct_pack(key := key, country := country, label_a := label_a, label_b := label_b, n_a := n_a,
  n_b := n_b, why_a := why_a, why_b := why_b), (abs(moved), key)) FILTER (${CHANGED} AND moved <> 0)`;

async function countriesOf(engine: Engine, top: number): Promise<Moved[]> {
  return movedOf(
    engine,
    sql`SELECT country AS name, sum(clean_a) AS a, sum(clean_b) AS b, ${BECAUSE} AS because
        FROM (SELECT *, clean_b - clean_a AS moved FROM ${JOINED}) GROUP BY country`,
    top,
  );
}

async function dataSetsOf(engine: Engine, a: BoundRun, b: BoundRun, top: number): Promise<Moved[] | null> {
  if (columnsOf(a.manifest.schema, 'project').length === 0) return null;
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${ITEMS} AS
    SELECT name, key, sum(a) AS a, sum(b) AS b FROM (
      SELECT name, key, n AS a, 0 AS b FROM (${cleanPerItem(a)}) UNION ALL SELECT name, key, 0, n FROM (${cleanPerItem(b)})
    ) GROUP BY name, key`);
  return movedOf(
    engine,
    sql`SELECT name, sum(a) AS a, sum(b) AS b, ${BECAUSE} AS because
        FROM (SELECT i.name, i.a, i.b, i.b - i.a AS moved, j.* FROM ${ITEMS} i LEFT JOIN ${JOINED} j USING (key))
        GROUP BY name`,
    top,
  );
}

/** Downloads per data set and location that no bot made and that were looked at. */
function cleanPerItem({ annotated, manifest }: BoundRun): Sql {
  const e = eventExpressions(manifest.schema, annotated!);
  return sql`
    SELECT ${e.project} AS name, ${e.keyText} AS key, count(*) AS n FROM ${annotated!.name}
    WHERE NOT is_bot AND behavior_type <> 'filtered' GROUP BY ALL`;
}

async function movedOf(engine: Engine, groups: Sql, top: number): Promise<Moved[]> {
  const batch = await engine.columns(sql`
    SELECT name, CAST(a AS DOUBLE) AS a, CAST(b AS DOUBLE) AS b, because.key AS key, because.country AS country,
           because.label_a AS label_a, because.label_b AS label_b, because.n_a AS n_a, because.n_b AS n_b,
           because.why_a AS why_a, because.why_b AS why_b
    FROM (${groups}) WHERE a <> b ORDER BY abs(b - a) DESC, name LIMIT ${top}`);
  const because = locationsOf(batch);
  const [a, b] = [numbers(batch, 'a'), numbers(batch, 'b')];
  return texts(batch, 'name').map((name, i) => ({
    name,
    a: a[i]!,
    b: b[i]!,
    change: b[i]! - a[i]!,
    because: because[i]!.location === null ? null : because[i]!,
  }));
}
