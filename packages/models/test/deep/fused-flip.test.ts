import { CLASSES, type ClassName, createRandom, FeatureTable, type Verdict } from '@deeplogbot/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Fusing, fusedFlips, withFlip } from '../../src/deep/fused-flip.js';
import { pooled } from '../../src/deep/pooling.js';
import { baseColumns, exemplarColumns } from '../../src/deep/self-training.js';
import { balancedLabel } from '../../src/deep/verdict.js';
import {
  atOnce,
  type BoostingModel,
  calibratedBoth,
  deepClassifier,
  gradientBoosting,
  type TrainedModel,
  trainModel,
} from '../../src/index.js';

const ROWS = 150;
const WEIGHT = 0.2;

/** Bots have many users, or fewer and short pauses, which the fitted model cannot see. */
const random = createRandom(5);
const users = Float64Array.from({ length: ROWS }, () => Math.round(200 * random.next()));
const pauses = Float64Array.from({ length: ROWS }, () => 100 * random.next());
const total = users.map((u) => 60 + 3 * u);
const labels = Array.from(users, (u, row): ClassName => (u - pauses[row]! > 60 ? 'bot' : 'organic'));
const columns = new Map([
  ['unique_users', users],
  ['total_downloads', total],
  ['pauses', pauses],
]);
const keys = Array.from(users, (_, i) => `place ${i}`);
const table = new FeatureTable(keys, { country: [], city: [] }, columns, new Map());

let model: TrainedModel;
let own: BoostingModel;
const NAMES = ['pauses', 'base_organic', 'base_bot', 'base_hub'];

/** Probabilities of the fitted model. */
const fitted = (u: Float64Array): Float64Array[] =>
  calibratedBoth(model.scores.rawScores([u, total]), new Uint8Array(u.length), model.calibration);

/** Of the pool, for values of the rows: the way that a whole log goes. */
function pool(u: Float64Array, p: Float64Array): Float64Array[] {
  const base = fitted(u);
  return pooled(base, own.predictProbabilities([p, ...Object.values(baseColumns(base))]), WEIGHT);
}
const labelsOf = (u: Float64Array, p: Float64Array): ClassName[] => {
  const probabilities = pool(u, p);
  return keys.map((_, row) => balancedLabel(probabilities.map((column) => column[row]!)));
};

beforeAll(() => {
  const boosting = { bags: 2, rounds: 10 };
  model = trainModel(table, { labels, provider: 'test', features: ['unique_users', 'total_downloads'], boosting });
  const read = [pauses, ...Object.values(baseColumns(fitted(users)))];
  own = gradientBoosting({ rounds: 30, maxLeaves: 6, minSamplesLeaf: 5 }).fit(read, labels, { classes: CLASSES });
});

