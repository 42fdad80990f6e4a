import { columnsOf, eventExpressions, identifier, type Relation, type Sql, sql } from '@deeplogbot/core';
import type { RunManifest } from './run-folder.js';

/** What a comparison says of one kind of group, and the name of its list in `diff.json`. */
export interface GroupWords {
  readonly list: string;
  readonly one: string;
  readonly many: string;
  /** A name in few characters, the telling ones first. */
  readonly short: (name: string) => string;
  /** Why the list may be missing. */
  readonly missing: string;
}

/** What the keys of a run are: where their verdicts lie, how they are read, what they are called. */
export interface RunKind {
  /** File of a run that has a row per key. */
  readonly table: string;
  /** Columns of it that a comparison reads. */
  readonly columns: readonly string[];
  /** The table for people, which the text points to. */
  readonly forPeople: string;
  readonly key: 'location' | 'client';
  readonly event: 'downloads' | 'requests';
  /** What is counted: events of keys that are no robots. */
  readonly clean: string;
  /** What a change of verdict is that moves the count. */
  readonly reclassified: string;
  readonly verdict: 'class' | 'verdict';
  /** Who it is besides its name: where it lies, or what agent it sends. */
  readonly places: GroupWords;
  readonly items: GroupWords;
  /** What to say where no key is in both runs. */
  readonly strangers: string;
  /** Whether a table says which reason of a verdict came first. */
  readonly namesReasons: (table: Relation) => boolean;
  /** Columns key, name, place, n, verdict, clean, why, reason: one row per key. */
  readonly keysQuery: (table: Relation) => Sql;
  /** Columns name, key, n: clean events per item and key; null where the log has no items. */
  readonly itemsQuery: (annotated: Relation, manifest: RunManifest) => Sql | null;
}

const has = ({ columns }: Relation, wanted: string): boolean => columns.some(({ name }) => name === wanted);

const FIRST_REASON = 'first_reason';

const asItIs = (name: string): string => name;

/** `Mozilla/5.0 (SYSTEM) ENGINE (KHTML, like Gecko) BROWSER` as `BROWSER (SYSTEM)`, so that browsers are told apart at a glance; others as they are. */
export function shortAgent(agent: string): string {
  const [, system, rest] = /^Mozilla\/5\.0 \(([^()]*)\) (.*)$/.exec(agent) ?? [];
  if (system === undefined || rest === undefined) return agent;
  return `${rest.replace(/^AppleWebKit\/\S+ \(KHTML, like Gecko\) /, '')} (${system})`;
}

/** Locations of a download log. */
export const LOCATIONS: RunKind = {
  table: 'location_analysis.parquet',
  columns: ['geo_location', 'country', 'downloads', 'label', 'classification_reason'],
  forPeople: 'location_analysis.csv',
  key: 'location',
  event: 'downloads',
  clean: 'downloads without bots',
  reclassified: 'locations were taken for bots in one run only',
  verdict: 'class',
  places: { list: 'countries', one: 'Country', many: 'Countries', short: asItIs, missing: 'the log has no countries.' },
  items: {
    list: 'dataSets',
    one: 'Data set',
    many: 'Data sets',
    short: asItIs,
    missing: 'a run has no annotated log in its folder or no column for data sets.',
  },
  strangers: 'No location is in both runs.',
  namesReasons: (table) => has(table, FIRST_REASON),
  keysQuery: (table) => sql`
    SELECT geo_location AS key, geo_location AS name, country AS place, downloads AS n, label AS verdict, label <> 'bot' AS clean,
           classification_reason AS why,
           ${has(table, FIRST_REASON) ? identifier(FIRST_REASON) : sql`CAST(NULL AS VARCHAR)`} AS reason
    FROM ${table.name}`,
  itemsQuery: (annotated, { schema }) => {
    if (columnsOf(schema, 'project').length === 0) return null;
    const e = eventExpressions(schema, annotated);
    return sql`
      SELECT ${e.project} AS name, ${e.keyText} AS key, count(*) AS n FROM ${annotated.name}
      WHERE NOT is_bot AND behavior_type <> 'filtered' GROUP BY ALL`;
  },
};

/** Clients of a web server. */
export const CLIENTS: RunKind = {
  table: 'client_analysis.csv',
  columns: ['client', 'ip', 'user_agent', 'requests', 'verdict', 'label', 'reasons', 'rules'],
  forPeople: 'client_analysis.csv',
  key: 'client',
  event: 'requests',
  clean: 'requests without bots and machines',
  reclassified: 'clients were taken for bots or machines in one run only',
  verdict: 'verdict',
  places: {
    list: 'agents',
    one: 'User agent',
    many: 'User agents',
    short: shortAgent,
    missing: 'the log has no user agents.',
  },
  items: {
    list: 'pages',
    one: 'Page or file',
    many: 'Pages and files',
    short: asItIs,
    missing: 'a run has no annotated log in its folder.',
  },
  strangers:
    'No client is in both runs. Visitors can be recognised only where both runs have one --salt, or --keep-ip, and one --client-key; totals, user agents and pages are comparable without.',
  namesReasons: () => true,
  keysQuery: (table) => sql`
    SELECT client AS key, coalesce(ip, client) AS name, coalesce(user_agent, '(no user agent)') AS place, CAST(requests AS BIGINT) AS n, verdict,
           label NOT IN ('bot', 'hub') AS clean, reasons AS why, split_part(rules, ' ', 1) AS reason
    FROM ${table.name}`,
  itemsQuery: (annotated) =>
    has(annotated, 'path') && has(annotated, 'resource')
      ? sql`
      SELECT path AS name, client AS key, count(*) AS n FROM ${annotated.name}
      WHERE NOT is_bot AND NOT is_hub AND behavior_type <> 'filtered'
        AND resource NOT LIKE 'asset-%' AND resource NOT IN ('favicon', 'robots', 'sitemap') GROUP BY ALL`
      : null,
};
