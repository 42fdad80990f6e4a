import {
  type ColumnBatch,
  type Engine,
  identifier,
  join,
  numbers,
  type Relation,
  type Sql,
  sql,
  texts,
} from '@deeplogbot/core';
import { type Cause, causesOf, type Difference, differencesOf } from './causes.js';
import type { RunKind } from './kind.js';
import type { RunManifest } from './run-folder.js';

/** A run, bound. */
export interface BoundRun {
  readonly manifest: RunManifest;
  readonly kind: RunKind;
  /** One row per key. */
  readonly table: Relation;
  readonly annotated: Relation | null;
}

/** Clean events: those of keys that are no robots. The parts sum to `change`. */
export interface Effect {
  readonly a: number;
  readonly b: number;
  readonly change: number;
  /** Of keys that count in one run only. */
  readonly reclassified: number;
  /** Of keys that are in one run only. */
  readonly appeared: number;
  readonly disappeared: number;
  /** More or fewer events of keys that count in both. */
  readonly traffic: number;
}

/** Keys and events of one verdict in each run. */
export interface VerdictTotals {
  readonly verdict: string;
  readonly keysA: number;
  readonly keysB: number;
  readonly eventsA: number;
  readonly eventsB: number;
}

export interface Transition {
  /** `absent` where the run does not have the key. */
  readonly from: string;
  readonly to: string;
  readonly keys: number;
  readonly eventsA: number;
  readonly eventsB: number;
}

export interface ChangedKey {
  readonly key: string;
  /** What to call it: the key of a location, the address of a client. */
  readonly name: string;
  readonly place: string | null;
  readonly from: string;
  readonly to: string;
  readonly eventsA: number;
  readonly eventsB: number;
  readonly reasonA: string | null;
  readonly reasonB: string | null;
}

/** Keys whose first reason or verdict is another in the second run, by both; NULL where a verdict has no reason. */
export interface ReasonChange {
  readonly reasonA: string | null;
  readonly reasonB: string | null;
  readonly from: string;
  readonly to: string;
  readonly keys: number;
  readonly eventsA: number;
  readonly eventsB: number;
  /** Clean events: second run less first. */
  readonly change: number;
}

/** Clean events of a group that changed, and the changed key that moved it most. */
export interface Moved {
  readonly name: string | null;
  readonly a: number;
  readonly b: number;
  readonly change: number;
  readonly because: ChangedKey | null;
}

export interface RunDiff {
  readonly kind: RunKind;
  readonly runs: { readonly a: RunManifest['window']; readonly b: RunManifest['window'] };
  readonly differences: readonly Difference[];
  /** Kinds of what differs, each once; one alone is the reason of every change. */
  readonly causes: readonly Cause[];
  readonly effect: Effect;
  /** Keys that both runs have. */
  readonly common: number;
  readonly verdicts: readonly VerdictTotals[];
  readonly transitions: readonly Transition[];
  /** Those that moved most clean events first; null where a run was made by a version that does not name its reasons. */
  readonly reasons: readonly ReasonChange[] | null;
  readonly changed: number;
  /** Those with most events first; keys of one run only are in `transitions` alone. */
  readonly keys: readonly ChangedKey[];
  readonly places: readonly Moved[];
  /** Null where a run has no annotated log in its folder, or the log no items. */
  readonly items: readonly Moved[] | null;
}

const JOINED = identifier('deeplogbot_diff');
const ITEMS = identifier('deeplogbot_diff_items');

/** Compares two runs of one kind by their keys, and by item where both annotated logs are there. Lists have `top` entries. */
export async function compareRuns(engine: Engine, a: BoundRun, b: BoundRun, top: number): Promise<RunDiff> {
  await engine.run(joinQuery(a, b));
  try {
    const differences = differencesOf(a.manifest, b.manifest);
    const transitions = await transitionsOf(engine);
    return {
      kind: a.kind,
      runs: { a: a.manifest.window, b: b.manifest.window },
      differences,
      causes: causesOf(differences),
      effect: await effectOf(engine),
      common: sum(transitions.filter(inBoth), ({ keys }) => keys),
      verdicts: verdictTotals(transitions),
      transitions,
      reasons: [a, b].every(({ kind, table }) => kind.namesReasons(table)) ? await reasonsOf(engine, top) : null,
      changed: sum(transitions.filter(inBoth), ({ from, to, keys }) => (from === to ? 0 : keys)),
      keys: await changedKeys(engine, top),
      places: await placesOf(engine, top),
      items: await itemsOf(engine, a, b, top),
    };
  } finally {
    await engine.run(sql`DROP TABLE IF EXISTS ${JOINED}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${ITEMS}`);
  }
}

