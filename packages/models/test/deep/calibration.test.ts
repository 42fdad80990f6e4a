import { createRandom } from '@deeplogbot/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCertain } from '../../src/deep/conformal.js';
import {
  calibrated,
  calibratedBoth,
  cleanTotal,
  conformalSet,
  conformalThreshold,
  fitCalibration,
} from '../../src/index.js';

describe('calibration', () => {
  /** Rows drawn from known probabilities; scores are their logarithms, distorted by a scale and biases. */
  function drawn(rows: number, scale: number, bias: readonly number[]) {
    const random = createRandom(7);
    const truth = Array.from({ length: rows }, () => {
      const raw = [0, 1, 2].map(() => random.next() ** 2 + 0.01);
      const sum = raw.reduce((a, b) => a + b, 0);
      return raw.map((p) => p / sum);
    });
    const classOf = Int32Array.from(truth, (p) => {
      const u = random.next();
      return u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2;
    });
    const scores = [0, 1, 2].map((k) => Float64Array.from(truth, (p) => (Math.log(p[k]!) - bias[k]!) / scale));
    return { truth, classOf, scores };
  }

  it('finds the scale and the biases that scores were distorted with', () => {
    const { classOf, scores } = drawn(3000, 2.5, [0, 0.7, -0.4]);
    const { scale, bias } = fitCalibration(scores, classOf);
    expect(Math.abs(scale - 2.5)).toBeLessThan(0.25);
    expect(Math.abs(bias[1]! - 0.7)).toBeLessThan(0.25);
    expect(Math.abs(bias[2]! + 0.4)).toBeLessThan(0.25);
  });

  it('gives probabilities that sum to 1 and keep the order of the scores where there is no bias', () => {
    const { scores } = drawn(100, 1, [0, 0, 0]);
    const p = calibrated(scores, { scale: 3, bias: [0, 0, 0] });
    for (let row = 0; row < 100; row++) {
      expect(p[0]![row]! + p[1]![row]! + p[2]![row]!).toBeCloseTo(1, 12);
      expect(p[0]![row]! > p[1]![row]!).toBe(scores[0]![row]! > scores[1]![row]!);
    }
  });

  it('judges each row by the calibration that its number of events asks for', () => {
    const { scores } = drawn(50, 1, [0, 0, 0]);
    const both = { many: { scale: 2, bias: [0, 0.5, 0] }, few: { scale: 0.5, bias: [0, -1, 2] } };
    const few = Uint8Array.from({ length: 50 }, (_, row) => (row % 3 === 0 ? 1 : 0));
    const [many, uncertain] = [calibrated(scores, both.many), calibrated(scores, both.few)];
    const found = calibratedBoth(scores, few, both);
    found.forEach((column, k) => {
      expect(column).toEqual(column.map((_, row) => (few[row] === 1 ? uncertain : many)[k]![row]!));
    });
  });

  it('is certain of a class exactly where the conformal set is that class alone', () => {
    const share = fc.constantFrom(0, 0.1, 0.25, 0.3, 0.5, 0.9, 1);
    fc.assert(
      fc.property(fc.tuple(share, share, share), fc.nat(2), share, (p, label, threshold) => {
        const set = conformalSet(p, threshold);
        expect(isCertain(p, label, threshold)).toBe(set.length === 1 && set[0] === label);
      }),
    );
  });

  it('conformal sets hold the true class as often as asked', () => {
    const { classOf, scores } = drawn(6000, 1, [0, 0, 0]);
    const part = (from: number, to: number) =>
      calibrated(
        scores.map((column) => column.subarray(from, to)),
        { scale: 1, bias: [0, 0, 0] },
      );
    const threshold = conformalThreshold(part(0, 3000), classOf.subarray(0, 3000), 0.9);
    const held = part(3000, 6000);
    let inside = 0;
    for (let row = 0; row < 3000; row++) {
      const set = conformalSet(
        held.map((column) => column[row]!),
        threshold,
      );
      if (set.includes(classOf[3000 + row]!)) inside++;
    }
    expect(inside / 3000).toBeGreaterThan(0.88);
    expect(inside / 3000).toBeLessThan(0.92);
  });

  it('promises nothing on too few rows', () => {
    expect(conformalThreshold([Float64Array.of(0.9, 0.8), Float64Array.of(0.1, 0.2)], Int32Array.of(0, 0), 0.9)).toBe(
      0,
    );
    expect(conformalSet([0.2, 0.7, 0.1], 0.15)).toEqual([1, 0]);
    expect(conformalSet([0.2, 0.7, 0.1], 0.99)).toEqual([1]);
  });
});

