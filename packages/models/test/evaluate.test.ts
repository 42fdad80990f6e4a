import { evaluateLabels } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

const truth = ['bot', 'bot', 'bot', 'hub', 'organic', 'organic'];
const predicted = ['bot', 'bot', 'hub', 'hub', 'bot', 'insufficient_evidence'];

describe('evaluateLabels', () => {
  it('gives the figures worked by hand', () => {
    // bot: 2 of 3 predicted, 2 of 3 true; hub: 1 of 2, 1 of 1; organic: none of 0, 0 of 2.
    const result = evaluateLabels(truth, predicted);
    expect(result.accuracy.value).toBe(0.5);
    expect(result.coverage).toBeCloseTo(5 / 6, 12);
    expect(result.classes.bot).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    expect(result.classes.hub).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3, support: 1 });
    expect(result.classes.organic).toEqual({ precision: Number.NaN, recall: 0, f1: 0, support: 2 });
    expect(result.macroF1.value).toBeCloseTo(4 / 9, 12);
    expect(result.confusion.organic).toEqual({ organic: 0, bot: 1, hub: 0, insufficient_evidence: 1 });
    // chance = (3·3 + 1·2 + 2·0) / 36
    expect(result.kappa).toBeCloseTo((0.5 - 11 / 36) / (1 - 11 / 36), 12);
    expect([result.logLoss, result.calibrationError]).toEqual([null, null]);
  });

  it('brackets the value by its interval and repeats with its seed', () => {
    const { accuracy } = evaluateLabels(truth, predicted);
    expect(accuracy.low).toBeLessThanOrEqual(accuracy.value);
    expect(accuracy.high).toBeGreaterThanOrEqual(accuracy.value);
    expect(evaluateLabels(truth, predicted)).toEqual(evaluateLabels(truth, predicted));
  });

  it('measures log-loss and calibration', () => {
    // −(ln 0.8 + ln 0.4) / 2; bins hold one row each: |0.8 − 1| and |0.6 − 0|
    const { logLoss, calibrationError } = evaluateLabels(
      ['bot', 'bot'],
      ['bot', 'organic'],
      [
        [0.1, 0.8, 0.1],
        [0.6, 0.4, 0],
      ],
    );
    expect(logLoss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4)) / 2, 12);
    expect(calibrationError).toBeCloseTo((0.2 + 0.6) / 2, 12);
  });

  it('refuses probabilities that do not fit', () => {
    expect(() => evaluateLabels(['bot'], ['bot'], [])).toThrow('0 rows for 1 labels');
    expect(() => evaluateLabels(['bot'], ['bot'], [[5, 7, -1]])).toThrow('row 0 is 5, 7, -1');
  });

  it('refuses unknown labels and unequal lengths', () => {
    expect(() => evaluateLabels(['boot'], ['bot'])).toThrow('"boot" is not a label');
    expect(() => evaluateLabels(['insufficient_evidence'], ['bot'])).toThrow('is not a label');
    expect(() => evaluateLabels([], [])).toThrow('There are 0 true');
  });
});
