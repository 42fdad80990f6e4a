/** Puts the gradient at x into `gradient` and returns the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  readonly maxIterations: number;
  /** Stops where no component of the gradient is greater in size. */
  readonly tolerance: number;
  /** Called before each iteration. */
  readonly onIteration?: () => void;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly iterations: number;
  /** Whether the gradient fell below the tolerance. */
  readonly converged: boolean;
}

/** Pairs of steps and changes of the gradient that stand for the curvature. */
const MEMORY = 10;

interface Point {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

/**
 * Minimises a smooth convex function from `start` by limited-memory BFGS (Nocedal & Wright, Numerical Optimization, 2nd
 * edition, algorithm 7.4), each step by bisection for the weak Wolfe conditions (Lewis & Overton 2013); where rounding
 * hides the decrease the slope alone decides (Hager & Zhang 2005). No draws: the
 * same function and start give the same result. Stops unconverged where rounding lets no step lower the value.
 */
export function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions): Minimum {
  let here = pointAt(objective, start);
  const pairs: Pair[] = [];
  for (let iterations = 0; iterations < options.maxIterations; iterations++) {
    options.onIteration?.();
    if (largest(here.gradient) <= options.tolerance) return { x: here.x, iterations, converged: true };
    const direction = descent(here.gradient, pairs);
    const next = lineSearch(objective, here, direction, pairs.length === 0 ? 1 / largest(here.gradient) : 1);
    if (!next) {
      if (pairs.length === 0) return { x: here.x, iterations, converged: false };
      pairs.length = 0;
      continue;
    }
    remember(pairs, here, next);
    here = next;
  }
  const converged = largest(here.gradient) <= options.tolerance;
  return { x: here.x, iterations: options.maxIterations, converged };
}

function pointAt(objective: Objective, x: Float64Array): Point {
  const gradient = new Float64Array(x.length);
  return { x, gradient, value: objective(x, gradient) };
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const largest = (a: Float64Array) => a.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

function addScaled(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}

/** −H g by the two-loop recursion. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, product } = pairs[i]!;
    factors[i] = dot(step, direction) / product;
    addScaled(direction, -factors[i]!, change);
  }
  const last = pairs.at(-1);
  const scale = last ? last.product / dot(last.change, last.change) : 1;
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  pairs.forEach(({ step, change, product }, i) => {
    addScaled(direction, factors[i]! - dot(change, direction) / product, step);
  });
  return direction;
}

/** A point along the direction that lowers the value enough and flattens the slope; undefined if there is none. */
function lineSearch(objective: Objective, from: Point, direction: Float64Array, first: number): Point | undefined {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return undefined;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let length = first;
  for (let trial = 0; trial < 50; trial++) {
    const x = from.x.slice();
    addScaled(x, length, direction);
    const point = pointAt(objective, x);
    const newSlope = dot(point.gradient, direction);
    const lower = point.value <= from.value + 1e-4 * length * slope;
    const lowerByRounding = point.value <= from.value + 1e-12 * Math.abs(from.value) && newSlope <= -(1 - 2e-4) * slope;
    if (!lower && !lowerByRounding) high = length;
    else if (newSlope < 0.9 * slope) low = length;
    else return point;
    length = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function remember(pairs: Pair[], from: Point, to: Point): void {
  const step = to.x.map((value, i) => value - from.x[i]!);
  const change = to.gradient.map((value, i) => value - from.gradient[i]!);
  const product = dot(step, change);
  if (!(product > 0)) return;
  pairs.push({ step, change, product });
  if (pairs.length > MEMORY) pairs.shift();
}
