import { createRandom } from '@deeplogbot/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam } from '../src/adam.js';
import { type Tensorflow, withTensorflow } from '../src/tensorflow.js';
import { dropoutMask, normals } from '../src/vae-draws.js';
import { initialParameters, layersOf, parameterCount, type VaeShape } from '../src/vae-network.js';
import { type Batch, encode, lossAndGradient } from '../src/vae-passes.js';

let tf: Tensorflow;
beforeAll(async () => {
  tf = await withTensorflow(async (loaded) => loaded);
});

const shape: VaeShape = { width: 5, hidden: [7, 6], latent: 3 };
const rows = 4;

/** The loss written out row by row in doubles. */
function lossByHand(parameters: ArrayLike<number>, { x, weights, noise, dropout }: Batch, beta: number): number {
  const layers = layersOf(shape);
  const dense = (input: number[], layer: number) => {
    const { inputs, outputs, offset } = layers[layer]!;
    return Array.from({ length: outputs }, (_, o) =>
      input.reduce(
        (sum, v, i) => sum + v * parameters[offset + i * outputs + o]!,
        parameters[offset + inputs * outputs + o]!,
      ),
    );
  };
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const hidden = (input: number[], layer: number, mask: number) =>
      dense(input, layer).map((v, o, all) => Math.max(v, 0) * (dropout?.[mask]?.[row * all.length + o] ?? 1));
    const input = [...x.slice(row * shape.width, (row + 1) * shape.width)];
    const heads = dense(hidden(hidden(input, 0, 0), 1, 1), 2);
    const mu = heads.slice(0, shape.latent);
    const logVariance = heads.slice(shape.latent);
    const z = mu.map((m, k) => m + noise[row * shape.latent + k]! * Math.exp(logVariance[k]! / 2));
    const output = dense(hidden(hidden(z, 3, 2), 4, 3), 5);
    const error = output.reduce((sum, v, i) => sum + (v - input[i]!) ** 2, 0) / shape.width;
    const divergence = mu.reduce((sum, m, k) => sum - (1 + logVariance[k]! - m * m - Math.exp(logVariance[k]!)) / 2, 0);
    loss += (weights[row]! * error + (beta * divergence) / shape.latent) / rows;
  }
  return loss;
}

describe('the network', () => {
  const random = createRandom(3);
  const parameters = initialParameters(layersOf(shape), random);
  const plain: Batch = {
    x: normals(rows * shape.width, random),
    weights: Float32Array.of(1, 0.7, 0.4, 1),
    noise: normals(rows * shape.latent, random),
  };
  const dropped: Batch = { ...plain, dropout: [7, 6, 6, 7].map((units) => dropoutMask(rows * units, 0.3, random)) };

  it.each([
    ['without dropout', plain, 1],
    ['with dropout', dropped, 0.35],
    ['without divergence', dropped, 0],
  ] as const)('has the loss and the gradient of its definition %s', (_name, batch, beta) => {
    const { loss, gradient } = lossAndGradient(tf, shape, parameters, batch, beta);
    expect(loss).toBeCloseTo(lossByHand(parameters, batch, beta), 5);
    const h = 1e-6;
    for (let i = 0; i < parameters.length; i++) {
      const at = (delta: number) => {
        const moved = Float64Array.from(parameters);
        moved[i]! += delta;
        return lossByHand(moved, batch, beta);
      };
      expect(gradient[i]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 4);
    }
    expect(gradient.filter((g) => Math.abs(g) > 1e-3).length).toBeGreaterThan(parameters.length / 4);
  });

  it('encodes as it trains, without noise and dropout', () => {
    const { latent, logVariance, reconstructionError } = encode(tf, shape, parameters, plain.x);
    const silent = { ...plain, noise: new Float32Array(plain.noise.length) };
    const reconstruction = reconstructionError.reduce((sum, r, row) => sum + (r * plain.weights[row]!) / rows, 0);
    expect(reconstruction).toBeCloseTo(lossByHand(parameters, silent, 0), 5);
    const divergence = latent.reduce(
      (sum, m, i) => sum - (1 + logVariance[i]! - m * m - Math.exp(logVariance[i]!)) / 2,
      0,
    );
    expect(reconstruction + divergence / latent.length).toBeCloseTo(lossByHand(parameters, silent, 1), 5);
  });

  it('keeps no tensor', () => {
    lossAndGradient(tf, shape, parameters, dropped, 1);
    encode(tf, shape, parameters, plain.x);
    expect(tf.memory().numTensors).toBe(0);
  });

  it('has the layers of the published model', () => {
    const layers = layersOf({ width: 36, hidden: [128, 64], latent: 16 });
    expect(layers.map(({ inputs, outputs }) => `${inputs}→${outputs}`).join(' ')).toBe(
      '36→128 128→64 64→32 16→64 64→128 128→36',
    );
    expect(parameterCount(layers)).toBe(4736 + 8256 + 2080 + 1088 + 8320 + 4644);
  });
});

