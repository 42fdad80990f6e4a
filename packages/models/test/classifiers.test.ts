import {
  boostingFromJson,
  forestFromJson,
  gradientBoosting,
  type Learner,
  logisticFromJson,
  logisticRegression,
  type ProbabilisticModel,
  randomForest,
} from '@deeplogbot/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { logLossOf, rowsOf, table } from './support.js';

/** Every learner and how to read its models again. */
const LEARNERS: readonly (readonly [string, () => Learner, (json: unknown) => ProbabilisticModel])[] = [
  ['gradientBoosting', () => gradientBoosting({ rounds: 20, maxLeaves: 6 }), boostingFromJson],
  ['randomForest', () => randomForest({ trees: 15, minSamplesSplit: 15 }), forestFromJson],
  ['logisticRegression', () => logisticRegression(), logisticFromJson],
];

describe.each(LEARNERS)('%s as a classifier', (_name, learner, fromJson) => {
  const train = table(400, 1);
  const test = table(400, 2);
  let model: ProbabilisticModel;

  beforeAll(() => {
    model = learner().fit(train.columns, train.labels);
  });

  it('predicts better than the shares of the classes', () => {
    expect(model.classes).toEqual(['bot', 'hub', 'organic']);
    const shares = model.classes.map((name) => train.labels.filter((label) => label === name).length / 400);
    const constant = shares.map((share) => new Float64Array(400).fill(share));
    const loss = logLossOf(model.predictProbabilities(test.columns), model.classes, test.labels);
    expect(loss).toBeLessThan(0.85 * logLossOf(constant, model.classes, test.labels));
  });

  it('gives probabilities that sum to 1, also where everything is missing', () => {
    const missing = test.columns.map((column) => column.map((x, row) => (row % 2 ? x : Number.NaN)));
    const p = model.predictProbabilities(missing);
    for (let row = 0; row < 400; row++) {
      expect(p.every((of) => of[row]! >= 0 && of[row]! <= 1)).toBe(true);
      expect(p.reduce((sum, of) => sum + of[row]!, 0)).toBeCloseTo(1, 12);
    }
  });

  it('repeats to the byte and leaves its input alone', () => {
    const copy = structuredClone(train);
    expect(JSON.stringify(learner().fit(train.columns, train.labels))).toBe(JSON.stringify(model));
    expect(train).toEqual(copy);
  });

  it('reads what it wrote', () => {
    const again = fromJson(JSON.parse(JSON.stringify(model)));
    expect(again.predictProbabilities(test.columns)).toEqual(model.predictProbabilities(test.columns));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
  });

  it('keeps the order of classes that is asked for, and one without rows near 0', () => {
    const classes = ['organic', 'bot', 'hub', 'unheard'];
    const model = learner().fit(train.columns, train.labels, { classes });
    expect(model.classes).toEqual(classes);
    expect(Math.max(...model.predictProbabilities(test.columns)[3]!)).toBeLessThan(0.01);
  });

  it('lifts a class by its weight', () => {
    const meanOf = (model: ProbabilisticModel) =>
      model.predictProbabilities(test.columns)[model.classes.indexOf('hub')]!.reduce((a, b) => a + b, 0) / 400;
    const weighted = learner().fit(train.columns, train.labels, { classWeights: { hub: 5 } });
    const balanced = learner().fit(train.columns, train.labels, { classWeights: 'balanced' });
    expect(meanOf(weighted)).toBeGreaterThan(1.5 * meanOf(model));
    expect(meanOf(balanced)).toBeGreaterThan(1.5 * meanOf(model));
  });

  it('does not learn from rows of weight 0', () => {
    const kept = Array.from({ length: 400 }, (_, row) => row).filter((row) => train.labels[row] !== 'hub');
    const weights = Float64Array.from(train.labels, (label) => (label === 'hub' ? 0 : 1));
    const model = learner().fit(train.columns, train.labels, { weights });
    const p = model.predictProbabilities(rowsOf(train, kept).columns)[model.classes.indexOf('hub')]!;
    expect(Math.max(...p)).toBeLessThan(0.01);
  });

  it('scores no rows', () => {
    expect(model.predictProbabilities(train.columns.map(() => new Float64Array(0)))[0]).toHaveLength(0);
  });

  it('stops when it is told to', () => {
    const signal = AbortSignal.abort();
    expect(() => learner().fit(train.columns, train.labels, { signal })).toThrow('was cancelled during');
  });

  it('refuses what it cannot learn from', () => {
    const fit = (columns: Float64Array[], labels: string[], options = {}) => learner().fit(columns, labels, options);
    const one = [Float64Array.of(1, 2)];
    expect(() => fit([], [])).toThrow('There are 0 labels and 0 columns.');
    expect(() => fit(one, ['a'])).toThrow('Column 0 has 2 rows; there are 1 labels.');
    expect(() => fit(one, ['a', 'a'])).toThrow('All 2 rows have the label "a".');
    expect(() => fit([Float64Array.of(1, -Infinity)], ['a', 'b'])).toThrow('Column 0 is infinite in row 1.');
    expect(() => fit(one, ['a', 'b'], { classes: ['a', 'c'] })).toThrow('Row 1 has the label "b", not one of a, c.');
    expect(() => fit(one, ['a', 'b'], { classes: ['a', 'b', 'a'] })).toThrow('one of them is there twice');
    expect(() => fit(one, ['a', 'b'], { weights: Float64Array.of(1) })).toThrow('There are 1 weights for 2 rows.');
    expect(() => fit(one, ['a', 'b'], { weights: Float64Array.of(1, -1) })).toThrow('Row 1 has the weight -1.');
    expect(() => fit(one, ['a', 'b'], { weights: Float64Array.of(0, 0) })).toThrow('All weights are 0.');
    expect(() => fit(one, ['a', 'b'], { classWeights: { c: 1 } })).toThrow('classWeights names "c"');
  });

  it('refuses columns it was not fitted on', () => {
    expect(() => model.predictProbabilities([train.columns[0]!])).toThrow('was fitted on 4 columns and given 1');
    const ragged = train.columns.with(2, new Float64Array(3));
    expect(() => model.predictProbabilities(ragged)).toThrow('Column 2 has 3 rows, column 0 has 400.');
    const infinite = train.columns.map((column) => column.map((x, row) => (row === 7 ? Infinity : x)));
    expect(() => model.predictProbabilities(infinite)).toThrow(/Column \d is infinite in row 7/);
  });

  it.each([
    ['kind', 'forest', 'at kind; it must be'],
    ['version', 99, 'The model has 99 at version'],
    ['classes', ['a', 'a', 'b'], 'it must be two or more different names'],
    ['features', 0, 'an integer in [1,'],
  ])('says what is wrong in a file: %s', (name, value, message) => {
    const json = JSON.parse(JSON.stringify(model)) as object;
    expect(() => fromJson({ ...json, [name]: value })).toThrow(message);
    expect(() => fromJson(null)).toThrow('it must be an object');
  });
});
