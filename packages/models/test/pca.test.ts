import { pca } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { codeOf, correlatedColumns, range } from './support.js';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('two columns', () => {
  // x = 1, 2, 3, 4 and y = 2, 1, 4, 3: correlation 3/5, so the components (1, ±1)/√2 explain (1 ± 3/5)/2.
  const columns = [Float64Array.of(1, 2, 3, 4), Float64Array.of(2, 1, 4, 3)];
  const unit = Math.SQRT1_2;

  it('have the components and shares of their correlation', () => {
    const { components, explained } = pca(columns);
    expect(components.map((vector) => [...vector].map((x) => x / unit))).toEqual([
      [expect.closeTo(1, 12), expect.closeTo(1, 12)],
      [expect.closeTo(1, 12), expect.closeTo(-1, 12)],
    ]);
    expect([...explained]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.2, 12)]);
  });

  it('leave what the kept component does not explain', () => {
    const { scores, reconstructionError } = pca(columns, { components: 1 }).project(columns);
    const sd = Math.sqrt(1.25);
    // Row 0: z = (−1.5, −0.5)/sd, score −2/(√2 sd), rest ((−1.5 + 1)² + (−0.5 + 1)²)/sd² over two columns.
    expect(scores[0]![0]).toBeCloseTo((-2 * unit) / sd, 12);
    expect(reconstructionError[0]).toBeCloseTo(0.5 / 1.25 / 2, 12);
  });
});

describe('many columns', () => {
  const columns = correlatedColumns(400, 8, 3, 7);

  it('give orthogonal unit vectors whose largest entry is positive, the most telling first', () => {
    const { components, explained } = pca(columns);
    for (const [i, a] of components.entries()) {
      for (const [j, b] of components.entries()) expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 10);
      expect(a.find((x) => Math.abs(x) === Math.max(...a.map(Math.abs)))).toBeGreaterThan(0);
    }
    expect([...explained]).toEqual([...explained].sort((a, b) => b - a));
    expect(explained.reduce((sum, x) => sum + x)).toBeCloseTo(1, 10);
  });

  it('leave nothing when all components are kept, and the unexplained share on average', () => {
    expect(Math.max(...pca(columns).project(columns).reconstructionError)).toBeLessThan(1e-20);
    const three = pca(columns, { components: 3 });
    const { reconstructionError } = three.project(columns);
    const unexplained = 1 - three.explained.reduce((sum, x) => sum + x);
    expect(reconstructionError.reduce((sum, x) => sum + x) / 400).toBeCloseTo(unexplained, 10);
  });

  it('rank a row first that breaks the relation between columns', () => {
    const broken = columns.map((column) => column.slice());
    for (const [j, column] of broken.entries()) column[11] = j % 2 === 0 ? 3 : -3;
    const fitted = pca(broken, { components: 3, rows: range(100, 400) });
    const { reconstructionError } = fitted.project(broken);
    expect(reconstructionError.indexOf(Math.max(...reconstructionError))).toBe(11);
  });

  it('give the same bits again and leave their input alone', () => {
    const copy = columns.map((column) => column.slice());
    expect(pca(columns).project(columns)).toEqual(pca(columns).project(columns));
    expect(columns).toEqual(copy);
  });

  it('may be shifted and stretched without effect', () => {
    const moved = columns.map((column, j) => column.map((x) => 1000 * j + (j + 1) * x));
    const [a, b] = [columns, moved].map((each) => pca(each, { components: 3 }).project(each).reconstructionError);
    for (const [row, error] of a!.entries()) expect(b![row]).toBeCloseTo(error, 8);
  });
});

it('reads NaN as the mean, holds infinity within ten deviations and knows constant columns', () => {
  const columns = [
    Float64Array.of(1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY),
    new Float64Array(5).fill(0.1),
    Float64Array.of(3, 1, 2, 2, 2),
  ];
  const { scores, reconstructionError } = pca(columns).project(columns);
  expect(scores.every((column) => column.every(Number.isFinite))).toBe(true);
  expect(Math.hypot(...scores.map((column) => column[3]!))).toBe(0);
  expect(Math.hypot(...scores.map((column) => column[4]!))).toBeCloseTo(10, 10);
  expect(reconstructionError.every((error) => error < 1e-20)).toBe(true);
});

it('says what is wrong with its input', async () => {
  const column = Float64Array.of(1, 2);
  expect(await codeOf(() => pca([]))).toBe('NO_ROWS');
  expect(await codeOf(() => pca([column], { rows: [] }))).toBe('NO_ROWS');
  expect(await codeOf(() => pca([column, Float64Array.of(1)]))).toBe('COLUMN_LENGTHS');
  expect(await codeOf(() => pca([column], { rows: [2] }))).toBe('INVALID_ROW');
  expect(await codeOf(() => pca([column], { components: 0 }))).toBe('INVALID_OPTION');
  expect(await codeOf(() => pca([column]).project([column, column]))).toBe('COLUMN_COUNT');
});
