import { checkAborted, createRandom, type Random, type RunControl } from '@deeplogbot/core';
import { addLeafValues, concatTrees, type DecisionTrees } from '../decision-trees.js';
import type { Training } from '../model.js';
import { type BinnedColumns, binSteps } from './bins.js';
import { TreeGrower } from './grow.js';
import { type BoostingSettings, constraintsOf } from './options.js';
import { baselineScores, gradients, logLoss } from './softmax-loss.js';

/** What the rounds yield: a score to begin with per class, and K trees per round. */
export interface Boosted {
  readonly baseline: Float64Array;
  readonly trees: DecisionTrees;
}

/** Rows to learn from and rows to watch, both ascending. */
interface Parts {
  readonly train: Int32Array;
  readonly held: Int32Array;
}

/** Fits round by round and yields after each, so that a caller can let others run in between. */
export function* boostSteps(
  training: Training,
  settings: BoostingSettings,
  control: RunControl,
): Generator<undefined, Boosted> {
  const random = createRandom(settings.randomState);
  const parts = settings.earlyStopping
    ? holdOut(training, settings.earlyStopping.validationFraction, random)
    : { train: Int32Array.from({ length: training.rows }, (_, row) => row), held: new Int32Array(0) };
  const binned = yield* binSteps(training.columns, parts.train, settings.maxBins);
  const baseline = baselineScores(training, parts.train);
  const raw = training.classes.map((_, k) => new Float64Array(training.rows).fill(baseline[k]!));
  const rounds = new Rounds(training, settings, binned, raw, random);
  const trees: DecisionTrees[][] = [];
  const stopping = new Stopping(settings.earlyStopping, () => logLoss(raw, training, parts.held));
  for (let round = 0; round < settings.rounds && !stopping.isDue(round); round++) {
    checkAborted(control, 'gradient boosting');
    trees.push(rounds.next(parts.train));
    yield undefined;
  }
  stopping.isDue(trees.length);
  return { baseline, trees: concatTrees(trees.slice(0, stopping.bestRound ?? trees.length).flat()) };
}

/** Remembers after which number of rounds the held-out loss was lowest. */
class Stopping {
  bestRound: number | undefined;
  private best = Number.POSITIVE_INFINITY;

  constructor(
    private readonly settings: BoostingSettings['earlyStopping'],
    private readonly loss: () => number,
  ) {}

  isDue(round: number): boolean {
    if (!this.settings) return false;
    const loss = this.loss();
    if (this.bestRound === undefined || loss < this.best - this.settings.tolerance) {
      this.best = loss;
      this.bestRound = round;
    }
    return round - this.bestRound >= this.settings.patience;
  }
}

/** Holds out a share of each class's rows, rounded, so that at least one row of each stays to learn from. */
function holdOut({ y, classes, rows }: Training, fraction: number, random: Random): Parts {
  const held = new Uint8Array(rows);
  classes.forEach((_, k) => {
    const members = Int32Array.from({ length: rows }, (__, row) => row).filter((row) => y[row] === k);
    const wanted = Math.min(Math.max(members.length - 1, 0), Math.round(members.length * fraction));
    for (const i of random.sample(members.length, wanted)) held[members[i]!] = 1;
  });
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return { train: all.filter((row) => held[row] === 0), held: all.filter((row) => held[row] === 1) };
}

class Rounds {
  private readonly grower: TreeGrower;
  private readonly gradient: readonly Float64Array[];
  private readonly hessian: readonly Float64Array[];
  private readonly monotone: readonly Int8Array[];

  constructor(
    private readonly training: Training,
    private readonly settings: BoostingSettings,
    binned: BinnedColumns,
    private readonly raw: readonly Float64Array[],
    private readonly random: Random,
  ) {
    const perClass = () => training.classes.map(() => new Float64Array(training.rows));
    this.grower = new TreeGrower(binned, training.rows);
    this.gradient = perClass();
    this.hessian = perClass();
    this.monotone = constraintsOf(settings, training.classes, training.columns.length);
  }

  /** One tree per class on the gradients of the scores so far, which it then moves. */
  next(train: Int32Array): DecisionTrees[] {
    const { settings, training, random } = this;
    gradients(this.raw, training, this.gradient, this.hessian);
    const rows = settings.subsample < 1 ? drawRows(train, settings.subsample, random) : train;
    const trees = training.classes.map((_, k) => {
      const features = drawFeatures(training.columns.length, settings.columnSample, random);
      const input = { gradient: this.gradient[k]!, hessian: this.hessian[k]!, rows, features };
      return this.grower.grow(input, { ...settings, monotone: this.monotone[k]! });
    });
    trees.forEach((tree, k) => {
      addLeafValues(tree, 0, training.columns, this.raw[k]!);
    });
    return trees;
  }
}

/** Selection sampling: one pass, ascending. */
function drawRows(rows: Int32Array, share: number, random: Random): Int32Array {
  const drawn = new Int32Array(Math.max(1, Math.round(rows.length * share)));
  let taken = 0;
  for (let i = 0; i < rows.length && taken < drawn.length; i++) {
    if (random.next() * (rows.length - i) < drawn.length - taken) drawn[taken++] = rows[i]!;
  }
  return drawn;
}

function drawFeatures(features: number, share: number, random: Random): Int32Array {
  if (share === 1) return Int32Array.from({ length: features }, (_, f) => f);
  return random.sample(features, Math.max(1, Math.round(features * share))).sort();
}