const ABSENT = 'absent';

const inBoth = ({ from, to }: Transition): boolean => from !== ABSENT && to !== ABSENT;

const sum = <T>(list: readonly T[], of: (each: T) => number): number =>
  list.reduce((total, each) => total + of(each), 0);

/** One row per key of either run; `clean` is its events where they count. */
const joinQuery = (a: BoundRun, b: BoundRun): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${JOINED} AS
  WITH a AS (${a.kind.keysQuery(a.table)}), b AS (${b.kind.keysQuery(b.table)})
  SELECT key, coalesce(b.name, a.name) AS name, coalesce(b.place, a.place) AS place,
         coalesce(a.verdict, ${ABSENT}) AS verdict_a, coalesce(b.verdict, ${ABSENT}) AS verdict_b,
         coalesce(a.n, 0) AS n_a, coalesce(b.n, 0) AS n_b, a.why AS why_a, b.why AS why_b, a.reason AS reason_a, b.reason AS reason_b,
         coalesce(a.clean, FALSE) AS counts_a, coalesce(b.clean, FALSE) AS counts_b,
         CASE WHEN a.clean THEN a.n ELSE 0 END AS clean_a, CASE WHEN b.clean THEN b.n ELSE 0 END AS clean_b
  FROM a FULL JOIN b USING (key)`;

const BOTH = sql`verdict_a <> ${ABSENT} AND verdict_b <> ${ABSENT}`;
const CHANGED = sql`verdict_a <> verdict_b AND ${BOTH}`;

/** Keys and events of each verdict: margins of the transitions. */
function verdictTotals(transitions: readonly Transition[]): VerdictTotals[] {
  const verdicts = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== ABSENT);
  return verdicts.sort().map((verdict) => {
    const a = transitions.filter(({ from }) => from === verdict);
    const b = transitions.filter(({ to }) => to === verdict);
    return {
      verdict,
      keysA: sum(a, ({ keys }) => keys),
      keysB: sum(b, ({ keys }) => keys),
      eventsA: sum(a, ({ eventsA }) => eventsA),
      eventsB: sum(b, ({ eventsB }) => eventsB),
    };
  });
}

async function effectOf(engine: Engine): Promise<Effect> {
  const batch = await engine.columns(sql`
    SELECT coalesce(sum(clean_a), 0) AS a, coalesce(sum(clean_b), 0) AS b,
           coalesce(sum(clean_b - clean_a) FILTER (${BOTH} AND counts_a <> counts_b), 0) AS reclassified,
           coalesce(sum(clean_b) FILTER (verdict_a = ${ABSENT}), 0) AS appeared,
           coalesce(-sum(clean_a) FILTER (verdict_b = ${ABSENT}), 0) AS disappeared,
           coalesce(sum(clean_b - clean_a) FILTER (counts_a AND counts_b), 0) AS traffic
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
    SELECT verdict_a, verdict_b, CAST(count(*) AS DOUBLE) AS keys, sum(n_a) AS n_a, sum(n_b) AS n_b
    FROM ${JOINED} GROUP BY verdict_a, verdict_b ORDER BY verdict_a, verdict_b`);
  const [from, to] = [texts(batch, 'verdict_a'), texts(batch, 'verdict_b')];
  return from.map((verdict, i) => ({
    from: verdict!,
    to: to[i]!,
    keys: numbers(batch, 'keys')[i]!,
    eventsA: numbers(batch, 'n_a')[i]!,
    eventsB: numbers(batch, 'n_b')[i]!,
  }));
}

async function reasonsOf(engine: Engine, top: number): Promise<ReasonChange[]> {
  const batch = await engine.columns(sql`
    SELECT reason_a, reason_b, verdict_a, verdict_b, CAST(count(*) AS DOUBLE) AS keys, sum(n_a) AS n_a, sum(n_b) AS n_b,
           sum(clean_b - clean_a) AS change
    FROM ${JOINED}
    WHERE ${BOTH} AND (verdict_a <> verdict_b OR reason_a IS DISTINCT FROM reason_b)
    GROUP BY reason_a, reason_b, verdict_a, verdict_b
    ORDER BY abs(sum(clean_b - clean_a)) DESC, sum(n_a + n_b) DESC, reason_a, reason_b, verdict_a, verdict_b LIMIT ${top}`);
  const [reasonA, reasonB, from, to] = ['reason_a', 'reason_b', 'verdict_a', 'verdict_b'].map((name) =>
    texts(batch, name),
  );
  return from!.map((verdict, i) => ({
    reasonA: reasonA![i]!,
    reasonB: reasonB![i]!,
    from: verdict!,
    to: to![i]!,
    keys: numbers(batch, 'keys')[i]!,
    eventsA: numbers(batch, 'n_a')[i]!,
    eventsB: numbers(batch, 'n_b')[i]!,
    change: numbers(batch, 'change')[i]!,
  }));
}

const changedKeys = async (engine: Engine, top: number): Promise<ChangedKey[]> =>
  keysOf(
    await engine.columns(sql`
      SELECT * FROM ${JOINED} WHERE ${CHANGED} ORDER BY greatest(n_a, n_b) DESC, key LIMIT ${top}`),
  );

const keysOf = (batch: ColumnBatch): ChangedKey[] => {
  const text = (name: string) => texts(batch, name);
  const [name, place, from, to] = ['name', 'place', 'verdict_a', 'verdict_b'].map(text);
  const [whyA, whyB] = [text('why_a'), text('why_b')];
  return text('key').map((key, i) => ({
    key: key!,
    name: name![i]!,
    place: place![i]!,
    from: from![i]!,
    to: to![i]!,
    eventsA: numbers(batch, 'n_a')[i]!,
    eventsB: numbers(batch, 'n_b')[i]!,
    reasonA: whyA[i]!,
    reasonB: whyB[i]!,
  }));
};

const FIELDS = ['key', 'name', 'place', 'verdict_a', 'verdict_b', 'n_a', 'n_b', 'why_a', 'why_b'] as const;

/** Columns of a changed key under another name, the one that moved a group most. */
const BECAUSE = sql`arg_max(struct_pack(${join(
  FIELDS.map((field) => sql`${identifier(field)} := j.${identifier(field)}`),
  ', ',
)}), (abs(moved), j.key)) FILTER (${CHANGED} AND moved <> 0)`;

const placesOf = (engine: Engine, top: number): Promise<Moved[]> =>
  movedOf(
    engine,
    sql`SELECT place AS name, sum(clean_a) AS a, sum(clean_b) AS b, ${BECAUSE} AS because
        FROM (SELECT *, clean_b - clean_a AS moved FROM ${JOINED}) j GROUP BY place`,
    top,
  );

async function itemsOf(engine: Engine, a: BoundRun, b: BoundRun, top: number): Promise<Moved[] | null> {
  const [inA, inB] = [a, b].map(({ kind, annotated, manifest }) => annotated && kind.itemsQuery(annotated, manifest));
  if (!inA || !inB) return null;
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${ITEMS} AS
    SELECT name, key, sum(a) AS a, sum(b) AS b FROM (
      SELECT name, key, n AS a, 0 AS b FROM (${inA}) UNION ALL SELECT name, key, 0, n FROM (${inB})
    ) GROUP BY name, key`);
  return movedOf(
    engine,
    sql`SELECT i.name AS name, sum(a) AS a, sum(b) AS b, ${BECAUSE} AS because
        FROM (SELECT *, b - a AS moved FROM ${ITEMS}) i LEFT JOIN ${JOINED} j USING (key)
        GROUP BY i.name`,
    top,
  );
}

async function movedOf(engine: Engine, groups: Sql, top: number): Promise<Moved[]> {
  const because = join(
    FIELDS.map((field) => sql`because.${identifier(field)} AS ${identifier(field)}`),
    ', ',
  );
  const batch = await engine.columns(sql`
    SELECT name AS moved_name, CAST(a AS DOUBLE) AS a, CAST(b AS DOUBLE) AS b, ${because}
    FROM (${groups}) WHERE a <> b ORDER BY abs(b - a) DESC, moved_name LIMIT ${top}`);
  const keys = keysOf(batch);
  const [a, b] = [numbers(batch, 'a'), numbers(batch, 'b')];
  return texts(batch, 'moved_name').map((name, i) => ({
    name,
    a: a[i]!,
    b: b[i]!,
    change: b[i]! - a[i]!,
    because: keys[i]!.key === null ? null : keys[i]!,
  }));
}
