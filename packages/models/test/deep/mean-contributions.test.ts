import { describe, expect, it } from 'vitest';
import { MeanContributions } from '../../src/deep/mean-contributions.js';

describe('MeanContributions', () => {
  const of = (...values: number[]) => Float64Array.from(values);
  const first = [
    [of(1, -1), of(0, 0)],
    [of(0, 0), of(3, -1)],
    [of(0, 0), of(0, 0)],
  ];

  it('takes the mean of absolute values per class, over all rows, each part once', () => {
    const means = new MeanContributions(['a', 'b']);
    expect(means.result()).toBeUndefined();
    means.add(0, first);
    means.add(0, first);
    means.add(
      2,
      first.map((columns) => columns.map(() => of(-1))),
    );
    // Rows 2 + 1: a has (1 + 1 + 1) / 3, 1 / 3, 1 / 3; b has 1 / 3, (3 + 1 + 1) / 3, 1 / 3.
    const third = 1 / 3;
    expect(means.result()).toEqual({
      kind: 'shap',
      rows: 3,
      features: [
        { feature: 'b', importance: expect.closeTo(7 / 9, 12), byClass: { organic: third, bot: 5 / 3, hub: third } },
        { feature: 'a', importance: expect.closeTo(5 / 9, 12), byClass: { organic: 1, bot: third, hub: third } },
      ],
    });
  });
});
