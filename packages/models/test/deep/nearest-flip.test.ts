import { type ClassName, FeatureTable } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { deepClassifier, nearestFlip, trainModel } from '../../src/index.js';

/** A bot has more than 100 users, an organic location fewer; downloads say nothing. */
const users = Float64Array.from({ length: 200 }, (_, i) => i + 1);
const labels = Array.from(users, (u): ClassName => (u > 100 ? 'bot' : 'organic'));
const tableOf = (u: Float64Array, downloads = u.map((_, i) => 60 + ((i * 37) % 50))) =>
  new FeatureTable(
    Array.from(u, (_, i) => `place ${i}`),
    { country: [], city: [] },
    new Map([
      ['unique_users', u],
      ['total_downloads', downloads],
    ]),
    new Map(),
  );
const model = trainModel(tableOf(users), { labels, provider: 'test', features: ['unique_users', 'total_downloads'] });

describe('the nearest flip', () => {
  it('is the change of the feature that decides, just over the cut', async () => {
    const flip = nearestFlip(model, [80, 75])!;
    expect(flip).toMatchObject({ feature: 'unique_users', from: 80, label: 'bot' });
    expect(flip.to).toBeGreaterThan(95);
    expect(flip.to).toBeLessThan(106);
  });

  it('does flip the delivered label, and a smaller change does not', async () => {
    const { to } = nearestFlip(model, [130, 75])!;
    const label = async (u: number) =>
      (
        await deepClassifier({ model, selfTraining: false }).classify(
          tableOf(Float64Array.of(u), Float64Array.of(75)),
          {
            randomState: 1,
            contamination: 0.15,
          },
        )
      ).rows[0]!.label;
    expect([await label(130), await label(to), await label((130 + to) / 2)]).toEqual(['bot', 'organic', 'bot']);
  });

  it('passes over splits that only part missing values from others', () => {
    const gaps = users.map((u) => (u > 100 ? Number.NaN : u));
    const names = ['unique_users', 'total_downloads'];
    const blind = trainModel(tableOf(gaps), { labels, provider: 'test', features: names });
    expect([...blind.scores.trees.threshold]).toContain(Number.MAX_VALUE);
    for (const u of [1, 50, 100, Number.NaN]) expect(nearestFlip(blind, [u, 75])?.to ?? 0).toBeLessThan(1e9);
  });

  it('is null where nothing measurable can change it', () => {
    expect(nearestFlip(model, [Number.NaN, Number.NaN])).toBeNull();
  });
});
