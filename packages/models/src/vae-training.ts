import { checkAborted, nextTurn, type Random, type RunControl } from '@deeplogbot/core';
import { adam, type Step } from './adam.js';
import type { Tensorflow } from './tensorflow.js';
import { dropoutMask, normals } from './vae-draws.js';
import { initialParameters, layersOf, type VaeShape } from './vae-network.js';
import { encode, lossAndGradient } from './vae-passes.js';

export interface TrainingOptions {
  /** Most passes over the exemplars. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Gradients longer than this are shortened. */
  readonly clipNorm: number;
  /** Share of hidden units dropped in training, 0…1. */
  readonly dropout: number;
  /** β rises linearly to 1 over this many epochs; only later ones can be the best. */
  readonly warmUp: number;
  /** Epochs without an improvement of `minImprovement` in validation loss before training stops. */
  readonly patience: number;
  readonly minImprovement: number;
  /** Share of the exemplars held out to tell when to stop, 0…1. */
  readonly validationShare: number;
}

export interface Trained {
  /** Those of the epoch with the least validation loss. */
  readonly parameters: Float32Array;
  /** Mean loss of each epoch, at that epoch's β. */
  readonly trainingLoss: number[];
  /** Loss of the held-out exemplars after each epoch, at β = 1, without noise and dropout. */
  readonly validationLoss: number[];
}

export interface Exemplars {
  /** Exemplars × features, row-major, standardised. */
  readonly x: Float32Array;
  /** One per exemplar. */
  readonly weights: Float64Array;
}

export interface TrainingContext {
  readonly tf: Tensorflow;
  readonly shape: VaeShape;
  readonly exemplars: Exemplars;
  readonly options: TrainingOptions;
  readonly random: Random;
}

/** Trains on the exemplars. Stops early, and reports the loss as it is, when that is no longer finite. */
export async function train(context: TrainingContext, control: RunControl): Promise<Trained> {
  const { shape, exemplars, options, random } = context;
  const { training, validation } = split(exemplars.weights.length, options.validationShare, random);
  const parameters = initialParameters(layersOf(shape), random);
  const step = adam(parameters.length, options);
  const warmUp = Math.min(options.warmUp, options.epochs - 1);
  const trainingLoss: number[] = [];
  const validationLoss: number[] = [];
  let best = { parameters, loss: Number.POSITIVE_INFINITY, epoch: warmUp };
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    await nextTurn();
    checkAborted(control, 'variational autoencoder');
    const beta = options.warmUp > 0 ? Math.min(1, epoch / options.warmUp) : 1;
    trainingLoss.push(trainEpoch(context, parameters, training, beta, step));
    const loss = fullLoss(context, parameters, validation);
    validationLoss.push(loss);
    if (!Number.isFinite(loss + trainingLoss[epoch]!)) break;
    if (epoch < warmUp) continue;
    if (loss < best.loss - options.minImprovement) best = { parameters: parameters.slice(), loss, epoch };
    else if (epoch - best.epoch >= options.patience) break;
  }
  return { parameters: best.parameters, trainingLoss, validationLoss };
}

/** Indices into the exemplars, dealt by the seed. */
export function split(n: number, share: number, random: Random) {
  const order = random.sample(n, n);
  const heldOut = Math.max(1, Math.round(n * share));
  return { validation: order.slice(0, heldOut), training: order.slice(heldOut) };
}

function trainEpoch(
  { tf, shape, exemplars, options, random }: TrainingContext,
  parameters: Float32Array,
  training: Int32Array,
  beta: number,
  step: Step,
): number {
  const order = random.sample(training.length, training.length).map((i) => training[i]!);
  let total = 0;
  for (let start = 0; start < order.length; start += options.batchSize) {
    const batch = order.subarray(start, start + options.batchSize);
    const units = [...shape.hidden, ...shape.hidden.toReversed()];
    const { loss, gradient } = lossAndGradient(
      tf,
      shape,
      parameters,
      {
        ...inputs(exemplars, batch),
        noise: normals(batch.length * shape.latent, random),
        dropout: units.map((width) => dropoutMask(batch.length * width, options.dropout, random)),
      },
      beta,
    );
    total += loss * batch.length;
    step(parameters, gradient);
  }
  return total / order.length;
}

function inputs({ x, weights }: Exemplars, chosen: Int32Array) {
  const width = x.length / weights.length;
  const picked = new Float32Array(chosen.length * width);
  for (const [i, row] of chosen.entries()) picked.set(x.subarray(row * width, (row + 1) * width), i * width);
  return { x: picked, weights: Float32Array.from(chosen, (row) => weights[row]!) };
}

/** mean(wᵢ rᵢ) + KL without noise and dropout. */
export function fullLoss(
  { tf, shape, exemplars }: TrainingContext,
  parameters: Float32Array,
  chosen: Int32Array,
): number {
  const { x, weights } = inputs(exemplars, chosen);
  const { latent, logVariance, reconstructionError } = encode(tf, shape, parameters, x);
  let reconstruction = 0;
  for (let i = 0; i < weights.length; i++) reconstruction += weights[i]! * reconstructionError[i]!;
  let divergence = 0;
  for (let i = 0; i < latent.length; i++) {
    divergence -= (1 + logVariance[i]! - latent[i]! ** 2 - Math.exp(logVariance[i]!)) / 2;
  }
  return reconstruction / weights.length + divergence / latent.length;
}
