import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkColumns, checkedRowCount, checkedRows, checkInteger } from './checked-columns.js';
import { fitScaling, type Scaling, scaled } from './scaling.js';

export interface PcaOptions {
  /** Components to keep; capped at the number of columns. @defaultValue 16 */
  readonly components?: number;
  /** Rows to learn from, counted from 0. @defaultValue all rows */
  readonly rows?: ArrayLike<number>;
}

const DEFAULTS = { components: 16 } satisfies PcaOptions;

export interface FittedPca {
  /** Unit vectors over the columns, the one that explains most first; the largest entry of each is positive. */
  readonly components: readonly Float64Array[];
  /** Share of the variance that each component explains, 0…1. */
  readonly explained: Float64Array;
  /** Places rows of columns in the order of fitting. */
  project(columns: readonly Float64Array[]): Projection;
}

export interface Projection {
  /** One column per component, in standard deviations of the features. */
  readonly scores: Float64Array[];
  /** Per row, the mean over the columns of the squared difference between standardised value and reconstruction, ≥ 0. */
  readonly reconstructionError: Float64Array;
}

/**
 * Principal components of the correlation matrix: columns are standardised, within ±10, NaN reads as the mean.
 *
 * The reconstruction error is large for rows whose columns go together differently than in the rows learnt from; it
 * says nothing about a row that is extreme along a component. Only linear relations are seen. Eigenvectors by ml-matrix
 * (symmetric QL); their sign, which mathematics leaves open, is set by the largest entry. With p columns and k
 * components: fit O(rows · p² + p³), projection O(rows · p · k).
 *
 * @throws ConfigError `NO_ROWS`, `COLUMN_LENGTHS`, `INVALID_ROW` or `INVALID_OPTION` when called with such.
 */
export function pca(columns: readonly Float64Array[], options: PcaOptions = {}): FittedPca {
  const { components: wanted, rows: chosen } = { ...DEFAULTS, ...options };
  checkInteger('components', wanted, 1);
  const rows = checkedRows(chosen, checkedRowCount(columns, 'A principal component analysis'));
  const scaling = fitScaling(columns, rows);
  const { components, variances } = eigenvectors(correlations(columns, rows, scaling));
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  const kept = components.slice(0, wanted);
  return {
    components: kept,
    explained: Float64Array.from(kept, (_, k) => (total > 0 ? variances[k]! / total : 0)),
    project(other) {
      checkColumns(other, columns.length);
      return project(other, kept, scaling);
    },
  };
}

/** Means of products of the scaled columns over the rows: their correlations, apart from what was clipped. */
function correlations(columns: readonly Float64Array[], rows: Int32Array, scaling: Scaling): Matrix {
  const standard = columns.map((column, j) => Float64Array.from(rows, (row) => scaled(column[row]!, j, scaling)));
  const result = Matrix.zeros(columns.length, columns.length);
  for (const [a, left] of standard.entries()) {
    for (let b = a; b < standard.length; b++) {
      const right = standard[b]!;
      let sum = 0;
      for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
      result.set(a, b, sum / left.length);
      result.set(b, a, sum / left.length);
    }
  }
  return result;
}

function eigenvectors(matrix: Matrix): { components: Float64Array[]; variances: number[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]! || a - b);
  return {
    components: order.map((k) => withSign(Float64Array.from(eigenvectorMatrix.getColumn(k)))),
    variances: order.map((k) => Math.max(realEigenvalues[k]!, 0)),
  };
}

/** The vector or its opposite, whichever has a positive largest entry; entries equal to 1e-9 count as a tie, the first wins. */
function withSign(vector: Float64Array): Float64Array {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const leading = vector.find((value) => Math.abs(value) >= largest - 1e-9)!;
  return leading < 0 ? vector.map((value) => -value) : vector;
}

function project(columns: readonly Float64Array[], components: readonly Float64Array[], scaling: Scaling): Projection {
  const rows = checkedRowCount(columns, 'A projection');
  const scores = components.map(() => new Float64Array(rows));
  const reconstructionError = new Float64Array(rows);
  const x = new Float64Array(columns.length);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < x.length; j++) x[j] = scaled(columns[j]![row]!, j, scaling);
    let left = 0;
    for (const [k, component] of components.entries()) scores[k]![row] = removeComponent(x, component);
    for (const value of x) left += value * value;
    reconstructionError[row] = left / x.length;
  }
  return { scores, reconstructionError };
}

/** Takes the part along a unit vector out of x and returns its length. */
function removeComponent(x: Float64Array, component: Float64Array): number {
  let score = 0;
  for (let j = 0; j < x.length; j++) score += x[j]! * component[j]!;
  for (let j = 0; j < x.length; j++) x[j]! -= score * component[j]!;
  return score;
}
