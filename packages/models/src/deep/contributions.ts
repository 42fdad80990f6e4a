import type { ClassName, RunControl } from '@deeplogbot/core';
import type { ShapParts } from './shap-parts.js';

/** Columns of what another model says: the one that was fitted elsewhere, or what the log's exemplars alone taught. */
export const SAID = /^(base|exemplars)_(organic|bot|hub)$/;
export type Sayer = 'base' | 'exemplars';

/** Share of its absolute contributions that must be left of a model's sum; a sum of opposites would be blown up. */
const LEAST_NET = 0.2;

/** A model whose words others read. */
interface Inner {
  readonly parts: ShapParts;
  /** Places of what it says. */
  readonly said: readonly number[];
  /** Place of each feature that it reads. */
  readonly at: Int32Array;
}

/** What each feature says for a label, through a model and those whose words it reads. */
export class Contributions {
  /** Features of all models, each once. */
  readonly features: readonly string[];
  private readonly inner: readonly Inner[];
  /** Per feature, a model that reads it and its place there. */
  private readonly readers: readonly (readonly [ShapParts, number])[];

  /** @param inner models whose words others read, each before those that it reads itself */
  constructor(
    private readonly outer: ShapParts,
    inner: readonly (readonly [Sayer, ShapParts])[],
  ) {
    const readers = new Map<string, readonly [ShapParts, number]>();
    for (const parts of [outer, ...inner.map(([, each]) => each)]) {
      for (const [f, name] of parts.features.entries()) if (!readers.has(name)) readers.set(name, [parts, f]);
    }
    this.features = [...readers.keys()];
    this.readers = [...readers.values()];
    const places = new Map(this.features.map((name, place) => [name, place] as const));
    this.inner = inner.map(([sayer, parts]) => ({
      parts,
      said: [...this.features.keys()].filter((place) => SAID.exec(this.features[place]!)?.[1] === sayer),
      at: Int32Array.from(parts.features, (name) => places.get(name)!),
    }));
  }

  /** Whether the row lies outside the part that was worked out last. */
  needs(row: number): boolean {
    return this.outer.needs(row);
  }

  async prepare(row: number, control: RunControl): Promise<void> {
    for (const parts of this.parts()) await parts.prepare(row, control);
  }

  /** What each feature says for a label of a row, less the mean of what it says for the others; 0 where it is not read. */
  towards(row: number, label: ClassName): Float64Array {
    for (const parts of this.parts()) parts.ensure(row);
    const weights = new Float64Array(this.features.length);
    weights.set(this.outer.towards(row, label));
    for (const each of this.inner) handOn(weights, each, each.parts.towards(row, label));
    return weights;
  }

  value(place: number, row: number): number {
    const [parts, feature] = this.readers[place]!;
    return parts.value(feature, row);
  }

  median(place: number): number {
    const [parts, feature] = this.readers[place]!;
    return parts.median(feature);
  }

  private parts(): readonly ShapParts[] {
    return [this.outer, ...this.inner.map(({ parts }) => parts)];
  }
}

/** Hands what a model's words contribute on to what it read, in proportion; leaves it where the model says otherwise. */
function handOn(weights: Float64Array, { said, at }: Inner, read: Float64Array): void {
  let handed = 0;
  for (const place of said) handed += weights[place]!;
  let net = 0;
  let size = 0;
  for (const weight of read) {
    net += weight;
    size += Math.abs(weight);
  }
  if (!(handed > 0 && net > LEAST_NET * size)) return;
  for (const place of said) weights[place] = 0;
  for (const [f, place] of at.entries()) weights[place]! += read[f]! * (handed / net);
}
