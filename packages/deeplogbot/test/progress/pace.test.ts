import { expect, it } from 'vitest';
import { Pace } from '../../src/progress/pace.js';

/** Notes every second of a machine of so many cores, given for stretches of seconds; what is said at the end. */
function paceAfter(...stretches: readonly (readonly [seconds: number, cores: number])[]) {
  const pace = new Pace({ seconds: 0, work: 0 });
  let [seconds, work] = [0, 0];
  let said = pace.at({ seconds, work });
  for (const [length, cores] of stretches) {
    for (let i = 0; i < length; i++) {
      seconds++;
      work += cores;
      said = pace.at({ seconds, work });
    }
  }
  return said;
}

it('is that of the clock where a machine keeps one core at work', () => {
  expect(paceAfter([100, 1])).toEqual({ likely: 1, least: 1, most: 1 });
});

it('is that of the last minute, and its bounds those of the last seconds and of the whole run', () => {
  // Of 180 s: 60 s for 30 of work, then 100 at full speed and 20 at double speed, 170 in all.
  const { likely, least, most } = paceAfter([60, 0.5], [100, 1], [20, 2]);
  expect(likely).toBeCloseTo(60 / (40 + 40), 12);
  expect(least).toBeCloseTo(1 / 2, 12);
  expect(most).toBeCloseTo(180 / 170, 12);
});

it('leaves waiting out, and takes it to come again at its share of the run and half a minute', () => {
  // 30 of 120 s nothing was worked: 1 ÷ (1 − 30 ÷ 150).
  const { likely, least, most } = paceAfter([60, 1], [30, 0], [30, 1]);
  expect([likely, least, most]).toEqual([1.25, 1, 1.25]);
});

it('is one second for one as long as nothing was worked', () => {
  expect(paceAfter([20, 0]).likely).toBeCloseTo(1 / (1 - 20 / 50), 12);
});
