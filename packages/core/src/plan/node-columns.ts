import { type ColumnBatch, numbers } from '../columns.js';
import { type ColumnSpill, inMemory, type StoredColumn } from '../stored-columns.js';
import type { FeatureColumns } from './node-store.js';

/** What one extractor gave. */
export interface NodeColumns {
  readonly stored: ReadonlyMap<string, StoredColumn>;
  /** The same where it is in memory. */
  readonly values?: FeatureColumns;
}

/** Takes the rows of a query and puts each value where its key has its row; a key without a row is NULL. */
export interface Collector {
  /** Whether rows must come in the order of their keys. */
  readonly inOrder: boolean;
  add(batch: ColumnBatch): void;
  finish(): NodeColumns;
}

/** Collects the columns of a node: in memory, or a block of rows at a time where they are to be spilled. */
export const nodeColumns = (names: readonly string[], rows: number, spill: ColumnSpill | undefined): Collector =>
  spill ? inBlocks(names, rows, spill) : whole(names, rows);

const emptyOf = (names: readonly string[], rows: number): Record<string, Float64Array> =>
  Object.fromEntries(names.map((name) => [name, new Float64Array(rows).fill(Number.NaN)]));

function whole(names: readonly string[], rows: number): Collector {
  const values = emptyOf(names, rows);
  return {
    inOrder: false,
    add(batch) {
      const keys = numbers(batch, 'key');
      for (const name of names) {
        const from = numbers(batch, name);
        const to = values[name]!;
        for (let row = 0; row < batch.rows; row++) {
          const key = keys[row]!;
          if (key < rows) to[key] = from[row]!;
        }
      }
    },
    finish: () => ({ values, stored: new Map(names.map((name) => [name, inMemory(values[name]!)])) }),
  };
}

/** Rows of a block. */
const BLOCK = 65_536;

function inBlocks(names: readonly string[], rows: number, spill: ColumnSpill): Collector {
  const writer = spill.begin(names, rows);
  const block = emptyOf(names, BLOCK);
  let start = 0;
  const flush = () => {
    for (const name of names) {
      writer.write(name, start, block[name]!.subarray(0, rows - start));
      block[name]!.fill(Number.NaN);
    }
    start += BLOCK;
  };
  return {
    inOrder: true,
    add(batch) {
      const keys = numbers(batch, 'key');
      const columns = names.map((name) => [block[name]!, numbers(batch, name)] as const);
      for (let row = 0; row < batch.rows; row++) {
        const key = keys[row]!;
        if (key >= rows) return; // Keys that are not kept come last.
        while (key >= start + BLOCK) flush();
        for (const [to, from] of columns) to[key - start] = from[row]!;
      }
    },
    finish() {
      while (start < rows) flush();
      return { stored: new Map(names.map((name) => [name, writer.column(name)])) };
    },
  };
}
