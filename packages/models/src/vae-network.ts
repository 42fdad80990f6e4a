import type { Random } from '@deeplogbot/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from './tensorflow.js';

export interface VaeShape {
  /** Input features. */
  readonly width: number;
  /** Units of the wide and the narrow hidden layer; the decoder mirrors them. */
  readonly hidden: readonly [number, number];
  readonly latent: number;
}

/** Where one dense layer lies in the parameters: inputs × outputs weights in row-major order, then the biases. */
interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly offset: number;
}

/** width → wide → narrow → (μ, log σ²) and latent → narrow → wide → width; ReLU inside, linear at the heads and the end. */
export function layersOf({ width, hidden: [wide, narrow], latent }: VaeShape): Dense[] {
  const sizes = [
    [width, wide],
    [wide, narrow],
    [narrow, 2 * latent],
    [latent, narrow],
    [narrow, wide],
    [wide, width],
  ] as const;
  let offset = 0;
  return sizes.map(([inputs, outputs]) => {
    const layer = { inputs, outputs, offset };
    offset += (inputs + 1) * outputs;
    return layer;
  });
}

export const parameterCount = (layers: readonly Dense[]): number =>
  layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);

/** Weights and biases uniform within ±1/√inputs (LeCun et al. 1998, the usual start of a linear layer). */
export function initialParameters(layers: readonly Dense[], random: Random): Float32Array {
  const parameters = new Float32Array(parameterCount(layers));
  for (const { inputs, outputs, offset } of layers) {
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < (inputs + 1) * outputs; i++) parameters[offset + i] = (2 * random.next() - 1) * bound;
  }
  return parameters;
}

/** What one pass over a batch reads. */
export interface Batch {
  /** rows × width, row-major, standardised. */
  readonly x: Float32Array;
  /** One weight per row. */
  readonly weights: Float32Array;
  /** rows × latent standard normal draws. */
  readonly noise: Float32Array;
  /** One per hidden layer, rows × units: 0 where a unit is dropped, else 1 / (1 − rate). Without them nothing is dropped. */
  readonly dropout?: readonly Float32Array[];
}

export interface LossAndGradient {
  /** mean(wᵢ rᵢ) + β · KL, r the mean squared error of a row, KL the mean over rows and latent dimensions. */
  readonly loss: number;
  /** In the order of the parameters. */
  readonly gradient: Float32Array;
}

/** A network's parameters as tensors, to be used within one `tidy`. */
interface Layers {
  readonly weights: readonly Tensor2D[];
  readonly biases: readonly Tensor2D[];
}

function tensors(tf: Tensorflow, layers: readonly Dense[], parameters: Float32Array): Layers {
  return {
    weights: layers.map(({ inputs, outputs, offset }) =>
      tf.tensor2d(parameters.subarray(offset, offset + inputs * outputs), [inputs, outputs]),
    ),
    biases: layers.map(({ inputs, outputs, offset }) =>
      tf.tensor2d(parameters.subarray(offset + inputs * outputs, offset + (inputs + 1) * outputs), [1, outputs]),
    ),
  };
}

