import {
  LABELS,
  type PerLabel,
  type RunResult,
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageRow,
} from '@deeplogbot/core';
import { oncePerRun } from '../once-per-run.js';
import { knownCountry, regionOf } from './regions.js';

/** A dimension under the name of its file, `country` and `region` included. */
export interface UsageTable extends UsageDimension {
  /** `country`, `region`, `year`, `month`, `data_set`, `file_type` or `protocol`. */
  readonly name: string;
}

/**
 * Downloads and locations by every dimension. A location counts for its most frequent country. Without `run.usage` all but
 * country and region are not measured, and say so.
 */
export function usageTables(run: RunResult): readonly UsageTable[] {
  const absent: UsageDimension = { rows: [], distinct: 0, notMeasured: 'the run did not count it' };
  return [
    ...placeTables(run),
    ...USAGE_DIMENSIONS.map((name) => ({
      name: name === 'project' ? 'data_set' : name,
      ...(run.usage?.dimensions[name] ?? absent),
    })),
  ];
}

/** Those that need no count of the log. */
const placeTables = oncePerRun((run): readonly UsageTable[] => [
  { name: 'country', ...byLocation(run, knownCountry) },
  { name: 'region', ...byLocation(run, (country) => regionOf(knownCountry(country))) },
]);

function byLocation(run: RunResult, pick: (country: string | null) => string | null): UsageDimension {
  const { country } = run.features.attributes;
  if (run.schema.countryField === null) {
    return { rows: [], distinct: 0, notMeasured: 'the log has no country column' };
  }
  const groups = new Map<string | null, Group>();
  const ofSpelling = new Map<string | null, Group>(); // Names are looked up once each, not once a location.
  run.verdicts.rows.forEach(({ label }, i) => {
    const spelling = country[i] ?? null;
    const group = ofSpelling.get(spelling) ?? groupOf(groups, pick(spelling));
    ofSpelling.set(spelling, group);
    group.downloads[label] += run.downloads[i]!;
    group.locations[label] += 1;
  });
  const rows = [...groups.values()].sort(
    (a, b) =>
      all(b.downloads) - all(a.downloads) ||
      Number(a.value === null) - Number(b.value === null) ||
      (a.value! < b.value! ? -1 : 1),
  );
  return { rows, distinct: rows.filter(({ value }) => value !== null).length, notMeasured: null };
}

interface Group {
  readonly value: string | null;
  readonly downloads: Counts;
  readonly locations: Counts;
}

function groupOf(groups: Map<string | null, Group>, value: string | null): Group {
  const group = groups.get(value) ?? { value, downloads: none(), locations: none() };
  groups.set(value, group);
  return group;
}

type Counts = { -readonly [L in keyof PerLabel]: PerLabel[L] };
const none = (): Counts => ({ organic: 0, hub: 0, bot: 0, insufficient_evidence: 0 });

/** Before filtering, without bots, and people alone. */
export const FILTERS = {
  all: (counts: PerLabel): number => all(counts),
  without_bots: (counts: PerLabel): number => all(counts) - counts.bot,
  organic: (counts: PerLabel): number => counts.organic,
} as const;

function all(counts: PerLabel): number {
  return LABELS.reduce((sum, label) => sum + counts[label], 0);
}

/** The columns of a CSV of usage: the value, then downloads and locations by filter and label. */
export function usageColumns(
  name: string,
  rows: readonly UsageRow[],
): { names: string[]; columns: (string | number | null)[][] } {
  const filters = Object.entries(FILTERS);
  const what = ['downloads', 'locations'] as const;
  const rest = ['hub', 'bot', 'insufficient_evidence'] as const;
  return {
    names: [
      name,
      ...what.flatMap((kind) => [
        ...filters.map(([filter]) => `${kind}_${filter}`),
        ...rest.map((label) => `${kind}_${label}`),
      ]),
    ],
    columns: [
      rows.map(({ value }) => value),
      ...what.flatMap((kind) => [
        ...filters.map(([, of]) => rows.map((row) => of(row[kind]))),
        ...rest.map((label) => rows.map((row) => row[kind][label])),
      ]),
    ],
  };
}

/**
 * How unevenly a total is spread: Gini = 2Σ i·xᵢ / (nΣx) − (n + 1)/n over ascending x, 0 = even; the shares of the largest
 * 1 %, 10 % and 50 % of values (at least one). NaN when there is nothing to spread.
 */
export function concentration(values: readonly number[]): { gini: number; top1: number; top10: number; top50: number } {
  const x = values.filter((value) => value > 0).sort((a, b) => a - b);
  const total = x.reduce((sum, value) => sum + value, 0);
  const top = (share: number) =>
    x.slice(x.length - Math.max(1, Math.round(x.length * share))).reduce((sum, value) => sum + value, 0) / total;
  const weighted = x.reduce((sum, value, i) => sum + (i + 1) * value, 0);
  if (total === 0) return { gini: Number.NaN, top1: Number.NaN, top10: Number.NaN, top50: Number.NaN };
  return {
    gini: (2 * weighted) / (x.length * total) - (x.length + 1) / x.length,
    top1: top(0.01),
    top10: top(0.1),
    top50: top(0.5),
  };
}
