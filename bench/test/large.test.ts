import { describe, expect, it } from 'vitest';
import { fitCosts } from '../../scripts/embed-costs.js';
import { estimates, held, longestSilence, worst } from '../large/honesty.js';
import { measuredParts } from '../large/parts.js';
import type { Reported } from '../large/request.js';

const report = (at: number, secondsLeft?: number, between?: readonly [number, number]): Reported => ({
  at,
  cpu: at,
  progress: {
    step: 'features',
    done: 1,
    total: 2,
    unit: 'nodes',
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    ...(between === undefined ? {} : { secondsLeftBetween: between }),
  },
});

describe('estimates of the time left', () => {
  // A run of 200 s: at 100 s 100 are left; 130 foretold is 30 of 200 off.
  const reports = [report(10, 900), report(60, 120), report(100, 130), report(150), report(190, 10)];

  it('are held against what it took, as a share of the whole run, after the first minute', () => {
    expect(estimates(reports, 200).map(({ at, truth, error }) => [at, truth, error])).toEqual([
      [60, 140, 0.1],
      [100, 100, 0.15],
      [190, 10, 0],
    ]);
    expect(worst(estimates(reports, 200))).toMatchObject({ at: 100, left: 130 });
    expect(worst(estimates(reports, 200, 0))).toMatchObject({ at: 10 });
  });

  it('are held where the truth lies between their bounds', () => {
    const bounded = [report(60, 120, [110, 139]), report(100, 130, [90, 150]), report(150, 49, [49, 50])];
    expect(estimates(bounded, 200).map((one) => one.held)).toEqual([false, true, true]);
    expect(held(estimates(bounded, 200))).toBeCloseTo(2 / 3, 9);
  });

  it('that are not given are not invented', () => {
    expect(worst(estimates([report(90)], 200))).toBeUndefined();
  });

  it('come after silences, the last of which ends with the run', () => {
    expect(longestSilence(reports, 200)).toBe(50);
    expect(longestSilence(reports, 400)).toBe(210);
    expect(longestSilence([], 7)).toBe(7);
  });
});

describe('the parts of a run', () => {
  const steps = [
    { step: 'bind', seconds: 1, start: 0 },
    { step: 'features', seconds: 10, start: 0.5 },
    { step: 'features/by_user', seconds: 4 },
    { step: 'reports/csv', seconds: 6 },
    { step: 'classify', seconds: 3, start: 11.5 },
    { step: 'statistics', seconds: 2, start: 14.5 },
    { step: 'annotate', seconds: 3, start: 14.5 },
  ];
  const outcome = {
    seconds: 18,
    cpuSeconds: 16.5,
    peakMiB: 1,
    rows: 10,
    locations: 2,
    sourceScans: 4,
    steps,
    warnings: [],
  };
  /** Busy with one core up to 7 s, with half of one from there to 17 s, and with 3.5 s of processor time in the last second. */
  const at = (seconds: number, cpu: number, more: object = {}) => ({
    at: seconds,
    cpu,
    progress: { step: 'features', done: 1, total: 3, unit: 'nodes' as const, ...more },
  });
  const reports = [
    at(1, 1),
    at(3, 3, { keys: 2 }),
    at(7, 7, { part: 'features/by_user' }),
    at(10, 9, { part: 'features/by_day' }),
    at(12, 10),
    at(17, 13),
  ];

  it('are what lies between two ends: nodes, what is left of the features, stages and what is written, by the processor time of it', () => {
    const parts = measuredParts({ rows: 10, locations: 2, method: 'deep', outcome, reports });
    // Features end at 1 + 10 = 11 s, half-way between 9 and 10 s of processor time; verdicts at 15 s, with 11.8 of them.
    expect(parts.map(({ part, seconds }) => [part, Number(seconds.toFixed(9))])).toEqual([
      ['features/by_user', 4],
      ['features/by_day', 2],
      ['features', 0.5],
      ['classify/deep', 2.3],
      ['outputs', 4.7],
    ]);
  });
});

describe('costs of a part', () => {
  const points = (once: number, perRow: number, perLocation: number, ...sizes: [number, number][]) =>
    sizes.map(([rows, locations]) => ({
      part: 'x',
      rows,
      locations,
      seconds: once + perRow * rows + perLocation * locations,
    }));

  it.each([
    [0.5, 2e-7, 3e-5],
    [0, 2e-7, 3e-5],
    [0.1, 0, 0],
    [0, 4e-7, 0],
    [0.02, 0, 1e-5],
  ])('are found again where they are %f s, %f s a row and %f s a location', (...costs) => {
    const sizes: [number, number][] = [
      [1e5, 1e3],
      [1e6, 3e3],
      [1e6, 8e3],
      [1e7, 3e4],
    ];
    for (const [i, cost] of fitCosts(points(...costs, ...sizes)).entries()) expect(cost).toBeCloseTo(costs[i]!, 8);
  });

  it('are never negative, and none where nothing was measured', () => {
    const falling = [
      { part: 'x', rows: 1e6, locations: 1e4, seconds: 2 },
      { part: 'x', rows: 1e7, locations: 1e4, seconds: 1 },
    ];
    for (const cost of fitCosts(falling)) expect(cost).toBeGreaterThanOrEqual(0);
    expect(fitCosts([{ part: 'x', rows: 1e6, locations: 1e4, seconds: 0 }])).toEqual([0, 0, 0]);
  });
});
