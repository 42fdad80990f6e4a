import { createRandom, type Random } from '@deeplogbot/core';
import { type FittedDetector, permutationImportances } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

const random: Random = createRandom(1);
const column = () => Float64Array.from({ length: 200 }, random.next);

/** A detector whose score is its second column. */
const second: FittedDetector = { scores: (columns) => columns[1]!.slice() };

describe('permutationImportances', () => {
  it('is 0 for a column that the detector does not read, and more than 0 for the one it does', () => {
    const importances = permutationImportances(second, [column(), column(), column()]);
    expect([importances[0], importances[2]]).toEqual([0, 0]);
    // Mean distance of two uniform draws is 1/3.
    expect(Math.abs(importances[1]! - 1 / 3)).toBeLessThan(0.06);
  });

  it('repeats with its seed and leaves the columns alone', () => {
    const columns = [column(), column()];
    const copy = columns.map((values) => values.slice());
    expect(permutationImportances(second, columns, { rows: 50 })).toEqual(
      permutationImportances(second, columns, { rows: 50 }),
    );
    expect(columns).toEqual(copy);
  });
});