describe('the nearest flip of a log that was learned from itself', () => {
  const learned = () => ({ model: own, features: NAMES, columns: [pauses, users, users, users] });
  const finding = (read: Fusing['own'] = learned(), weight = WEIGHT) =>
    atOnce(
      fusedFlips({
        measures: (name) => columns.get(name),
        rows: ROWS,
        model,
        own: read!,
        weight,
        rhythm: new Float64Array(ROWS).fill(Number.NaN),
        deliver: balancedLabel,
      }),
    )!;
  const finder = (weight?: number) => {
    const search = finding(learned(), weight);
    return (row: number) => atOnce(search(row));
  };

  it('flips what the fitted model, the fusion that reads it and the pool say together', () => {
    const before = labelsOf(users, pauses);
    const find = finder();
    const found = keys.map((_, row) => find(row));
    const named = new Set(found.map((flip) => flip?.feature));
    expect([named.has('unique_users'), named.has('pauses')]).toEqual([true, true]);
    for (const [row, flip] of found.entries()) {
      if (!flip || flip.feature === 'total_downloads') continue;
      const change = (column: Float64Array, name: string) =>
        name === flip.feature ? column.map((value, i) => (i === row ? flip.to : value)) : column;
      const after = labelsOf(change(users, 'unique_users'), change(pauses, 'pauses'));
      expect([flip.from, after[row]]).toEqual([columns.get(flip.feature)![row], flip.label]);
      expect(flip.label).not.toBe(before[row]);
    }
  });

  it('leaves alone what only the fusion reads where it has no weight', () => {
    const find = finder(1);
    const found = keys.map((_, row) => find(row)?.feature);
    expect(found).toContain('unique_users');
    expect(found).not.toContain('pauses');
  });

  it('changes what exemplars taught along with what they were read by', () => {
    const said = exemplarColumns(own.rawScores([pauses, ...Object.values(baseColumns(fitted(users)))]));
    const names = Object.keys(said);
    const onLabels = gradientBoosting({ rounds: 30 }).fit(Object.values(said), labels, { classes: CLASSES });
    const alone = { model: own, features: NAMES, columns: [pauses, users, users, users] };
    const reading = { model: onLabels, features: names, columns: Object.values(said), alone };
    const search = finding(reading);
    const found = keys.map((_, row) => atOnce(search(row)));
    const after = (u: Float64Array, p: Float64Array, row: number) => {
      const words = exemplarColumns(own.rawScores([p, ...Object.values(baseColumns(fitted(u)))]));
      const probabilities = pooled(fitted(u), onLabels.predictProbabilities(Object.values(words)), WEIGHT);
      return balancedLabel(probabilities.map((column) => column[row]!));
    };
    const flips = found.flatMap((flip, row) => (flip && flip.feature !== 'total_downloads' ? [{ ...flip, row }] : []));
    expect(new Set(flips.map(({ feature }) => feature))).toEqual(new Set(['unique_users', 'pauses']));
    for (const { feature, row, to, label } of flips) {
      const change = (column: Float64Array, name: string) =>
        name === feature ? column.map((value, i) => (i === row ? to : value)) : column;
      expect(after(change(users, 'unique_users'), change(pauses, 'pauses'), row)).toBe(label);
      expect(after(users, pauses, row)).not.toBe(label);
    }
  });

  it('cannot look through a fusion without trees', () => {
    const blind = { measures: () => users, rows: ROWS, model, weight: 0, rhythm: users, deliver: balancedLabel };
    expect(atOnce(fusedFlips({ ...blind, own: { features: NAMES, columns: [] } }))).toBeUndefined();
  });

  it('is told to whoever reviews, as the last reason', async () => {
    const known = new Map(keys.flatMap((key, row) => (row % 2 ? [[key, labels[row]!] as const] : [])));
    const context = { randomState: 1, contamination: 0.15 };
    const careful = { ...model, conformal: { coverage: 0.99, threshold: 0.02 } };
    const { rows } = await deepClassifier({ model: careful, labels: known, reasons: 2 }).classify(table, context);
    const reviewed = rows.filter(({ needsReview }) => needsReview);
    expect(reviewed.length).toBeGreaterThan(0);
    const told = reviewed.flatMap(({ label, reasons }) =>
      reasons.at(-1)!.id === 'nearest_flip' ? [{ label, reason: reasons.at(-1)! }] : [],
    );
    expect(told.length).toBeGreaterThan(0);
    for (const { label, reason } of told) {
      expect(reason.sentence).toMatch(/^It would be (organic|bot|hub) if \w+ were [-\d.e+]+ instead of [-\d.e+]+\.$/);
      expect(reason.sentence).not.toContain(`be ${label} if`);
    }
    expect(
      rows.filter(({ needsReview }) => !needsReview).some(({ reasons }) => reasons.at(-1)?.id === 'nearest_flip'),
    ).toBe(false);
  });

  it('leaves a verdict as it is where nothing flips it', () => {
    const verdict = { label: 'bot', reasons: [] } as unknown as Verdict;
    expect(withFlip(verdict, null)).toBe(verdict);
  });
});
