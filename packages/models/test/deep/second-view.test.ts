import { expect, it } from 'vitest';
import { secondView } from '../../src/deep/second-view.js';

it('tells kinds of disagreement apart, and gives what the model says of people', () => {
  // The model says: people, people, bot, hub; the log: people, bot, people, bot.
  const model = [
    Float64Array.of(0.8, 0.7, 0.1, 0.2),
    Float64Array.of(0.1, 0.2, 0.8, 0.1),
    Float64Array.of(0.1, 0.1, 0.1, 0.7),
  ];
  const log = [
    Float64Array.of(0.6, 0.1, 0.9, 0.3),
    Float64Array.of(0.2, 0.8, 0.1, 0.4),
    Float64Array.of(0.2, 0.1, 0, 0.3),
  ];
  const judged = { alone: Float64Array.of(0.6, 0.1, 0.9, 0.3), parts: Float64Array.of(0, 0, 0.4, 0.1) };
  const { organic, alone, kind, weight } = secondView(model, log, 0.25, judged);
  expect([...organic]).toEqual([0.8, 0.7, 0.1, 0.2]);
  expect(alone).toBe(judged.alone);
  expect([kind[0], new Set(kind).size]).toEqual([0, 4]);
  expect([...weight]).toEqual([0.25, 0.25, 0.4, 0.25]);
});
