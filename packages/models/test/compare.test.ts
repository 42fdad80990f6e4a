import { compareLabels, evaluateLabels, mcNemar, type Probabilities, reliabilityBins } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

describe('mcNemar', () => {
  it('is exact for few discordant rows', () => {
    // 2 · (C(10, 0) + C(10, 1) + C(10, 2)) / 2^10 = 2 · 56 / 1024
    expect(mcNemar(8, 2)).toEqual({ onlyFirst: 8, onlySecond: 2, statistic: null, pValue: 0.109375, test: 'exact' });
    expect(mcNemar(2, 8).pValue).toBe(0.109375);
    expect([mcNemar(0, 1).pValue, mcNemar(0, 0).pValue]).toEqual([1, 1]);
    // 2 · P(X ≤ 12) with X ~ Binomial(24, ½) is above 1
    expect(mcNemar(12, 12)).toMatchObject({ pValue: 1, test: 'exact' });
  });

  it('corrects χ² for continuity where there are more', () => {
    // (|30 − 10| − 1)² / 40 = 361 / 40; (|32 − 17| − 1)² / 49 = 4; (|23 − 2| − 1)² / 25 = 16
    expect(mcNemar(30, 10)).toMatchObject({ statistic: 9.025, test: 'continuity-corrected' });
    expect([mcNemar(32, 17).statistic, mcNemar(23, 2).statistic]).toEqual([4, 16]);
    expect(mcNemar(20, 20)).toMatchObject({ statistic: 0, pValue: 1 });
  });

  it('has the p-values of the normal distribution, P(χ² > z²) = 2 · (1 − Φ(z))', () => {
    expect(mcNemar(32, 17).pValue).toBeCloseTo(0.045500263896358, 12);
    expect(mcNemar(23, 2).pValue / 6.334248366623977e-5).toBeCloseTo(1, 9);
    expect(mcNemar(0, 49).pValue / 7.0251371934582854e-12).toBeCloseTo(1, 9);
  });
});

describe('reliabilityBins', () => {
  it('gives the figures worked by hand', () => {
    const p: Probabilities = [
      [0.875, 0.125, 0],
      [0.625, 0.375, 0],
      [0.5, 0.25, 0.25],
      [0, 0, 1],
      [Number.NaN, Number.NaN, Number.NaN],
    ];
    // tops 0.875 right, 0.625 wrong, 0.5 right, 1 right; the last row has no verdict
    expect(reliabilityBins([0, 1, 0, 2, 0], p, 4)).toEqual([
      { from: 0, to: 0.25, rows: 0, meanConfidence: null, shareRight: null },
      { from: 0.25, to: 0.5, rows: 0, meanConfidence: null, shareRight: null },
      { from: 0.5, to: 0.75, rows: 2, meanConfidence: 0.5625, shareRight: 0.5 },
      { from: 0.75, to: 1, rows: 2, meanConfidence: 0.9375, shareRight: 1 },
    ]);
  });

  it('is what the calibration error sums up', () => {
    const p: Probabilities = [
      [0.1, 0.8, 0.1],
      [0.6, 0.4, 0],
    ];
    const { reliability, calibrationError } = evaluateLabels(['bot', 'bot'], ['bot', 'organic'], p);
    expect(reliability).toHaveLength(15);
    const gaps = reliability!.map((bin) => bin.rows * Math.abs((bin.meanConfidence ?? 0) - (bin.shareRight ?? 0)));
    expect(calibrationError).toBeCloseTo(gaps.reduce((a, b) => a + b, 0) / 2, 12);
    expect(evaluateLabels(['bot'], ['bot']).reliability).toBeNull();
  });
});

describe('compareLabels', () => {
  const truth = ['bot', 'bot', 'organic', 'organic'];
  const first = { labels: ['bot', 'organic', 'organic', 'organic'] };
  const second = { labels: truth };

  it('gives the figures worked by hand', () => {
    // F1 of the first: bot 2 / 3, organic 4 / 5, mean 11 / 15; of the second 1
    const { macroF1Difference: difference, mcNemar: test } = compareLabels(truth, first, second);
    expect(difference.value).toBeCloseTo(4 / 15, 12);
    expect(test).toMatchObject({ onlyFirst: 0, onlySecond: 1, pValue: 1 });
    // Every resample has the second right throughout.
    expect(difference.low).toBe(0);
    expect(difference.high).toBeGreaterThan(4 / 15);
  });

  it('turns its sign with the order, repeats with its seed, and is 0 for the same labels', () => {
    const forth = compareLabels(truth, first, second).macroF1Difference;
    const back = compareLabels(truth, second, first).macroF1Difference;
    expect([back.low, back.high]).toEqual([-forth.high, -forth.low].map((value) => expect.closeTo(value, 12)));
    expect(compareLabels(truth, first, second)).toEqual(compareLabels(truth, first, second));
    expect(compareLabels(truth, first, first).macroF1Difference).toEqual({ value: 0, low: 0, high: 0 });
  });
});
