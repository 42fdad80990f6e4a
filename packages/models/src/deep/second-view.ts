import { CLASSES, type SecondView } from '@deeplogbot/core';
import { mostProbable } from './pooling.js';

type Probabilities = readonly Float64Array[];

/**
 * Where a fitted model and what was learned from the log name different classes. Who is right about a kind of visitor cannot be
 * known without labels; the model is taken to be with its weight in the pool.
 */
export function secondView(model: Probabilities, learned: Probabilities, weight: number): Omit<SecondView, 'alone'> {
  const [organic] = model;
  const kind = Uint8Array.from(organic!, (_, row) => {
    const [a, b] = [mostProbable(model, row), mostProbable(learned, row)];
    return a === b ? 0 : 1 + a * CLASSES.length + b;
  });
  return { organic: organic!, kind, weight };
}
