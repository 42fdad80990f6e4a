import { numbers, type TextColumn } from '@deeplogbot/core';
import { isPartial, type UsageCounts } from './count.js';
import { excludedTotals } from './excluded.js';
import { type CountInterval, keptPrecision, type Share } from './kept-precision.js';
import { firstDay, lastDay } from './months.js';

/** How well robots are found, as measured on labels. */
export interface RobotDetection {
  readonly precision: Share;
  readonly recall: Share;
}

/** The totals of a report, and how far they can be relied on. */
export interface UsageSummary {
  readonly reporting_period: { readonly begin: string; readonly end: string; readonly partial: boolean };
  readonly covered: UsageCounts['covered'];
  readonly rows: number;
  readonly items: number;
  readonly totals: Readonly<Record<'regular' | 'machine', Totals>>;
  readonly excluded: Readonly<Record<string, number>>;
  readonly countries_without_code: readonly string[];
  /** Share of the counted requests that no robot made, and how many these are; null where detection was not measured. */
  readonly precision_of_kept: Share | null;
  readonly clean_requests: CountInterval | null;
}

/** Counts of all data sets by one access method. */
export interface Totals {
  readonly total_investigations: number;
  readonly unique_investigations: number;
  readonly total_requests: number;
  readonly unique_requests: number;
  /** MB of requests whose size is known; null where none is. */
  readonly volume_mb: number | null;
}

/** What belongs to the report as a whole and has no place in it. */
export function summaryOf(usage: UsageCounts, detection?: RobotDetection): UsageSummary {
  const excluded = excludedTotals(usage);
  const { items, regular, machine } = totalsOf(usage);
  const kept = regular.total_requests + machine.total_requests;
  const removed = Object.entries(excluded).reduce(
    (sum, [reason, n]) => sum + (reason.startsWith('robot: ') ? n : 0),
    0,
  );
  const share = detection ? keptPrecision(kept, removed, detection.precision, detection.recall) : null;
  const times = (of: number) => Math.round(kept * of);
  return {
    reporting_period: { begin: firstDay(usage.from), end: lastDay(usage.to), partial: isPartial(usage) },
    covered: usage.covered,
    rows: usage.rows,
    items,
    totals: { regular, machine },
    excluded,
    countries_without_code: usage.unknownCountries,
    precision_of_kept: share,
    clean_requests: share && { low: times(share.low), value: times(share.value), high: times(share.high) },
  };
}

function totalsOf({ counts }: UsageCounts) {
  const items = counts.columns.item as TextColumn;
  const machine = numbers(counts, 'machine');
  const sum = (name: string, of: 0 | 1) =>
    numbers(counts, name).reduce((a, n, i) => (machine[i] === of ? a + n : a), 0);
  const totals = (of: 0 | 1): Totals => {
    const sizes = numbers(counts, 'bytes').filter((bytes, i) => machine[i] === of && !Number.isNaN(bytes));
    return {
      total_investigations: sum('total_investigations', of),
      unique_investigations: sum('unique_investigations', of),
      total_requests: sum('total_requests', of),
      unique_requests: sum('unique_requests', of),
      volume_mb: sizes.length === 0 ? null : sizes.reduce((a, b) => a + b, 0) / 1e6,
    };
  };
  return { items: new Set(items.codes).size, regular: totals(0), machine: totals(1) };
}
