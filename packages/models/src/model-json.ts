import { InputError } from '@deeplogbot/core';
import { type DecisionTrees, emptyTrees } from './decision-trees.js';
import type { ModelJson } from './model.js';

/** {@link DecisionTrees} as plain arrays. */
export interface TreesJson {
  readonly roots: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly value: readonly number[];
  readonly missingLeft: readonly number[];
  readonly cover: readonly number[];
}

/** The right child is not written: it follows the left one. */
export function treesToJson(trees: DecisionTrees): TreesJson {
  return {
    roots: [...trees.roots],
    feature: [...trees.feature],
    threshold: [...trees.threshold],
    left: [...trees.left],
    value: [...trees.value],
    missingLeft: [...trees.missingLeft],
    cover: [...trees.cover],
  };
}

/** The error for a model file that cannot be what it claims; `where` is a path such as `trees.left[3]`. */
export function invalidModel(where: string, found: unknown, wanted: string): InputError {
  const shown = (JSON.stringify(found) ?? String(found)).slice(0, 80);
  return new InputError('INVALID_MODEL', `The model has ${shown} at ${where}; it must be ${wanted}.`, {
    hint: 'Read a file that toJSON() of this package wrote, or fit the model again.',
  });
}

/** Reads one value of a parsed JSON object. */
export function field(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalidModel('the top', json, 'an object');
  }
  return Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined;
}

/** An array of finite numbers, of the given length unless that is undefined. */
export function numbers(value: unknown, where: string, length?: number): Float64Array {
  if (!Array.isArray(value)) throw invalidModel(where, value, 'an array of numbers');
  if (length !== undefined && value.length !== length) throw invalidModel(`${where}.length`, value.length, `${length}`);
  const odd = value.findIndex((each) => typeof each !== 'number' || !Number.isFinite(each));
  if (odd >= 0) throw invalidModel(`${where}[${odd}]`, value[odd], 'a finite number');
  return Float64Array.from(value as number[]);
}

/** Integers in [min, max]. */
export function integers(value: unknown, where: string, min: number, max: number, length?: number): Int32Array {
  const read = numbers(value, where, length);
  const odd = read.findIndex((each) => !Number.isInteger(each) || each < min || each > max);
  if (odd >= 0) throw invalidModel(`${where}[${odd}]`, read[odd], `an integer in [${min}, ${max}]`);
  return Int32Array.from(read);
}

/** Checks what every model begins with. */
export function readHeader(json: unknown, kind: string, version: number): ModelJson {
  const found = field(json, 'kind');
  if (found !== kind) throw invalidModel('kind', found, JSON.stringify(kind));
  if (field(json, 'version') !== version) throw invalidModel('version', field(json, 'version'), `${version}`);
  const classes = field(json, 'classes');
  const named = Array.isArray(classes) && classes.every((name) => typeof name === 'string');
  if (!named || classes.length < 2 || new Set(classes).size < classes.length) {
    throw invalidModel('classes', classes, 'two or more different names');
  }
  const [features] = integers([field(json, 'features')], 'features', 1, 1e6);
  return { kind, version, classes: classes as string[], features: features! };
}

/** Reads trees: K per round, children behind their parents, every node but the roots the child of one split. */
export function treesFromJson(json: unknown, classes: number, features: number): DecisionTrees {
  const of = (name: string) => [field(json, name), `trees.${name}`] as const;
  const feature = integers(...of('feature'), -1, features - 1);
  const nodes = feature.length;
  const roots = integers(...of('roots'), 0, nodes - 1);
  const left = integers(...of('left'), -1, nodes - 1, nodes);
  const trees: DecisionTrees = {
    ...emptyTrees(0, roots),
    feature,
    threshold: numbers(...of('threshold'), nodes),
    left,
    right: left.map((child) => (child < 0 ? -1 : child + 1)),
    value: numbers(...of('value'), nodes),
    missingLeft: Uint8Array.from(integers(...of('missingLeft'), 0, 1, nodes)),
    cover: numbers(...of('cover'), nodes),
  };
  checkRoots(roots, nodes, classes);
  checkNodes(trees);
  return trees;
}

function checkRoots(roots: Int32Array, nodes: number, classes: number): void {
  if (roots.length % classes !== 0) throw invalidModel('trees.roots.length', roots.length, `a multiple of ${classes}`);
  if ((roots[0] ?? 0) !== 0 || (roots.length === 0 && nodes > 0)) throw invalidModel('trees.roots[0]', roots[0], '0');
  const odd = roots.findIndex((root, t) => t > 0 && root <= roots[t - 1]!);
  if (odd >= 0) throw invalidModel(`trees.roots[${odd}]`, roots[odd], 'greater than the one before');
}

function checkNodes({ roots, feature, left, cover }: DecisionTrees): void {
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? feature.length;
    const parents = new Uint8Array(end - roots[t]!);
    for (let node = roots[t]!; node < end; node++) {
      if (!(cover[node]! > 0)) throw invalidModel(`trees.cover[${node}]`, cover[node], 'positive');
      if (feature[node]! < 0) {
        if (left[node] !== -1) throw invalidModel(`trees.left[${node}]`, left[node], '-1, as it is a leaf');
        continue;
      }
      const child = left[node]!;
      if (child <= node || child + 1 >= end) {
        throw invalidModel(`trees.left[${node}]`, child, `a later node of the same tree, below ${end - 1}`);
      }
      parents[child - roots[t]!]!++;
      parents[child + 1 - roots[t]!]!++;
      const sum = cover[child]! + cover[child + 1]!;
      if (Math.abs(sum - cover[node]!) > 1e-6 * sum) {
        throw invalidModel(`trees.cover[${node}]`, cover[node], `the sum of its children's, ${sum}`);
      }
    }
    const stray = parents.findIndex((count, i) => count !== (i === 0 ? 0 : 1));
    if (stray >= 0) {
      throw invalidModel(`trees.left, node ${roots[t]! + stray}`, parents[stray], 'the child of exactly one split');
    }
  }
}
