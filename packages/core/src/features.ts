import type { Table } from 'apache-arrow';
import { ConfigError } from './errors.js';
import { featuresToArrow } from './features-arrow.js';
import { gathered, StoredColumns, storedOf } from './stored-columns.js';

/** What a feature measures; the feature reference is generated from it. */
export interface FeatureSpec {
  readonly name: string;
  /** Node that produces it. */
  readonly extractor: string;
  /** `'1'` for a quantity without a unit. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  /** What it measures and how to read it, one or two sentences. */
  readonly meaning: string;
  /** In the notation of the feature reference. */
  readonly formula: string;
  /** When the value is NULL (not measurable). */
  readonly nullWhen: string;
  /** How the reference's value differs, with the note of the feature specification, if it does. */
  readonly reference?: string;
  /**
   * The numbers are names and have no order, so nothing learns from them and no page sums them up. What 0, 1, … are called in
   * files; where the list is empty, a number is its own name.
   */
  readonly names?: readonly string[];
}

/** A spec as an extractor writes it down: its own name and node are known from the place. */
export type ColumnSpec = Omit<FeatureSpec, 'name' | 'extractor'>;

/** Declares a feature column of 64-bit floats. */
export const float64 = (spec: ColumnSpec): ColumnSpec => spec;

/** Text that names and places a key; never a model's input. NULL = unknown. */
export interface KeyAttributes {
  readonly country: readonly (string | null)[];
  readonly city: readonly (string | null)[];
}

/**
 * One row per key: its text, attributes, and named columns of floats. NaN = not measurable.
 * Immutable; `with` returns a further table that shares the old columns. Those of a table that is too large for memory are
 * {@link StoredColumns}: each is read when it is asked for, so ask once and not for every row.
 */
export class FeatureTable {
  constructor(
    readonly keys: readonly string[],
    readonly attributes: KeyAttributes,
    readonly columns: ReadonlyMap<string, Float64Array>,
    readonly specs: ReadonlyMap<string, FeatureSpec>,
  ) {
    for (const [name, { length }] of storedOf(columns)) {
      if (length !== keys.length) throw new TypeError(`Column "${name}" has ${length} values for ${keys.length} keys.`);
    }
  }

  get rows(): number {
    return this.keys.length;
  }

  /** The column, or undefined when this table does not have it. */
  get(name: string): Float64Array | undefined {
    return this.columns.get(name);
  }

  /** The column as files show it: texts where its numbers are the names of something, see {@link FeatureSpec.names}. */
  shown(name: string): Float64Array | readonly (string | null)[] {
    const values = this.need(name);
    const names = this.specs.get(name)?.names ?? [];
    return names.length === 0 ? values : Array.from(values, (value) => names[value] ?? null);
  }

  /** The column, or a ConfigError that lists what is there. */
  need(name: string): Float64Array {
    const column = this.columns.get(name);
    if (column) return column;
    throw new ConfigError('MISSING_FEATURE', `The feature table has no column "${name}".`, {
      hint: `It has: ${[...this.columns.keys()].join(', ')}.`,
    });
  }

  /** Some rows of a column, from `from` to before `to`, or undefined when this table does not have it. */
  range(name: string, from: number, to: number): Float64Array | undefined {
    if (this.columns instanceof StoredColumns) return this.columns.stored.get(name)?.read(from, to);
    return this.columns.get(name)?.subarray(from, to);
  }

  /**
   * Reads rows in an order, some at a time: the function gives all columns of the rows `order[from]` to before `order[to]`.
   * A table that is not in memory is arranged once, on disk.
   */
  inOrder(order: readonly number[]): (from: number, to: number) => ReadonlyMap<string, Float64Array> {
    const { columns } = this;
    if (columns instanceof StoredColumns) {
      const { stored } = columns.arranged(order);
      return (from, to) => new Map([...stored].map(([name, column]) => [name, column.read(from, to)]));
    }
    return (from, to) => {
      const rows = order.slice(from, to);
      return new Map([...columns].map(([name, values]) => [name, gathered(values, rows)]));
    };
  }

  /**
   * The table for Arrow: `key` (text), `country` and `city` (dictionaries of text), then every feature as 64-bit floats, NULL where it is
   * not measurable. Numbers are not copied, so leave them as they are.
   */
  toArrow(): Promise<Table> {
    return featuresToArrow(this);
  }

  /** The given rows, in the given order. */
  pick(rows: readonly number[]): FeatureTable {
    const texts = (values: readonly (string | null)[]) => rows.map((row) => values[row] ?? null);
    const columns = [...this.columns].map(
      ([name, values]) => [name, Float64Array.from(rows, (row) => values[row]!)] as const,
    );
    return new FeatureTable(
      rows.map((row) => this.keys[row]!),
      { country: texts(this.attributes.country), city: texts(this.attributes.city) },
      new Map(columns),
      this.specs,
    );
  }

  /** A table with more columns; an existing name is replaced. */
  with(columns: Readonly<Record<string, Float64Array>>, specs: readonly FeatureSpec[] = []): FeatureTable {
    return new FeatureTable(
      this.keys,
      this.attributes,
      joined(this.columns, new Map(Object.entries(columns))),
      new Map([...this.specs, ...specs.map((spec) => [spec.name, spec] as const)]),
    );
  }
}

function joined(
  old: ReadonlyMap<string, Float64Array>,
  added: ReadonlyMap<string, Float64Array>,
): ReadonlyMap<string, Float64Array> {
  if (old instanceof StoredColumns) return old.with(storedOf(added));
  return new Map([...old, ...added]);
}
