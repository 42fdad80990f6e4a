import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from './tensorflow.js';
import { type Dense, layersOf, type VaeShape } from './vae-network.js';

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

/** The loss of a batch and its gradient by backpropagation, written out because the backend brings no gradients. */
export function lossAndGradient(
  tf: Tensorflow,
  shape: VaeShape,
  parameters: Float32Array,
  batch: Batch,
  beta: number,
): LossAndGradient {
  const gradient = new Float32Array(parameters.length);
  const rows = batch.weights.length;
  const loss = tf.tidy(() => {
    const network = tensors(tf, shape, parameters);
    const masks = batch.dropout?.map((mask) => tf.tensor2d(mask, [rows, mask.length / rows]));
    const noise = tf.tensor2d(batch.noise, [rows, shape.latent]);
    const pass = forward(tf, network, tf.tensor2d(batch.x, [rows, shape.width]), noise, masks);
    const error = tf.sub(pass.output, pass.x) as Tensor2D;
    const weighted = tf.mul(error, tf.tensor2d(batch.weights, [rows, 1])) as Tensor2D;
    const perCell = 1 / (rows * shape.width);
    const perLatent = beta / (rows * shape.latent);
    backward(tf, network, pass, tf.mul(weighted, 2 * perCell), perLatent, masks, gradient);
    const divergence = tf.sum(tf.sub(tf.add(tf.square(pass.mu), pass.variance), tf.add(pass.logVariance, 1)));
    const reconstruction = tf.mul(tf.sum(tf.mul(error, weighted)), perCell);
    return tf.add(reconstruction, tf.mul(divergence, 0.5 * perLatent)).dataSync()[0]!;
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
  let encoded: Encoded | undefined;
  tf.tidy(() => {
    const input = tf.tensor2d(x, [x.length / shape.width, shape.width]);
    const { mu, logVariance, output } = forward(tf, tensors(tf, shape, parameters), input);
    // Not returned, as tidy searches what is returned for tensors, number by number.
    encoded = {
      latent: mu.dataSync() as Float32Array,
      logVariance: logVariance.dataSync() as Float32Array,
      reconstructionError: tf.mean(tf.square(tf.sub(output, input)), 1).dataSync() as Float32Array,
    };
  });
  return encoded!;
}

/** A network's parameters as tensors, to be used within one `tidy`. */
interface Network {
  readonly shape: VaeShape;
  readonly layers: readonly Dense[];
  readonly weights: readonly Tensor2D[];
  readonly biases: readonly Tensor2D[];
}

function tensors(tf: Tensorflow, shape: VaeShape, parameters: Float32Array): Network {
  const layers = layersOf(shape);
  return {
    shape,
    layers,
    weights: layers.map(({ inputs, outputs, offset }) =>
      tf.tensor2d(parameters.subarray(offset, offset + inputs * outputs), [inputs, outputs]),
    ),
    biases: layers.map(({ inputs, outputs, offset }) =>
      tf.tensor2d(parameters.subarray(offset + inputs * outputs, offset + (inputs + 1) * outputs), [1, outputs]),
    ),
  };
}

/** Everything that the backward pass needs of the forward one; h1 to h4 are the hidden layers after dropout. */
interface Pass {
  readonly x: Tensor2D;
  readonly h1: Tensor2D;
  readonly h2: Tensor2D;
  readonly mu: Tensor2D;
  readonly logVariance: Tensor2D;
  readonly variance: Tensor2D;
  /** ε · σ; absent without noise. */
  readonly spread?: Tensor2D;
  readonly z: Tensor2D;
  readonly h3: Tensor2D;
  readonly h4: Tensor2D;
  readonly output: Tensor2D;
}

function forward(tf: Tensorflow, network: Network, x: Tensor2D, noise?: Tensor2D, masks?: readonly Tensor2D[]): Pass {
  const { weights, biases, shape } = network;
  const dense = (input: Tensor2D, layer: number): Tensor2D => tf.add(tf.matMul(input, weights[layer]!), biases[layer]!);
  const hidden = (input: Tensor2D, layer: number, mask: number): Tensor2D => {
    const active = tf.relu(dense(input, layer));
    return masks ? tf.mul(active, masks[mask]!) : active;
  };
  const h1 = hidden(x, 0, 0);
  const h2 = hidden(h1, 1, 1);
  const heads = dense(h2, 2);
  const mu = tf.slice(heads, [0, 0], [-1, shape.latent]);
  const logVariance = tf.slice(heads, [0, shape.latent], [-1, shape.latent]);
  const deviation = tf.exp(tf.mul(logVariance, 0.5)) as Tensor2D;
  const spread = noise && (tf.mul(deviation, noise) as Tensor2D);
  const z = spread ? (tf.add(mu, spread) as Tensor2D) : mu;
  const h3 = hidden(z, 3, 2);
  const h4 = hidden(h3, 4, 3);
  return { x, h1, h2, mu, logVariance, variance: tf.square(deviation), spread, z, h3, h4, output: dense(h4, 5) };
}

/** Writes the gradient, given that of the loss by the output; perLatent is β / (rows · latent dimensions). */
function backward(
  tf: Tensorflow,
  { layers, weights }: Network,
  { x, h1, h2, mu, variance, spread, z, h3, h4 }: Pass,
  dOutput: Tensor2D,
  perLatent: number,
  masks: readonly Tensor2D[] | undefined,
  gradient: Float32Array,
): void {
  /** Writes a layer's part and returns the gradient by its input. */
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
  const dH4 = back(5, h4, dOutput);
  const dH3 = back(4, h3, throughHidden(dH4, h4, 3));
  const dZ = back(3, z, throughHidden(dH3, h3, 2));
  const dMu = tf.add(dZ, tf.mul(mu, perLatent));
  const byDivergence = tf.mul(tf.sub(variance, 1), 0.5 * perLatent);
  const dLogVariance = spread ? tf.add(tf.mul(tf.mul(dZ, spread), 0.5), byDivergence) : byDivergence;
  const dH2 = back(2, h2, tf.concat([dMu, dLogVariance], 1) as Tensor2D);
  const dH1 = back(1, h1, throughHidden(dH2, h2, 1));
  back(0, x, throughHidden(dH1, h1, 0));
}
