import { ConfigError, createRandom, invalidOption, type Random, type RunControl } from '@deeplogbot/core';
import { checkedRowCount, checkedRows, checkInteger } from './checked-columns.js';
import { pca } from './pca.js';
import { fitScaling, type Scaling, scaledRows } from './scaling.js';
import { type Tensorflow, withTensorflow } from './tensorflow.js';
import type { VaeShape } from './vae-network.js';
import { encode } from './vae-passes.js';
import { type TrainingOptions, train } from './vae-training.js';

/** The rows that organic traffic is learnt from. */
export interface OrganicExemplars {
  /** Row numbers from 0, in any order. */
  readonly rows: ArrayLike<number>;
  /** How much each of them counts, > 0. @defaultValue 1 each */
  readonly weights?: ArrayLike<number>;
}

export interface OrganicVaeOptions extends RunControl {
  /** Dimensions of the latent space. @defaultValue 16 */
  readonly latent?: number;
  /** Most exemplars to train on; more are drawn from, by the seed. @defaultValue 4000 */
  readonly maxExemplars?: number;
  /** Most passes over the exemplars. @defaultValue 100 */
  readonly epochs?: number;
  /** @defaultValue 0.001 */
  readonly learningRate?: number;
  /** Seed of the initial weights, of shuffling, noise and dropout. @defaultValue 42 */
  readonly randomState?: number;
  /** In pages: address of the folder with the `.wasm` files of @tensorflow/tfjs-backend-wasm. */
  readonly wasmUrl?: string;
}

export interface OrganicVae {
  /** What the numbers come from. */
  readonly method: 'vae' | 'pca';
  /** Why principal components stand in for the autoencoder; absent otherwise. */
  readonly reason?: string;
  /** Per row, mean squared error over the standardised features, ≥ 0; higher is less like organic traffic. */
  readonly reconstructionError: Float64Array;
  /** One column per latent dimension: μ of the autoencoder, or scores of the principal components. */
  readonly latent: Float64Array[];
  /** Mean loss of each epoch, at the β of that epoch; empty without an autoencoder. */
  readonly trainingLoss: readonly number[];
  /** Loss of the held-out exemplars after each epoch, at β = 1; empty without an autoencoder. */
  readonly validationLoss: readonly number[];
}

const DEFAULTS = { latent: 16, maxExemplars: 4000, epochs: 100, learningRate: 1e-3, randomState: 42 };
const MIN_EXEMPLARS = 30;
const HIDDEN = [128, 64] as const;
const SCORED_AT_ONCE = 4096; // rows; bounds the memory of the backend

/** What is not an option: as in the published model, except clipNorm and validationShare, which are chosen. */
const TRAINING = {
  batchSize: 256,
  weightDecay: 1e-5,
  clipNorm: 5,
  dropout: 0.1,
  warmUp: 20,
  patience: 15,
  minImprovement: 1e-4,
  validationShare: 0.15,
} satisfies Partial<TrainingOptions>;

/**
 * How unlike organic traffic each row is, by a variational autoencoder (Kingma & Welling, ICLR 2014) that learns to
 * reproduce organic exemplars only.
 *
 * Features are standardised by the exemplars, within ±10; NaN reads as their mean. k → 128 → 64 → μ and log σ² → 64 →
 * 128 → k with ReLU; loss mean(wᵢ rᵢ) + β · KL, β rising from 0 to 1 over 20 epochs; Adam. 15 % of the exemplars are held
 * out; training stops 15 epochs after their loss at β = 1 was least, and that epoch's weights are used. Scores are taken
 * at z = μ, without dropout.
 *
 * With fewer than 30 exemplars, or when the loss is no longer finite, principal components stand in, and `reason` says
 * so. The exemplars are chosen by rules over the same features, so the error repeats in part what those rules saw.
 *
 * The same input and seed give the same bits on one machine; machines with and without SIMD differ in the last ones.
 * Training costs about 0.05 s per epoch of 4,000 rows, scoring 71,000 × 36 about 1 s. Memory of the backend is freed.
 *
 * @throws ConfigError `NO_ROWS`, `COLUMN_LENGTHS`, `INVALID_ROW`, `INVALID_WEIGHTS` or `INVALID_OPTION` when called with
 * such, `TENSORFLOW_UNAVAILABLE` if TensorFlow.js does not start; AbortedError when cancelled.
 */
