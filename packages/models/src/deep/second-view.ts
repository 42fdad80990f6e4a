import { CLASSES, type SecondView } from '@deeplogbot/core';
import type { Judged } from './judge.js';
import { mostProbable } from './pooling.js';

type Probabilities = readonly Float64Array[];

/**
 * Where a fitted model and what was learned from the log name different classes. Who is right about a kind of visitor cannot be
 * known without labels; the model is taken to be with its weight in the pool, or with the part that it and the rules got of a verdict.
 */
export function secondView(
  model: Probabilities,
  learned: Probabilities,
  weight: number,
  { alone, parts }: Pick<Judged, 'alone' | 'parts'>,
): SecondView {
  const [organic] = model;
  const kind = Uint8Array.from(organic!, (_, row) => {
    const [a, b] = [mostProbable(model, row), mostProbable(learned, row)];
    return a === b ? 0 : 1 + a * CLASSES.length + b;
  });
  return { organic: organic!, alone, kind, weight: parts.map((part) => Math.max(part, weight)) };
}
