import { describe, expect, it } from 'vitest';
import { estimates, longestSilence, worst } from '../large/honesty.js';
import type { Reported } from '../large/request.js';

const report = (at: number, secondsLeft?: number): Reported => ({
  at,
  progress: {
    step: 'features',
    done: 1,
    total: 2,
    unit: 'nodes',
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
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

  it('that are not given are not invented', () => {
    expect(worst(estimates([report(90)], 200))).toBeUndefined();
  });

  it('come after silences, the last of which ends with the run', () => {
    expect(longestSilence(reports, 200)).toBe(50);
    expect(longestSilence(reports, 400)).toBe(210);
    expect(longestSilence([], 7)).toBe(7);
  });
});
