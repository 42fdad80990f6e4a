import type { Engine } from '../engine.js';
import type { Sql } from '../sql.js';

export type FeatureColumns = Readonly<Record<string, Float64Array>>;

/** What finished nodes gave, kept so that a later run of the same plan over the same log need not compute it again. */
export interface NodeStore {
  /** A name for a description: the same for the same description in every run, never the same for two. */
  identify(description: string): string;
  has(id: string): boolean;
  /** Makes a temporary table out of what was kept. */
  loadTable(engine: Engine, id: string, table: Sql): Promise<void>;
  /** Keeps a table, if every type of it can be kept exactly. */
  saveTable(engine: Engine, id: string, node: string, table: Sql): Promise<void>;
  loadColumns(id: string): Promise<FeatureColumns>;
  saveColumns(id: string, node: string, columns: FeatureColumns): Promise<void>;
}

/** Keeps nothing. */
export const NO_STORE: NodeStore = {
  identify: () => '',
  has: () => false,
  loadTable: async () => {},
  saveTable: async () => {},
  loadColumns: async () => ({}),
  saveColumns: async () => {},
};