it('passes errors on, and takes an address that comes too late as it is', async () => {
  expect(await withTensorflow(async ({ getBackend }) => getBackend(), '/nowhere/')).toBe('wasm');
  await expect(withTensorflow(() => Promise.reject(new RangeError('inner')))).rejects.toThrow('inner');
});

describe('adam', () => {
  const options = { learningRate: 0.1, weightDecay: 0, clipNorm: 100 };

  it('takes first steps of the learning rate against the gradient', () => {
    const parameters = Float32Array.of(1, 1, 1);
    adam(3, options)(parameters, Float32Array.of(5, -0.01, 0));
    expect([...parameters]).toEqual([expect.closeTo(0.9, 6), expect.closeTo(1.1, 5), 1]);
  });

  it('follows the published recursion', () => {
    // g = 1 then 3: m̂ = (0.9 · 0.1 + 0.3)/0.19, v̂ = (0.999 · 0.001 + 0.009)/0.001999
    const parameters = Float32Array.of(0);
    const step = adam(1, options);
    step(parameters, Float32Array.of(1));
    step(parameters, Float32Array.of(3));
    expect(parameters[0]).toBeCloseTo(-0.1 - (0.1 * (0.39 / 0.19)) / Math.sqrt(0.009999 / 0.001999), 6);
  });

  it('shortens long gradients and decays weights', () => {
    const clipped = Float32Array.of(0, 0);
    const step = adam(2, { ...options, clipNorm: 1 });
    step(clipped, Float32Array.of(0.6, 0.8));
    step(clipped, Float32Array.of(600, 800));
    expect([...clipped]).toEqual([expect.closeTo(-0.2, 6), expect.closeTo(-0.2, 6)]);
    const decayed = Float32Array.of(2, -2);
    adam(2, { ...options, weightDecay: 0.5 })(decayed, Float32Array.of(0, 0));
    expect([...decayed]).toEqual([expect.closeTo(1.9, 5), expect.closeTo(-1.9, 5)]);
  });
});

describe('draws', () => {
  it('are standard normal', () => {
    const draws = normals(100_001, createRandom(1));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    const tail = draws.filter((x) => x > 1.959964).length / draws.length;
    expect([mean, variance, tail]).toEqual([expect.closeTo(0, 1), expect.closeTo(1, 1), expect.closeTo(0.025, 2)]);
    expect(draws.at(-1)).not.toBe(0);
  });

  it('drop the asked share, evenly, and keep the expectation', () => {
    const mask = dropoutMask(200_000, 0.1, createRandom(2));
    const zeros = (part: Float32Array) => part.filter((x) => x === 0).length / part.length;
    expect(zeros(mask)).toBeCloseTo(0.1, 2);
    expect(zeros(mask.subarray(0, 50_000))).toBeCloseTo(0.1, 2);
    const pairs = mask.filter((x, i) => x === 0 && mask[i + 1] === 0).length / mask.length;
    expect(pairs).toBeCloseTo(0.01, 3);
    expect(Math.max(...mask.subarray(0, 100))).toBeCloseTo(1 / 0.9, 6);
    expect(dropoutMask(3, 0, createRandom(2))).toEqual(Float32Array.of(1, 1, 1));
  });
});
