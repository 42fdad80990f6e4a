import { readFileSync } from 'node:fs';
import { logisticFromJson, logisticRegression } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { lbfgs } from '../src/lbfgs.js';
import { table } from './support.js';

const read = (name: string) => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));

interface Theirs {
  readonly l2: number;
  readonly class_weight: 'balanced' | null;
  readonly coefficients: number[][];
  readonly intercepts: number[];
}

describe('logisticRegression', () => {
  const { sets } = read('boosting.json') as { sets: { name: string; columns: (number | null)[][]; labels: string }[] };
  const data = sets.find(({ name }) => name === 'synthetic')!;
  const columns = data.columns.map((column) => Float64Array.from(column, (value) => value ?? Number.NaN));

  it.each((read('logistic.json') as { models: Theirs[] }).models)(
    'has the coefficients of scikit-learn, λ = $l2, weights $class_weight',
    (theirs) => {
      const model = logisticRegression({ l2: theirs.l2, tolerance: 1e-9 }).fit(columns, [...data.labels], {
        classWeights: theirs.class_weight ?? undefined,
      });
      expect(model.converged).toBe(true);
      expect([...model.indicators]).toEqual([0, 4]);
      theirs.coefficients.forEach((row, k) => {
        expect(Math.abs(model.intercepts[k]! - theirs.intercepts[k]!)).toBeLessThan(1e-6);
        row.forEach((coefficient, j) => {
          expect(Math.abs(model.coefficients[k]![j]! - coefficient)).toBeLessThan(1e-6);
        });
      });
    },
  );

  it('gives the shares of the classes where no column tells anything', () => {
    const model = logisticRegression().fit([new Float64Array(4).fill(7)], ['a', 'b', 'b', 'b']);
    const p = model.predictProbabilities([Float64Array.of(7, 100, Number.NaN)]);
    for (const row of [0, 1, 2]) expect(p[1]![row]).toBeCloseTo(0.75, 6);
  });

  it('does not change with the unit of a column', () => {
    const { columns: of, labels } = table(200, 1);
    const scaled = of.map((column, f) => column.map((x) => x * 1000 ** f - 5));
    const p = logisticRegression().fit(of, labels).predictProbabilities(of);
    const q = logisticRegression().fit(scaled, labels).predictProbabilities(scaled);
    p.forEach((values, k) => {
      values.forEach((value, row) => {
        expect(value).toBeCloseTo(q[k]![row]!, 6);
      });
    });
  });

  it('says that the iterations ran out', () => {
    const { columns: of, labels } = table(200, 1);
    const model = logisticRegression({ maxIterations: 1 }).fit(of, labels);
    expect(model.converged).toBe(false);
    expect(logisticFromJson(JSON.parse(JSON.stringify(model))).converged).toBe(false);
  });

  it('refuses options and files out of range', () => {
    expect(() => logisticRegression({ l2: 0 })).toThrow('l2 must be a finite number above 0. Got 0.');
    const { columns: of, labels } = table(50, 1);
    const json = JSON.parse(JSON.stringify(logisticRegression().fit(of, labels))) as object;
    expect(() => logisticFromJson({ ...json, scale: [1, 0, 1, 1] })).toThrow('has 0 at scale[1]; it must be positive');
    expect(() => logisticFromJson({ ...json, coefficients: [[1]] })).toThrow('must be 3 arrays of numbers');
    expect(() => logisticFromJson({ ...json, coefficients: [[1], [], []] })).toThrow('coefficients[0].length');
  });
});

describe('lbfgs', () => {
  it('finds the minimum of a badly scaled bowl', () => {
    // Σ 10^i (x_i − i)², i = 0 … 5
    const bowl = (x: Float64Array, gradient: Float64Array) =>
      x.reduce((sum, value, i) => {
        gradient[i] = 2 * 10 ** i * (value - i);
        return sum + 10 ** i * (value - i) ** 2;
      }, 0);
    const { x, converged } = lbfgs(bowl, new Float64Array(6), { maxIterations: 200, tolerance: 1e-9 });
    expect(converged).toBe(true);
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(i, 8);
    });
  });
});
