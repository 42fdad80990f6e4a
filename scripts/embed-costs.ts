import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Measured, measuredParts, type Result } from '../bench/large/parts.js';

/*
 * npx tsx --tsconfig tsconfig.json scripts/embed-costs.ts bench/results/large-*.json
 *
 * What each part of a run costs, from runs of three sizes or more; in processor time, so that other work on the machine matters little.
 */
const target = new URL('../packages/deeplogbot/src/progress/costs.ts', import.meta.url);

/** Microseconds for each run, row and location, none of them negative. */
export type Costs = readonly [once: number, perRow: number, perLocation: number];

/**
 * Seconds of processor time = a + b · rows + c · locations with a, b, c ≥ 0, by least squares of the errors by the root of the seconds,
 * so that long parts weigh more and short ones still count: of the solutions with all three, with two and with one alone, the best that has no negative cost.
 */
export function fitCosts(points: readonly Measured[]): Costs {
  const weighted = points
    .filter(({ seconds }) => seconds > 0)
    .map(({ rows, locations, seconds }) => {
      const root = Math.sqrt(seconds);
      return { x: [1 / root, rows / root, locations / root], y: root };
    });
  const candidates = SUBSETS.map((subset) => leastSquares(weighted, subset));
  const error = (costs: Costs) => weighted.reduce((sum, { x, y }) => sum + (dot(x, costs) - y) ** 2, 0);
  const fair = candidates.filter((costs) => costs.every((cost) => Number.isFinite(cost) && cost >= 0));
  return fair.sort((one, other) => error(one) - error(other))[0] ?? [0, 0, 0];
}

/** Which of the three costs are looked for; more than the points can tell apart have no finite solution. */
const SUBSETS = [[0, 1, 2], [0, 1], [0, 2], [1, 2], [0], [1], [2]] as const;

const dot = (x: readonly number[], costs: readonly number[]) => x.reduce((sum, value, i) => sum + value * costs[i]!, 0);

interface Row {
  readonly x: readonly number[];
  readonly y: number;
}

/** Coefficients of the columns of a subset that bring every row nearest to its `y`, the others 0: normal equations, by Cramer's rule. */
function leastSquares(rows: readonly Row[], subset: readonly number[]): Costs {
  const sum = (f: (row: Row) => number) => rows.reduce((total, row) => total + f(row), 0);
  const scale = subset.map((i) => Math.sqrt(sum(({ x }) => x[i]! ** 2)));
  const of = ({ x }: Row, k: number) => x[subset[k]!]! / scale[k]!;
  const matrix = subset.map((_, i) => subset.map((__, j) => sum((row) => of(row, i) * of(row, j))));
  const right = subset.map((_, i) => sum((row) => of(row, i) * row.y));
  const whole = determinant(matrix);
  const costs: [number, number, number] = [0, 0, 0];
  for (const [k, index] of subset.entries()) {
    const replaced = matrix.map((row, i) => row.map((value, j) => (j === k ? right[i]! : value)));
    costs[index] = Math.abs(whole) < SINGULAR ? Number.NaN : determinant(replaced) / whole / scale[k]!;
  }
  return costs;
}

/** Of a matrix whose diagonal is 1: below it, its columns are the same but for rounding. */
const SINGULAR = 1e-9;

function determinant(matrix: readonly (readonly number[])[]): number {
  const [first = [], ...rest] = matrix;
  if (rest.length === 0) return first[0]!;
  return first.reduce(
    (sum, value, j) => sum + (j % 2 === 0 ? 1 : -1) * value * determinant(rest.map((row) => row.toSpliced(j, 1))),
    0,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await Promise.all(
    process.argv.slice(2).map(async (file) => JSON.parse(await readFile(file, 'utf8'))),
  );
  const points = new Map<string, Measured[]>();
  for (const one of (results as Result[]).flatMap(measuredParts)) {
    points.set(one.part, [...(points.get(one.part) ?? []), one]);
  }
  const micro = (cost: number) => Number((1e6 * cost).toPrecision(3));
  const lines = [...points].map(([part, measured]) => {
    return `  ${/^[a-z]+$/.test(part) ? part : `'${part}'`}: [${fitCosts(measured).map(micro).join(', ')}],`;
  });
  const text = await readFile(target, 'utf8');
  await writeFile(target, `${text.slice(0, text.indexOf('= {'))}= {\n${lines.join('\n')}\n};\n`);
}