export async function organicVae(
  columns: readonly Float64Array[],
  exemplars: OrganicExemplars,
  options: OrganicVaeOptions = {},
): Promise<OrganicVae> {
  const settings = checkedSettings(options);
  const rows = checkedRowCount(columns, 'An autoencoder');
  const random = createRandom(settings.randomState);
  const chosen = choose(columns, exemplars, rows, settings.maxExemplars, random);
  if (chosen.rows.length < MIN_EXEMPLARS) {
    const reason = `${chosen.rows.length} organic exemplars, ${MIN_EXEMPLARS} are needed: principal components of all rows instead.`;
    return principalComponents(columns, settings.latent, reason);
  }
  return withTensorflow(async (tf) => {
    const shape: VaeShape = { width: columns.length, hidden: HIDDEN, latent: settings.latent };
    const training = { ...TRAINING, epochs: settings.epochs, learningRate: settings.learningRate };
    const learnt = { x: scaledRows(columns, chosen.scaling, chosen.rows), weights: chosen.weights };
    const trained = await train({ tf, shape, exemplars: learnt, options: training, random }, options);
    const { parameters, ...losses } = trained;
    if (![...losses.trainingLoss, ...losses.validationLoss].every(Number.isFinite)) {
      const reason = `The loss was not finite in epoch ${losses.trainingLoss.length}: principal components of the exemplars instead.`;
      return { ...principalComponents(columns, settings.latent, reason, chosen.rows), ...losses };
    }
    return { method: 'vae', ...score(tf, shape, parameters, columns, chosen.scaling), ...losses };
  }, options.wasmUrl);
}

function checkedSettings(options: OrganicVaeOptions) {
  const settings = { ...DEFAULTS, ...options };
  checkInteger('latent', settings.latent, 1);
  checkInteger('maxExemplars', settings.maxExemplars, MIN_EXEMPLARS);
  checkInteger('epochs', settings.epochs, 1);
  if (settings.learningRate > 0 && Number.isFinite(settings.learningRate)) return settings;
  throw invalidOption('learningRate', settings.learningRate, 'a number above 0');
}

interface Chosen {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  readonly scaling: Scaling;
}

/** At most `max` exemplars, drawn by the seed and kept in the order given, and their scaling. */
function choose(
  columns: readonly Float64Array[],
  { rows, weights }: OrganicExemplars,
  rowCount: number,
  max: number,
  random: Random,
): Chosen {
  checkWeights(rows, weights);
  const all = rows.length > 0 ? checkedRows(rows, rowCount) : new Int32Array();
  const kept = random.sample(all.length, max).sort();
  const chosen = kept.map((i) => all[i]!);
  return {
    rows: chosen,
    weights: Float64Array.from(kept, (i) => weights?.[i] ?? 1),
    scaling: fitScaling(columns, chosen),
  };
}

function checkWeights(rows: ArrayLike<number>, weights: ArrayLike<number> | undefined): void {
  if (!weights) return;
  const odd = Array.from(weights).findIndex((weight) => !(weight > 0 && weight < Number.POSITIVE_INFINITY));
  if (odd < 0 && weights.length === rows.length) return;
  const found = odd < 0 ? `${weights.length} weights for ${rows.length} exemplars` : `weight ${odd} is ${weights[odd]}`;
  throw new ConfigError('INVALID_WEIGHTS', `Exemplars need one finite weight above 0 each: ${found}.`, {
    hint: 'Leave out exemplars that do not count.',
  });
}

function principalComponents(
  columns: readonly Float64Array[],
  components: number,
  reason: string,
  rows?: Int32Array,
): OrganicVae {
  const { scores, reconstructionError } = pca(columns, { components, rows }).project(columns);
  return { method: 'pca', reason, reconstructionError, latent: scores, trainingLoss: [], validationLoss: [] };
}

function score(
  tf: Tensorflow,
  shape: VaeShape,
  parameters: Float32Array,
  columns: readonly Float64Array[],
  scaling: Scaling,
): Pick<OrganicVae, 'reconstructionError' | 'latent'> {
  const rows = columns[0]!.length;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const reconstructionError = new Float64Array(rows);
  const latent = Array.from({ length: shape.latent }, () => new Float64Array(rows));
  for (let start = 0; start < rows; start += SCORED_AT_ONCE) {
    const end = Math.min(start + SCORED_AT_ONCE, rows);
    const encoded = encode(tf, shape, parameters, scaledRows(columns, scaling, order, start, end));
    reconstructionError.set(encoded.reconstructionError, start);
    for (const [k, column] of latent.entries()) {
      for (let row = start; row < end; row++) column[row] = encoded.latent[(row - start) * shape.latent + k]!;
    }
  }
  return { reconstructionError, latent };
}
