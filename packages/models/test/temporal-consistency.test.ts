import { ConfigError } from '@deeplogbot/core';
import { type MonthlyCounts, type TemporalSignals, temporalConsistency } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

const NAMES = ['fractionLatestYear', 'spikeRatio', 'recentActivityRatio', 'yearOverYearCv', 'momentumScore'] as const;
const NAN = Number.NaN;

/** One row per argument: fraction of the latest year, spike ratio, recent activity ratio, CV, momentum. */
const rows = (...values: number[][]): TemporalSignals =>
  Object.fromEntries(NAMES.map((name, i) => [name, Float64Array.from(values, (row) => row[i]!)]));

/** Counts of consecutive months per row; undefined is a month without a record. */
function monthly(...counts: (number | undefined)[][]): MonthlyCounts {
  const entries = counts.flatMap((series, row) =>
    series.flatMap((count, i) => (count === undefined ? [] : [{ row, month: 24_000 + i, count }])),
  );
  return {
    row: entries.map(({ row }) => row),
    month: entries.map(({ month }) => month),
    count: entries.map(({ count }) => count),
  };
}

const STEADY = [0.4, 0, 1, 0, 0]; // every signal 0
const reference = { definitions: 'reference' } as const;

describe('signals', () => {
  // Conformance vectors of the reference.
  const vectors = rows([0.9, 5, 1, 1.5, -2.5], [0.4, 0, 6, 0, 0], [1, 50, 30, 3, 10]);

  it.each(['reference', 'clean'] as const)('have the known means in %s definitions', (definitions) => {
    const { score, spike, signalScore } = temporalConsistency(vectors, { definitions });
    expect(score[0]).toBeCloseTo(0.46, 12);
    expect(score[1]).toBeCloseTo(0.1, 12);
    expect(score[2]).toBeCloseTo(0.981818, 6);
    expect([...spike]).toEqual([0, 0, 1]);
    expect(signalScore).toEqual(score);
  });

  it('that were not given are left out', () => {
    const { score } = temporalConsistency({ spikeRatio: Float64Array.of(5), momentumScore: Float64Array.of(-5) });
    expect([...score]).toEqual([0.75]);
  });

  it('that are missing are left out, where the reference reads them as ordinary', () => {
    const row = rows([1, 5, NAN, 3, NAN]); // 1, 0.5, –, 1, –
    expect(temporalConsistency(row).score[0]).toBeCloseTo(2.5 / 3, 12);
    expect(temporalConsistency(row, reference).score[0]).toBeCloseTo(2.5 / 5, 12);
  });

  it('are no evidence when fewer than three are measurable', () => {
    const { score, spike } = temporalConsistency(rows([1, 50, NAN, NAN, NAN]));
    expect([...score, ...spike]).toEqual([NAN, NAN]);
  });

  it('stay within 0 and 1 whatever comes in', () => {
    const { score } = temporalConsistency(
      rows([-3, -1, -9, -2, 0], [9, Number.POSITIVE_INFINITY, 1e300, 1e300, Number.NEGATIVE_INFINITY]),
    );
    expect([...score]).toEqual([0, 1]);
  });
});

describe('months', () => {
  const atRest = (months: MonthlyCounts, options = {}) => temporalConsistency({ ...rows(STEADY), months }, options);

  it('have the known z and score', () => {
    const { peakZ, score, spike } = atRest(monthly([10, 12, 11, 9, 80]), reference);
    expect(peakZ[0]).toBeCloseTo(46.5405, 10);
    expect([score[0], spike[0]]).toEqual([1, 1]);
  });

  it('are not measurable below three active ones', () => {
    const months = monthly([1, undefined, undefined, undefined, 90]);
    expect(atRest(months).peakZ[0]).toBeNaN();
    expect(atRest(months, reference).peakZ[0]).toBeNaN();
    expect(atRest(months).score[0]).toBe(0);
  });

  it('without downloads between the first and the last belong to the usual comings and goings', () => {
    const months = monthly([10, undefined, 12, undefined, 11, undefined, 9, undefined, 80]);
    expect(atRest(months, reference).peakZ[0]).toBeCloseTo(46.5405, 10);
    // Nine months, four of them 0: median 2√9.375 = 6.124, MAD 6.124 − 2√0.375 = 4.899, peak 2√80.375 = 17.930
    expect(atRest(months).peakZ[0]).toBeCloseTo((17.9304 - 6.1237) / (1.4826 * 4.899), 3);
  });

  it('of an occasional visitor are no spike', () => {
    const gap = Array.from({ length: 9 }, () => undefined);
    expect(atRest(monthly([60, ...gap, 60, ...gap, 60])).peakZ[0]).toBe(0);
    // Active months 5, 3, 7, 6, 15, 4: the reference has 0.6745 · 9.5 ÷ 1.5 = 4.3
    const visitor = monthly([5, ...gap, 3, 7, undefined, 6, 15, ...gap, 4]);
    expect(atRest(visitor, reference).spike[0]).toBe(1);
    expect(atRest(visitor).spike[0]).toBe(0);
  });

  it('that drop do not count', () => {
    const months = monthly([100, 102, 98, 101, 99, 100, 1]);
    expect(atRest(months, reference).spike[0]).toBe(1);
    expect(atRest(months).spike[0]).toBe(0);
  });

  it('of a handful of downloads are noise', () => {
    const months = monthly([1, 1, 1, 1, 7]); // reference: 0.6745 · 6 = 4.05
    expect(atRest(months, reference).spike[0]).toBe(1);
    expect(atRest(months).spike[0]).toBe(0); // 2√7.375 − 2√1.375 = 3.09
  });

  it('that rise far above counting noise are a spike', () => {
    const { spike, score } = atRest(monthly([10, 12, 11, 9, 80]));
    expect([spike[0], score[0]]).toEqual([1, 1]); // 2√80.375 − 2√11.375 = 11.19, spread below 1
  });

  it('may come in any order, in parts, and for some rows only', () => {
    const signals = rows(STEADY, STEADY, STEADY);
    const months = { row: [2, 0, 0, 2, 0, 2, 0], month: [3, 3, 1, 1, 2, 2, 3], count: [9, 40, 10, 9, 11, 9, 40] };
    const { peakZ } = temporalConsistency({ ...signals, months }, reference);
    expect([...peakZ]).toEqual([0.6745 * 69, NAN, 0]); // row 0: 10, 11, 80
  });

  it('survive a stray year far in the future', () => {
    const months = { row: [0, 0, 0], month: [24_000, 24_001, 9e9], count: [5, 5, 90] };
    expect(atRest(months).peakZ[0]).toBeCloseTo(2 * Math.sqrt(90.375) - 2 * Math.sqrt(5.375), 10);
  });
});

it('says what is wrong with its input', () => {
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return error instanceof ConfigError ? error.code : error;
    }
    return undefined;
  };
  expect(code(() => temporalConsistency({}))).toBe('NO_SIGNALS');
  const two = Float64Array.of(1, 2);
  expect(code(() => temporalConsistency({ spikeRatio: two, momentumScore: Float64Array.of(1) }))).toBe(
    'COLUMN_LENGTHS',
  );
  for (const months of [
    { row: [2], month: [1], count: [1] },
    { row: [0], month: [1.5], count: [1] },
    { row: [0], month: [1], count: [-1] },
    { row: [0, 0], month: [1], count: [1, 1] },
  ]) {
    expect(code(() => temporalConsistency({ spikeRatio: two, months }))).toBe('INVALID_MONTHS');
  }
});
