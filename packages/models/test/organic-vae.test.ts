import { AbortedError, createRandom } from '@deeplogbot/core';
import { type OrganicVae, organicVae } from '@deeplogbot/models';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { fitScaling, LARGEST_Z, scaledRows } from '../src/scaling.js';
import { withTensorflow } from '../src/tensorflow.js';
import { fullLoss, split, type TrainingOptions, train } from '../src/vae-training.js';
import { codeOf, correlatedColumns, range } from './support.js';

/** Rows 0–799 follow one linear relation; 800–899 have each column dealt out anew, so only the relation is gone. */
function mixed(): Float64Array[] {
  const random = createRandom(9);
  return correlatedColumns(900, 12, 2, 4).map((column) => {
    const dealt = random.sample(100, 100);
    return column.map((value, row) => (row < 800 ? value : column[800 + dealt[row - 800]!]!));
  });
}

const columns = mixed();
const exemplars = { rows: range(0, 600), weights: range(0, 600).map((i) => (i % 3 ? 1 : 0.7)) };
const tensorflow = () => withTensorflow(async (tf) => tf);
const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('on enough exemplars', () => {
  let result: OrganicVae;
  const output = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  const crashHandlers = () => ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
  const handlersBefore = crashHandlers();
  const copy = columns.map((column) => column.slice());
  beforeAll(async () => {
    const atOnce = [organicVae(columns, exemplars), organicVae(columns, exemplars, { epochs: 1 })] as const;
    [result] = await Promise.all(atOnce);
  });

  it('is an autoencoder whose loss fell', () => {
    const { method, reason, latent, validationLoss, trainingLoss } = result;
    expect([method, reason, latent.length]).toEqual(['vae', undefined, 16]);
    expect(trainingLoss.length).toBe(validationLoss.length);
    expect(Math.min(...validationLoss.slice(20))).toBeLessThan(0.7 * validationLoss[0]!);
  });

  it('finds rows unlike the exemplars, and not those that are like them but were not seen', () => {
    const { reconstructionError } = result;
    const seen = mean(reconstructionError.slice(0, 600));
    expect(mean(reconstructionError.slice(600, 800))).toBeLessThan(1.5 * seen);
    expect(mean(reconstructionError.slice(800))).toBeGreaterThan(4 * seen);
  });

  it('gives the same bits again, other ones with another seed', async () => {
    expect(await organicVae(columns, exemplars)).toEqual(result);
    const other = await organicVae(columns, exemplars, { randomState: 7, epochs: 3 });
    expect(other.reconstructionError).not.toEqual(result.reconstructionError);
  });

  it('leaves no tensor, no output, no crash handler and no change in its input', async () => {
    const tf = await tensorflow();
    expect([tf.memory().numTensors, tf.getBackend()]).toEqual([0, 'wasm']);
    expect(output.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(crashHandlers()).toEqual(handlersBefore);
    expect(columns).toEqual(copy);
  });

  it('scores a row alike wherever it stands and however many there are', async () => {
    const many = columns.map((column) => Float64Array.from({ length: 9000 }, (_, row) => column[row % 900]!));
    const options = { epochs: 2 };
    const [few, more] = [await organicVae(columns, exemplars, options), await organicVae(many, exemplars, options)];
    expect(more.reconstructionError.slice(8100)).toEqual(few.reconstructionError);
    expect(more.latent[3]!.slice(3600, 4500)).toEqual(few.latent[3]);
  });

  it('survives missing, infinite and constant values', async () => {
    const odd = [...columns.map((column) => column.slice()), new Float64Array(900).fill(5)];
    odd[0]![3] = Number.NaN;
    odd[1]![700] = Number.POSITIVE_INFINITY;
    odd[2]![701] = -1e300;
    const { method, reconstructionError } = await organicVae(odd, exemplars, { epochs: 3 });
    expect(method).toBe('vae');
    expect(reconstructionError.every(Number.isFinite)).toBe(true);
  });

  it('draws from more exemplars than it may use', async () => {
    const all = { rows: range(0, 800) };
    const some = await organicVae(columns, all, { epochs: 2, maxExemplars: 100 });
    expect(some).toEqual(await organicVae(columns, all, { epochs: 2, maxExemplars: 100 }));
    expect(some).not.toEqual(await organicVae(columns, { rows: range(0, 100) }, { epochs: 2 }));
  });
});

describe('principal components stand in', () => {
  it('below 30 exemplars', async () => {
    const few = await organicVae(columns, { rows: range(0, 29) }, { latent: 2 });
    expect(few.method).toBe('pca');
    expect(few.reason).toMatch(/^29 organic exemplars, 30 are needed/);
    expect([few.latent.length, few.trainingLoss.length]).toEqual([2, 0]);
    expect(mean(few.reconstructionError.slice(800))).toBeGreaterThan(3 * mean(few.reconstructionError.slice(0, 800)));
    expect((await organicVae(columns, { rows: [] })).reason).toMatch(/^0 organic exemplars/);
    expect((await organicVae(columns, { rows: range(0, 30) }, { epochs: 1 })).method).toBe('vae');
  });

  it('when the loss is no longer finite', async () => {
    const lost = await organicVae(columns, exemplars, { learningRate: 1e30, latent: 2 });
    expect(lost.method).toBe('pca');
    expect(lost.reason).toMatch(/^The loss was not finite in epoch \d+/);
    expect(lost.reconstructionError.every(Number.isFinite)).toBe(true);
    expect((await tensorflow()).memory().numTensors).toBe(0);
  });
});

describe('training', () => {
  const options: TrainingOptions = {
    epochs: 60,
    batchSize: 64,
    learningRate: 0.01,
    weightDecay: 0,
    clipNorm: 5,
    dropout: 0,
    warmUp: 5,
    patience: 4,
    minImprovement: 1e-4,
    validationShare: 0.25,
  };

  it('stops when the held-out loss stops falling and returns to the best epoch after the warm-up', async () => {
    const rows = Int32Array.from(range(0, 80));
    const context = {
      tf: await tensorflow(),
      shape: { width: 12, hidden: [32, 16], latent: 4 } as const,
      exemplars: { x: scaledRows(columns, fitScaling(columns, rows), rows), weights: new Float64Array(80).fill(1) },
      options,
      random: createRandom(1),
    };
    const { parameters, validationLoss } = await train(context, {});
    const later = validationLoss.slice(options.warmUp);
    const best = options.warmUp + later.indexOf(Math.min(...later));
    expect(validationLoss.length).toBeLessThan(options.epochs);
    expect(validationLoss.length - 1 - best).toBeLessThanOrEqual(options.patience);
    const { validation } = split(80, options.validationShare, createRandom(1));
    expect(fullLoss(context, parameters, validation)).toBeCloseTo(validationLoss[best]!, 3);
    expect(validationLoss.at(-1)).toBeGreaterThan(validationLoss[best]!);
  });
});

it('keeps scaled values within bounds and in row-major order', () => {
  const two = [Float64Array.of(0, 2, 1e9), Float64Array.of(Number.NaN, 7, 7)];
  const scaling = fitScaling(two, Int32Array.of(0, 1));
  expect([...scaling.mean, ...scaling.sd]).toEqual([1, 7, 1, 1]);
  expect([...scaledRows(two, scaling, Int32Array.of(2, 0))]).toEqual([LARGEST_Z, 0, -1, 0]);
});

it('can be cancelled before and while it trains', async () => {
  await expect(organicVae(columns, exemplars, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  const controller = new AbortController();
  const running = organicVae(columns, exemplars, { signal: controller.signal, epochs: 100_000, learningRate: 1e-9 });
  setTimeout(() => controller.abort(), 0);
  await expect(running).rejects.toThrow(AbortedError);
  expect((await tensorflow()).memory().numTensors).toBe(0);
});

it('says what is wrong with its input', async () => {
  const thirty = range(0, 30);
  expect(await codeOf(() => organicVae([], { rows: [] }))).toBe('NO_ROWS');
  expect(await codeOf(() => organicVae([Float64Array.of(1), Float64Array.of()], { rows: [] }))).toBe('COLUMN_LENGTHS');
  expect(await codeOf(() => organicVae(columns, { rows: [900] }))).toBe('INVALID_ROW');
  expect(await codeOf(() => organicVae(columns, { rows: thirty, weights: [1] }))).toBe('INVALID_WEIGHTS');
  expect(await codeOf(() => organicVae(columns, { rows: [1], weights: [Number.NaN] }))).toBe('INVALID_WEIGHTS');
  for (const options of [{ latent: 0 }, { epochs: 0.5 }, { maxExemplars: 5 }, { learningRate: -1 }]) {
    expect(await codeOf(() => organicVae(columns, { rows: thirty }, options))).toBe('INVALID_OPTION');
  }
});

it('returns to the backend that the process used before', async () => {
  const tf = await tensorflow();
  const { KernelBackend } = tf;
  tf.registerBackend('host-application', () => new KernelBackend());
  await tf.setBackend('host-application');
  const run = () => organicVae(columns, exemplars, { epochs: 2 });
  const [a, b] = await Promise.all([run(), run()]);
  expect(tf.getBackend()).toBe('host-application');
  expect(a).toEqual(b);
  await tf.setBackend('wasm');
});