describe('the clean total', () => {
  const verdict = (organic: number, label: 'organic' | 'bot') =>
    ({ label, probabilities: [organic, 1 - organic, 0] }) as never;

  it('is what is delivered, with the share of it that is expected to be of people', () => {
    const total = cleanTotal(
      [verdict(0.9, 'organic'), verdict(0.1, 'bot'), verdict(1, 'organic')],
      Float64Array.of(100, 1000, 50),
    );
    expect(total.delivered).toBe(150);
    expect(total.expected).toBeCloseTo(0.9 * 100 + 0.1 * 1000 + 50, 9);
    expect(total.organicShare).toBeCloseTo((90 + 50) / 150, 12);
    expect([total.low, total.high]).toEqual([50, 1150]);
  });

  it('lets errors that locations share widen the interval, which chance alone would close', () => {
    const rows = Array.from({ length: 2500 }, () => ({ label: 'organic', probabilities: [0.9, 0.05, 0.05] }) as never);
    const { low, high } = cleanTotal(rows, new Float64Array(2500).fill(1));
    // Independent draws leave 2250 ± 29; a shared error of 1.18 logits down or up moves the mean to 1836 or 2418.
    expect(low).toBeLessThan(1950);
    expect(high).toBeGreaterThan(2400);
    expect(high).toBeLessThanOrEqual(2500);
  });

  it('holds what is expected, where hardly a draw comes near it, too', () => {
    const rows = [verdict(0.999, 'organic'), verdict(0.001, 'bot')];
    const { low, high, expected } = cleanTotal(rows, Float64Array.of(1000, 50_000));
    expect(expected).toBeCloseTo(1049, 9);
    expect([low, high]).toEqual([1000, expected]);
  });

  describe('with a second view', () => {
    const verdict = (p: number) => ({ label: 'organic', probabilities: [p, 1 - p, 0] }) as never;
    const DOWNLOADS = new Float64Array(40).fill(1);
    const rows = Array.from(DOWNLOADS, () => verdict(1));
    const view = (kinds: (row: number) => number, weight: number, alone = 1) => ({
      organic: new Float64Array(40),
      alone: new Float64Array(40).fill(alone),
      kind: Uint8Array.from(DOWNLOADS, (_, row) => kinds(row)),
      weight: new Float64Array(40).fill(weight),
    });

    it('takes locations of one kind for people all or none, and kinds apart', () => {
      const bounds = (kinds: (row: number) => number, weight: number) => {
        const { low, high, delivered } = cleanTotal(rows, DOWNLOADS, { secondView: view(kinds, weight) });
        return [low, high, delivered];
      };
      expect(bounds(() => 1, 0.5)).toEqual([0, 40, 40]);
      // Each of two kinds is of the second view in a fifth of the draws, both in a twenty-fifth.
      expect(bounds((row) => (row < 10 ? 1 : 2), 0.2)).toEqual([0, 40, 40]);
      // In a hundredth of the draws: not within 95 %.
      expect(bounds(() => 1, 0.01)).toEqual([40, 40, 40]);
      expect(bounds((row) => (row < 10 ? 0 : 1), 0.5)).toEqual([10, 40, 40]);
    });

    it('draws by what the first view said alone where a verdict gives the second a part', () => {
      const shared = Array.from(DOWNLOADS, () => verdict(0.6));
      const { low, high, expected } = cleanTotal(shared, DOWNLOADS, { secondView: view(() => 1, 0.5) });
      expect([low, high, expected]).toEqual([0, 40, expect.closeTo(24, 9)]);
    });

    it('asks by location how likely the second is right', () => {
      const half = view(() => 1, 0);
      half.weight.fill(0.5, 0, 10);
      expect(cleanTotal(rows, DOWNLOADS, { secondView: half })).toMatchObject({ low: 30, high: 40 });
    });

    it('counts a disputed location once', () => {
      const unsure = Array.from(DOWNLOADS, () => verdict(0.6));
      const agreed = { ...view(() => 1, 0.5), organic: new Float64Array(40).fill(0.6) };
      const { low, high } = cleanTotal(unsure, DOWNLOADS, { secondView: agreed });
      expect(low).toBeGreaterThan(5);
      expect(high).toBeLessThanOrEqual(40);
    });

    it('is the same without one as with one that agrees everywhere', () => {
      const unsure = Array.from(DOWNLOADS, () => verdict(0.6));
      expect(cleanTotal(unsure, DOWNLOADS, { secondView: view(() => 0, 0.5) })).toEqual(cleanTotal(unsure, DOWNLOADS));
    });

    it('leaves out what has no verdict', () => {
      const none = Array.from(DOWNLOADS, () => verdict(Number.NaN));
      expect(cleanTotal(none, DOWNLOADS, { secondView: view(() => 1, 0.5) })).toMatchObject({ low: 0, high: 0 });
    });
  });

  it('leaves locations without a verdict out', () => {
    const none = { label: 'insufficient_evidence', probabilities: [Number.NaN, Number.NaN, Number.NaN] } as never;
    expect(cleanTotal([none], Float64Array.of(5))).toEqual({
      delivered: 0,
      expected: 0,
      low: 0,
      high: 0,
      organicShare: Number.NaN,
    });
  });
});
