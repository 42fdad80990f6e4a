import { LABELS, type Label, type Reporter, type RunResult, type UsageRow } from '@deeplogbot/core';
import { FilesInWriting } from '../files-in-writing.js';
import { oncePerRun } from '../once-per-run.js';
import { csvLines } from '../tables/csv.js';
import { botCorrelations, featureSummaries, rounded, summarise } from './feature-summary.js';
import { finite } from './finite.js';
import { geographic } from './geographic.js';
import { concentration, FILTERS, type UsageTable, usageColumns, usageTables } from './usage-tables.js';

const FORMAT = 1;

/** Values that `statistics.json` lists per dimension; the CSV files hold all. */
const LISTED = 100;

/**
 * `statistics.json` and one `statistics_<dimension>.csv` each: downloads and locations by class, country, region, year,
 * month, data set, file type and protocol, before and after filtering. A dimension that the log cannot feed has no file
 * and is listed under `not_measured` with the reason.
 */
export const statistics: Reporter = {
  name: 'statistics',
  early: true,
  needs: ['usage'],
  prepare: async (run) => void ofLocations(run),
  async write(run, target) {
    const tables = usageTables(run);
    const files = new FilesInWriting();
    files.add(target.write('statistics.json', `${JSON.stringify(statisticsOf(run, tables), null, 2)}\n`));
    files.add(target.write('statistics_class.csv', classLines(run)));
    for (const { name, rows } of tables.filter((table) => table.notMeasured === null)) {
      const { names, columns } = usageColumns(name, rows);
      files.add(target.write(`statistics_${name}.csv`, csvLines(names, columns)));
    }
    return files.paths();
  },
};

/** What the JSON file holds; NULL where something is not measurable. */
export function statisticsOf(run: RunResult, tables: readonly UsageTable[] = usageTables(run)) {
  return {
    format: FORMAT,
    ...ofLocations(run),
    usage: Object.fromEntries(
      tables.filter(({ notMeasured }) => notMeasured === null).map((table) => [table.name, usage(table)]),
    ),
    not_measured: Object.fromEntries(
      tables.filter(({ notMeasured }) => notMeasured !== null).map(({ name, notMeasured }) => [name, notMeasured]),
    ),
  };
}

/** What needs no count of the log. */
const ofLocations = oncePerRun((run) => ({
  classification: classification(run),
  hierarchical: hierarchical(run),
  features: featureSummaries(run),
  bot_correlations: Object.fromEntries(botCorrelations(run)),
  temporal: temporal(run),
  geographic: geographic(usageTables(run).find(({ name }) => name === 'country')!),
  downloads: volumes(run),
}));

/** Locations and downloads per class; the last two classes hold rows that no location's verdict covers. */
function classCounts(
  run: RunResult,
): readonly { readonly name: string; readonly locations: number | null; readonly downloads: number }[] {
  const { stats } = run;
  return [
    { name: 'organic', locations: run.organicLocations, downloads: stats.normal },
    { name: 'hub', locations: run.hubLocations, downloads: stats.hubs },
    { name: 'bot', locations: run.botLocations, downloads: stats.bots },
    { name: 'insufficient_evidence', locations: run.insufficientLocations, downloads: stats.insufficientEvidence },
    { name: 'filtered', locations: null, downloads: stats.filtered },
  ];
}

const share = (part: number | null, whole: number): number | null =>
  part === null || whole === 0 ? null : Math.round((10_000 * part) / whole) / 100;

function* classLines(run: RunResult): Iterable<string> {
  const rows = classCounts(run);
  yield* csvLines(
    ['class', 'locations', 'locations_percent', 'downloads', 'downloads_percent'],
    [
      rows.map(({ name }) => name),
      rows.map(({ locations }) => locations),
      rows.map(({ locations }) => share(locations, run.totalLocations)),
      rows.map(({ downloads }) => downloads),
      rows.map(({ downloads }) => share(downloads, run.stats.total)),
    ],
  );
}

function classification(run: RunResult) {
  const anomalies = run.features.get('is_anomaly');
  const of = (name: string, locations: number | null, downloads: number) => [
    name,
    {
      locations,
      locations_percent: share(locations, run.totalLocations),
      downloads,
      downloads_percent: share(downloads, run.stats.total),
    },
  ];
  return {
    locations: run.totalLocations,
    anomalous: anomalies ? anomalies.reduce((sum, value) => sum + (value || 0), 0) : null,
    downloads: run.stats.total,
    ...Object.fromEntries(classCounts(run).map(({ name, locations, downloads }) => of(name, locations, downloads))),
  };
}

