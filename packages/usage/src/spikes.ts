import type { UsageCounts } from './count.js';
import { itemsOf } from './items.js';
import { type Month, monthText } from './months.js';
import { tsvLine } from './tsv.js';

/** How a month stands out. */
export type SpikeMark = 'positive-spike' | 'negative-spike';

/** Fewest units of a month that can be a positive spike, and smallest mean below which a negative one says nothing. */
const MIN_UNITS = 100;
const MIN_MEAN = 20;
const YEAR = 12;

/**
 * The mark of a month against the twelve before it (COUNTER Code of Practice 5.1): positive where it has at least 100
 * units and more than three times their mean, negative where it has less than 1 % of a mean of at least 20.
 */
export function spikeMark(units: number, previous: readonly number[]): SpikeMark | null {
  if (previous.length !== YEAR) return null;
  return markOf(units, previous.reduce((a, b) => a + b, 0) / YEAR);
}

function markOf(units: number, mean: number): SpikeMark | null {
  if (units >= MIN_UNITS && units > 3 * mean) return 'positive-spike';
  if (mean >= MIN_MEAN && units < 0.01 * mean) return 'negative-spike';
  return null;
}

/** A month that stands out: `units` against the `mean` of the twelve before it. */
export interface Spike {
  readonly item: string;
  readonly machine: boolean;
  readonly month: Month;
  readonly units: number;
  readonly mean: number;
  readonly mark: SpikeMark;
}

/** Marks of total requests per data set and access method; months of the period without use count as 0. */
export function* spikesOf(usage: UsageCounts): Iterable<Spike> {
  if (usage.to - usage.from < YEAR) return;
  for (const { item, cells } of itemsOf(usage, { countries: false })) {
    for (const machine of [false, true]) {
      const units = new Array<number>(usage.to - usage.from + 1).fill(0);
      let any = false;
      for (const cell of cells) {
        if (cell.machine !== machine) continue;
        units[cell.month - usage.from] = cell.counts[2];
        any = true;
      }
      if (!any) continue;
      let sum = 0;
      for (const [i, n] of units.entries()) {
        if (i >= YEAR) {
          const mark = markOf(n, sum / YEAR);
          if (mark) yield { item, machine, month: usage.from + i, units: n, mean: sum / YEAR, mark };
          sum -= units[i - YEAR]!;
        }
        sum += n;
      }
    }
  }
}

/** Months whose total requests differ much from the year before, one a line. */
export function spikesTsv(usage: UsageCounts): string {
  let text = tsvLine([
    'Dataset',
    'Access_Method',
    'Month',
    'Total_Dataset_Requests',
    'Mean_Of_12_Months_Before',
    'Mark',
  ]);
  for (const { item, machine, month, units, mean, mark } of spikesOf(usage)) {
    text += tsvLine([item, machine ? 'Machine' : 'Regular', monthText(month), units, Number(mean.toFixed(2)), mark]);
  }
  return text;
}
