import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Measured, measuredParts, type Result } from '../bench/large/parts.js';

/*
 * npx tsx --tsconfig tsconfig.json scripts/embed-costs.ts bench/results/large-*.json
 *
 * What each part of a run costs, from runs of two sizes or more; in processor time, so that other work on the machine matters little.
 */
const target = new URL('../packages/deeplogbot/src/progress/costs.ts', import.meta.url);

/**
 * Seconds of processor time = a · rows + b · locations with a, b ≥ 0, by least squares of the relative errors: of the solutions with both,
 * with one and with the other alone, the best that has no negative cost.
 */
export function fitCosts(points: readonly Measured[]): [perRow: number, perLocation: number] {
  const scaled = points
    .filter(({ seconds }) => seconds > 0)
    .map(({ rows, locations, seconds }) => ({ x: rows / seconds, y: locations / seconds }));
  const sum = (f: (point: { x: number; y: number }) => number) => scaled.reduce((total, point) => total + f(point), 0);
  const [xx, xy, yy] = [sum(({ x }) => x * x), sum(({ x, y }) => x * y), sum(({ y }) => y * y)];
  const [x1, y1] = [sum(({ x }) => x), sum(({ y }) => y)];
  const determinant = xx * yy - xy * xy;
  const candidates: (readonly [number, number])[] = [
    [(x1 * yy - y1 * xy) / determinant, (y1 * xx - x1 * xy) / determinant],
    [x1 / xx, 0],
    [0, y1 / yy],
  ];
  const error = ([a, b]: readonly [number, number]) => sum(({ x, y }) => (a * x + b * y - 1) ** 2);
  const fair = candidates.filter((pair) => pair.every((cost) => Number.isFinite(cost) && cost >= 0));
  const [a = 0, b = 0] = fair.sort((one, other) => error(one) - error(other))[0] ?? [];
  return [a, b];
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
    const [a, b] = fitCosts(measured);
    return `  ${/^[a-z]+$/.test(part) ? part : `'${part}'`}: [${micro(a)}, ${micro(b)}],`;
  });
  const text = await readFile(target, 'utf8');
  await writeFile(target, `${text.slice(0, text.indexOf('= {'))}= {\n${lines.join('\n')}\n};\n`);
}
