import { readFileSync } from 'node:fs';
import { type BoostingOptions, gradientBoosting } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

interface Setting {
  readonly max_iter: number;
  readonly learning_rate: number;
  readonly max_leaf_nodes: number;
  readonly max_depth: number | null;
  readonly min_samples_leaf: number;
  readonly l2_regularization: number;
  readonly class_weight?: 'balanced';
}

interface Fixture {
  readonly settings: Readonly<Record<string, Setting>>;
  readonly sets: readonly {
    readonly name: string;
    readonly columns: readonly (readonly (number | null)[])[];
    /** First letter of each row's class. */
    readonly labels: string;
    readonly classes: readonly string[];
    readonly fold: string;
    readonly results: readonly { readonly setting: string; readonly log_loss: number; readonly sd: number }[];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/boosting.json', import.meta.url), 'utf8')) as Fixture;

const optionsOf = (setting: Setting): BoostingOptions => ({
  rounds: setting.max_iter,
  learningRate: setting.learning_rate,
  maxLeaves: setting.max_leaf_nodes,
  maxDepth: setting.max_depth ?? Number.POSITIVE_INFINITY,
  minSamplesLeaf: setting.min_samples_leaf,
  l2: setting.l2_regularization,
});

/** Held-out log-loss of our model on one fold. */
function heldOutLoss(set: Fixture['sets'][number], setting: Setting, held: number): number {
  const rows = [...set.fold].map((fold, row) => ({ row, held: Number(fold) === held }));
  const pick = (wanted: boolean) => rows.filter((each) => each.held === wanted).map(({ row }) => row);
  const columnsOf = (picked: number[]) =>
    set.columns.map((column) => Float64Array.from(picked, (row) => column[row] ?? Number.NaN));
  const labelOf = (row: number) => set.classes.find((name) => name.startsWith(set.labels[row]!))!;
  const model = gradientBoosting(optionsOf(setting)).fit(columnsOf(pick(false)), pick(false).map(labelOf), {
    classWeights: setting.class_weight,
  });
  const p = model.predictProbabilities(columnsOf(pick(true)));
  const losses = pick(true).map((row, i) => -Math.log(p[model.classes.indexOf(labelOf(row))]![i]!));
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

describe.each(fixture.sets.map((set) => [set.name, set] as const))('gradient boosting on %s', (_name, set) => {
  it.each(Object.entries(fixture.settings))('has the held-out log-loss of scikit-learn, %s', (name, setting) => {
    // Theirs is the mean over orders of the columns, which decide between equal gains; `sd` is the spread of one order.
    const theirs = set.results.find((result) => result.setting === name)!;
    const ours = [0, 1, 2].map((held) => heldOutLoss(set, setting, held)).reduce((a, b) => a + b, 0) / 3;
    expect(ours / theirs.log_loss).toBeLessThan(1.02);
    expect(ours / theirs.log_loss).toBeGreaterThan(0.96);
  });
});
