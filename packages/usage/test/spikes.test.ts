import { createRandom, textColumn } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { type Spike, spikeMark, spikesOf, spikesTsv, type UsageCounts } from '../src/index.js';

const FROM = 2023 * 12;

/** Counts of months with total requests as given, by data set and access method; 0 = no row. Investigations are ten times as many. */
function usageOf(
  sets: readonly (readonly [item: string, machine: boolean, requests: readonly number[]])[],
): UsageCounts {
  const cells = sets.flatMap(([item, machine, requests]) =>
    requests.flatMap((n, i) => (n > 0 ? [{ item, machine: Number(machine), month: FROM + i, n }] : [])),
  );
  cells.sort((a, b) => (a.item < b.item ? -1 : a.item > b.item ? 1 : a.month - b.month || a.machine - b.machine));
  const column = (of: (cell: (typeof cells)[number]) => number) => Float64Array.from(cells, of);
  return {
    from: FROM,
    to: FROM + sets[0]![2].length - 1,
    covered: { from: '', to: '' },
    counts: {
      rows: cells.length,
      columns: {
        item: textColumn(cells.map(({ item }) => item)),
        country: textColumn(cells.map(() => null)),
        month: column(({ month }) => month),
        machine: column(({ machine }) => machine),
        total_investigations: column(({ n }) => 10 * n),
        unique_investigations: column(({ n }) => n),
        total_requests: column(({ n }) => n),
        unique_requests: column(() => 1),
        bytes: column(() => Number.NaN),
      },
    },
    excluded: { rows: 0, columns: {} },
    unknownCountries: [],
    rows: 0,
  };
}

describe('spikes of the months of a report', () => {
  it('are the months that stand out against the twelve before them, each data set and access method by itself', () => {
    const random = createRandom(42);
    const draw = () => Array.from({ length: 40 }, () => [0, 0, 5, 30, 120, 900][random.int(6)]!);
    const sets = (['A', 'B', 'C'] as const).flatMap((item) =>
      [false, true].map((machine) => [item, machine, draw()] as const),
    );
    const expected = sets.flatMap(([item, machine, requests]) =>
      requests.flatMap((units, i): Spike[] => {
        const before = requests.slice(Math.max(0, i - 12), i);
        const mark = spikeMark(units, before);
        const mean = before.reduce((a, b) => a + b, 0) / 12;
        return mark ? [{ item, machine, month: FROM + i, units, mean, mark }] : [];
      }),
    );
    expect(new Set(expected.map(({ mark }) => mark)).size).toBe(2);
    expect([...spikesOf(usageOf(sets))]).toEqual(expected);
  });

  it('are looked for from the thirteenth month on', () => {
    const year = new Array<number>(12).fill(20);
    expect([...spikesOf(usageOf([['A', false, year]]))]).toEqual([]);
    const usage = usageOf([['A', false, [...year, 500, 1]]]);
    expect([...spikesOf(usage)].map(({ month, mark }) => [month - FROM, mark])).toEqual([[12, 'positive-spike']]);
    expect(spikesTsv(usage).split('\n').slice(1)).toEqual(['A\tRegular\t2024-01\t500\t20\tpositive-spike', '']);
  });
});