/** Every path through the taxonomy, in order of its name. */
function hierarchical(
  run: RunResult,
): Readonly<Record<string, { readonly locations: number; readonly downloads: number }>> {
  const groups = new Map<string, { locations: number; downloads: number }>();
  for (const { levels, locations, downloads } of leaves(run)) {
    const parts = levels.map((_, n) => levels.slice(0, n + 1).filter((level) => level !== null));
    for (const path of new Set(parts.map((part) => part.join(' / ')))) {
      const group = groups.get(path) ?? { locations: 0, downloads: 0 };
      group.locations += locations;
      group.downloads += downloads;
      groups.set(path, group);
    }
  }
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Locations and downloads by all three levels. */
function leaves({ verdicts, downloads }: RunResult) {
  const groups = new Map<string, { levels: readonly (string | null)[]; locations: number; downloads: number }>();
  verdicts.rows.forEach(({ behaviorType, automationCategory, subcategory }, i) => {
    const levels = [behaviorType, automationCategory, subcategory];
    const id = JSON.stringify(levels);
    const group = groups.get(id) ?? { levels, locations: 0, downloads: 0 };
    group.locations += 1;
    group.downloads += downloads[i]!;
    groups.set(id, group);
  });
  return groups.values();
}

const countWhere = (values: Float64Array | undefined, test: (value: number) => boolean): number | null =>
  values ? values.filter((value) => test(value)).length : null;

const summaryOf = (run: RunResult, name: string) => {
  const values = run.features.get(name);
  return values ? summarise(values) : null;
};

function temporal(run: RunResult) {
  const feature = (name: string) => run.features.get(name);
  const isNew = countWhere(feature('is_new_location'), (value) => value === 1);
  return {
    years_span: summaryOf(run, 'years_span'),
    single_year_locations: countWhere(feature('years_span'), (value) => value <= 1),
    multi_year_locations: countWhere(feature('years_span'), (value) => value > 1),
    latest_year_fraction: summaryOf(run, 'fraction_latest_year'),
    latest_year_fraction_above_0_8: countWhere(feature('fraction_latest_year'), (value) => value > 0.8),
    latest_year_fraction_above_0_95: countWhere(feature('fraction_latest_year'), (value) => value > 0.95),
    new_locations: isNew,
    new_locations_percent: share(isNew, run.totalLocations),
    working_hours: summaryOf(run, 'working_hours_ratio'),
    working_hours_above_0_6: countWhere(feature('working_hours_ratio'), (value) => value > 0.6),
    working_hours_below_0_3: countWhere(feature('working_hours_ratio'), (value) => value < 0.3),
  };
}

function volumes(run: RunResult) {
  const users = run.features.get('unique_users');
  const perUser = run.features.get('downloads_per_user');
  return {
    total: run.stats.total,
    per_user: summaryOf(run, 'downloads_per_user'),
    per_user_above_500: countWhere(perUser, (value) => value > 500),
    per_user_below_10: countWhere(perUser, (value) => value < 10),
    users: summaryOf(run, 'unique_users'),
    // whoever came from several locations is counted at each
    users_of_all_locations: users ? finite(users).reduce((sum, n) => sum + n, 0) : null,
    single_user_locations: countWhere(users, (value) => value === 1),
    locations_above_1000_users: countWhere(users, (value) => value > 1000),
    by_location: concentrations(perLocation(run)),
  };
}

/** Each location as a row of its own, so that locations are measured like data sets. */
function perLocation(run: RunResult): { readonly rows: readonly UsageRow[] } {
  const of = (label: Label, value: number) =>
    Object.fromEntries(LABELS.map((each) => [each, each === label ? value : 0])) as UsageRow['downloads'];
  const rows = run.verdicts.rows.map(({ label }, i) => ({
    value: null,
    downloads: of(label, run.downloads[i]!),
    locations: of(label, 1),
  }));
  return { rows };
}

function concentrations({ rows }: { readonly rows: readonly UsageRow[] }) {
  return Object.fromEntries(
    Object.entries(FILTERS).map(([filter, of]) => {
      const { gini, top1, top10, top50 } = concentration(rows.map(({ downloads }) => of(downloads)));
      return [
        filter,
        {
          gini: rounded(gini),
          top_1_percent: rounded(top1),
          top_10_percent: rounded(top10),
          top_50_percent: rounded(top50),
        },
      ];
    }),
  );
}

function usage(table: UsageTable) {
  const counts = (row: UsageRow, kind: 'downloads' | 'locations') => ({
    ...Object.fromEntries(Object.entries(FILTERS).map(([filter, of]) => [filter, of(row[kind])])),
    hub: row[kind].hub,
    bot: row[kind].bot,
    insufficient_evidence: row[kind].insufficient_evidence,
  });
  const complete = table.rows.length >= table.distinct;
  return {
    distinct: table.distinct,
    listed: Math.min(LISTED, table.rows.length),
    // of a list that was cut, nothing can be said about how even it is
    concentration: complete ? concentrations(table) : null,
    values: table.rows.slice(0, LISTED).map((row) => ({
      value: row.value,
      downloads: counts(row, 'downloads'),
      locations: counts(row, 'locations'),
    })),
  };
}
