import { type PlanNode, type QueryContext, queryOf, type Relations } from '../plan-nodes.js';
import type { NodeStore } from './node-store.js';

/** What to do with a node: run it, take what is kept of it, or nothing, since only kept nodes read it. */
export type Todo = 'run' | 'load' | 'skip';

/** What of a plan is kept already, and what is still to be done. */
export interface Reuse {
  todo(node: PlanNode): Todo;
  /** Identity under which a node is kept; undefined for views, lookups and derived columns. */
  idOf(node: PlanNode): string | undefined;
  /** Whether a node that is still to run reads `events`. */
  readonly readsEvents: boolean;
  /** Nodes that need not run. */
  readonly spared: number;
}

export interface PlannedNodes {
  /** In the order in which they run; those that this log cannot feed are left out. */
  readonly ordered: readonly PlanNode[];
  readonly relations: Relations;
  readonly context: QueryContext;
  /** Identity of core's own relations. */
  readonly baseId: string;
}

/** Names every node by what it depends on, and finds backwards from what is missing which relations are needed. */
export function planReuse(store: NodeStore, { ordered, relations, context, baseId }: PlannedNodes): Reuse {
  const ids = new Map<string, string>();
  for (const node of ordered) {
    if (node.kind === 'derived') continue;
    const reads = node.from.map((name) => ids.get(name) ?? baseId);
    ids.set(node.name, store.identify(JSON.stringify([...describe(node, relations, context), reads])));
  }
  const idOf = (node: PlanNode) => (canBeKept(node) ? ids.get(node.name) : undefined);
  const readers = new Set(ordered.flatMap((node) => node.from));
  const missing = new Set<string>();
  const todos = new Map<string, Todo>();
  for (const node of [...ordered].reverse()) {
    const wanted = 'columns' in node || missing.has(node.name) || !readers.has(node.name);
    const todo = !wanted ? 'skip' : store.has(idOf(node) ?? '') ? 'load' : 'run';
    todos.set(node.name, todo);
    if (todo === 'run' && node.kind !== 'derived') for (const name of node.from) missing.add(name);
  }
  return {
    todo: (node) => todos.get(node.name) ?? 'run',
    idOf,
    readsEvents: missing.has('events'),
    spared: [...todos.values()].filter((todo) => todo !== 'run').length,
  };
}

const canBeKept = (node: PlanNode): boolean =>
  node.kind === 'extractor' || node.kind === 'series' || (node.kind === 'aggregate' && node.build !== 'view');

/** Everything that decides what a node gives, but for what it reads. */
function describe(
  node: Exclude<PlanNode, { kind: 'derived' }>,
  relations: Relations,
  context: QueryContext,
): readonly unknown[] {
  const query = node.kind === 'lookup' ? null : queryOf(node, relations, context).text;
  const compute = 'compute' in node ? node.compute.toString() : null;
  return [node.kind, node.name, 'columns' in node ? Object.keys(node.columns) : null, query, compute];
}