/** The loss of a batch and its gradient by backpropagation, written out because the backend brings no gradients. */
export function lossAndGradient(
  tf: Tensorflow,
  shape: VaeShape,
  parameters: Float32Array,
  batch: Batch,
  beta: number,
): LossAndGradient {
  const layers = layersOf(shape);
  const rows = batch.weights.length;
  const gradient = new Float32Array(parameters.length);
  let loss = 0;
  tf.tidy(() => {
    const { weights, biases } = tensors(tf, layers, parameters);
    const masks = batch.dropout?.map((mask, i) => tf.tensor2d(mask, [rows, layers[[0, 1, 3, 4][i]!]!.outputs]));
    const dense = (input: Tensor2D, layer: number): Tensor2D =>
      tf.add(tf.matMul(input, weights[layer]!), biases[layer]!);
    const hidden = (input: Tensor2D, layer: number, mask: number): Tensor2D => {
      const active = tf.relu(dense(input, layer));
      return masks ? tf.mul(active, masks[mask]!) : active;
    };
    const x = tf.tensor2d(batch.x, [rows, shape.width]);
    const h1 = hidden(x, 0, 0);
    const h2 = hidden(h1, 1, 1);
    const heads = dense(h2, 2);
    const mu = tf.slice(heads, [0, 0], [rows, shape.latent]);
    const logVariance = tf.slice(heads, [0, shape.latent], [rows, shape.latent]);
    const deviation = tf.exp(tf.mul(logVariance, 0.5)) as Tensor2D;
    const spread = tf.mul(deviation, tf.tensor2d(batch.noise, [rows, shape.latent])) as Tensor2D;
    const z = tf.add(mu, spread) as Tensor2D;
    const h3 = hidden(z, 3, 2);
    const h4 = hidden(h3, 4, 3);
    const error = tf.sub(dense(h4, 5), x) as Tensor2D;
    const variance = tf.square(deviation);
    const rowWeights = tf.tensor2d(batch.weights, [rows, 1]);

    const weighted = tf.mul(error, rowWeights) as Tensor2D;
    const perCell = 1 / (rows * shape.width);
    const perLatent = 1 / (rows * shape.latent);
    const reconstruction = tf.mul(tf.sum(tf.mul(error, weighted)), perCell);
    const divergence = tf.sum(tf.sub(tf.add(tf.square(mu), variance), tf.add(logVariance, 1)));
    loss = tf.add(reconstruction, tf.mul(divergence, 0.5 * beta * perLatent)).dataSync()[0]!;

    /** Writes a layer's gradient and returns that of its input. */
    const back = (layer: number, input: Tensor2D, above: Tensor2D): Tensor2D => {
      const { inputs, outputs, offset } = layers[layer]!;
      gradient.set(tf.matMul(tf.transpose(input), above).dataSync(), offset);
      gradient.set(tf.sum(above, 0).dataSync(), offset + inputs * outputs);
      return tf.matMul(above, tf.transpose(weights[layer]!));
    };
    const throughHidden = (above: Tensor2D, output: Tensor2D, mask: number): Tensor2D => {
      const open = tf.mul(above, tf.step(output)) as Tensor2D;
      return masks ? tf.mul(open, masks[mask]!) : open;
    };
    const dh4 = back(5, h4, tf.mul(weighted, 2 * perCell));
    const dh3 = back(4, h3, throughHidden(dh4, h4, 3));
    const dz = back(3, z, throughHidden(dh3, h3, 2));
    const dMu = tf.add(dz, tf.mul(mu, beta * perLatent));
    const dLogVariance = tf.add(tf.mul(tf.mul(dz, spread), 0.5), tf.mul(tf.sub(variance, 1), 0.5 * beta * perLatent));
    const dh2 = back(2, h2, tf.concat([dMu, dLogVariance], 1) as Tensor2D);
    const dh1 = back(1, h1, throughHidden(dh2, h2, 1));
    back(0, x, throughHidden(dh1, h1, 0));
  });
  return { loss, gradient };
}

export interface Encoded {
  /** rows × latent, row-major: μ. */
  readonly latent: Float32Array;
  /** rows × latent, row-major. */
  readonly logVariance: Float32Array;
  /** One mean squared error per row, with z = μ. */
  readonly reconstructionError: Float32Array;
}

/** A pass without dropout and noise over rows × width standardised values. */
export function encode(tf: Tensorflow, shape: VaeShape, parameters: Float32Array, x: Float32Array): Encoded {
  const rows = x.length / shape.width;
  return tf.tidy(() => {
    const { weights, biases } = tensors(tf, layersOf(shape), parameters);
    const dense = (input: Tensor2D, layer: number): Tensor2D =>
      tf.add(tf.matMul(input, weights[layer]!), biases[layer]!);
    const hidden = (input: Tensor2D, layer: number): Tensor2D => tf.relu(dense(input, layer));
    const input = tf.tensor2d(x, [rows, shape.width]);
    const heads = dense(hidden(hidden(input, 0), 1), 2);
    const mu = tf.slice(heads, [0, 0], [rows, shape.latent]);
    const output = dense(hidden(hidden(mu, 3), 4), 5);
    return {
      latent: mu.dataSync() as Float32Array,
      logVariance: tf.slice(heads, [0, shape.latent], [rows, shape.latent]).dataSync() as Float32Array,
      reconstructionError: tf.mean(tf.square(tf.sub(output, input)), 1).dataSync() as Float32Array,
    };
  });
}
