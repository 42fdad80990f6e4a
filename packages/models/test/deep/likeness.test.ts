import { describe, expect, it } from 'vitest';
import { likeness } from '../../src/deep/likeness.js';
import type { TrainedModel } from '../../src/deep/trained-model.js';
import { measures } from './rows.js';

/** Of the rows of this model, total_downloads and hourly_entropy lie evenly in 0 … 100. */
const EVEN = { p05: 5, median: 50, p95: 95 };
const model = { features: ['total_downloads', 'hourly_entropy'], population: [EVEN, EVEN] } as unknown as TrainedModel;
const ROWS = 1000;
const column = (of: (share: number) => number) => Array.from({ length: ROWS }, (_, row) => of((row + 0.5) / ROWS));
const like = (columns: Readonly<Record<string, readonly number[]>>) => likeness(model, measures(columns), ROWS);

describe('likeness', () => {
  const even = column((share) => 100 * share);
  it('is 1 where measures have the quantiles of the rows of a model, and 0 where they are elsewhere', () => {
    expect(like({ total_downloads: even, hourly_entropy: even })).toBe(1);
    // Half as large: the median has moved from a half to all of the places.
    expect(like({ total_downloads: even, hourly_entropy: column((share) => 50 * share) })).toBe(0);
    expect(like({ total_downloads: even, hourly_entropy: column((share) => 100 + share) })).toBe(0);
    // 0.73 below the median: 0.23 in one measure of two are 0.115, halfway from 0.13 to 0.1.
    const moved = column((share) => (share < 0.73 ? (share / 0.73) * 50 : 50 + ((share - 0.73) / 0.27) * 50));
    expect(like({ total_downloads: even, hourly_entropy: moved })).toBeCloseTo(0.5, 1);
  });

  it('is not moved by how many places are small', () => {
    const small = column((share) => (share < 0.8 ? 4 : 100 * ((share - 0.8) / 0.2)));
    const entropy = column((share) => (share < 0.8 ? 4 : 100 * ((share - 0.8) / 0.2)));
    expect(like({ total_downloads: small, hourly_entropy: entropy })).toBe(1);
  });

  it('counts what is measurable, and a tie on the side that it lies on', () => {
    expect(like({ total_downloads: even, hourly_entropy: column(() => Number.NaN) })).toBe(1);
    expect(like({})).toBe(0);
    const ties = { ...model, population: [EVEN, { p05: 0, median: 0, p95: 0 }] };
    expect(likeness(ties, measures({ total_downloads: even, hourly_entropy: column(() => 0) }), ROWS)).toBe(1);
  });
});
