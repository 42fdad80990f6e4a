import { ConfigError, nearestName } from '../errors.js';
import type { PlanNode } from '../plan-nodes.js';
import type { Role } from '../schema.js';

/** Relations that core itself provides. */
export const CORE_RELATIONS = ['events', 'log_rows', 'by_place', 'keys'] as const;

/** Nodes in an order in which each runs after what it reads, and the ones that this log cannot feed. */
export interface PlanGraph {
  readonly ordered: readonly PlanNode[];
  /** Name of a node that is left out → the roles it lacks, directly or through what it reads. */
  readonly unmeasurable: ReadonlyMap<string, readonly Role[]>;
  /** How many statements read `events`, views followed. */
  readonly eventReaders: number;
  /** How many read `log_rows`. */
  readonly rowReaders: number;
}

/** Orders the nodes; refuses two of one name, two of one column, unknown names and cycles. */
export function planGraph(nodes: readonly PlanNode[], roles: ReadonlySet<Role>): PlanGraph {
  const producers = producersOf(nodes);
  const ordered = readEarly(topological(nodes, producers));
  const unmeasurable = new Map<string, Role[]>();
  for (const node of ordered) {
    const lacking = new Set<Role>((node.needs ?? []).filter((role) => !roles.has(role)));
    if (node.kind !== 'derived') {
      for (const name of node.from) for (const role of unmeasurable.get(name) ?? []) lacking.add(role);
    }
    if (lacking.size > 0) unmeasurable.set(node.name, [...lacking]);
  }
  const readers = (name: string) => countReaders(ordered, unmeasurable, name);
  return { ordered, unmeasurable, eventReaders: readers('events'), rowReaders: readers('log_rows') };
}

/** Node names and the columns that nodes produce → the node. */
function producersOf(nodes: readonly PlanNode[]): ReadonlyMap<string, PlanNode> {
  const producers = new Map<string, PlanNode>();
  const claim = (name: string, node: PlanNode, what: string) => {
    const other = producers.get(name);
    if (other && other !== node) {
      throw new ConfigError(
        'DUPLICATE_NODE',
        `${what} "${name}" is produced by "${other.name}" and by "${node.name}".`,
        {
          hint: `Rename it in one of the two.`,
        },
      );
    }
    producers.set(name, node);
  };
  const names = new Set<string>(CORE_RELATIONS);
  for (const node of nodes) {
    if (names.has(node.name)) {
      throw new ConfigError('DUPLICATE_NODE', `Two plan nodes are named "${node.name}".`, {
        hint: 'Rename one of them.',
      });
    }
    names.add(node.name);
    claim(node.name, node, 'Node');
    if ('columns' in node) for (const column of Object.keys(node.columns)) claim(column, node, 'Column');
  }
  return producers;
}

function topological(nodes: readonly PlanNode[], producers: ReadonlyMap<string, PlanNode>): PlanNode[] {
  const ordered: PlanNode[] = [];
  const state = new Map<PlanNode, 'open' | 'done'>();
  const visit = (node: PlanNode, path: readonly string[]): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      throw new ConfigError(
        'PLAN_CYCLE',
        `Plan nodes read one another in a circle: ${[...path, node.name].join(' → ')}.`,
        {
          hint: 'Take one of these names out of a `from` list.',
        },
      );
    }
    state.set(node, 'open');
    for (const name of node.from) {
      const producer = producers.get(name);
      if (producer) visit(producer, [...path, node.name]);
      else if (!(CORE_RELATIONS as readonly string[]).includes(name)) throw unknownName(node, name, producers);
    }
    state.set(node, 'done');
    ordered.push(node);
  };
  for (const node of nodes) visit(node, []);
  return ordered;
}

/**
 * The same nodes in an order in which tables live as briefly as can be told from who reads whom: what gives columns runs as
 * soon as it can, and then the relation that reads the youngest ones, before further large tables stand beside them.
 * Series go first, so that the host computes while the engine has much left to do; derived columns wait for all of it.
 */
function readEarly(ordered: readonly PlanNode[]): PlanNode[] {
  const waiting = new Set(ordered.filter((node) => node.kind !== 'derived'));
  const relations = new Set([...waiting].filter((node) => !('columns' in node)).map(({ name }) => name));
  const age = new Map<string, number>();
  const youngest = (node: PlanNode) => Math.max(-1, ...node.from.map((name) => age.get(name) ?? -1));
  const rank = ({ kind }: PlanNode) => ['series', 'extractor', 'lookup', 'aggregate'].indexOf(kind);
  const before = (a: PlanNode, b: PlanNode) => rank(a) - rank(b) || youngest(b) - youngest(a);
  const result: PlanNode[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter((node) => node.from.every((name) => age.has(name) || !relations.has(name)));
    const next = ready.reduce((best, node) => (before(node, best) < 0 ? node : best));
    waiting.delete(next);
    age.set(next.name, result.push(next));
  }
  return [...result, ...ordered.filter((node) => node.kind === 'derived')];
}

function unknownName(node: PlanNode, name: string, producers: ReadonlyMap<string, PlanNode>): ConfigError {
  const near = nearestName(name, [...CORE_RELATIONS, ...producers.keys()]);
  return new ConfigError('UNKNOWN_NODE', `Node "${node.name}" reads "${name}", which nothing produces.`, {
    hint: near
      ? `Did you mean "${near}"?`
      : `Known relations: ${CORE_RELATIONS.join(', ')} and the provider's aggregates.`,
  });
}

function countReaders(
  ordered: readonly PlanNode[],
  unmeasurable: ReadonlyMap<string, unknown>,
  relation: string,
): number {
  const touches = new Map<string, number>([[relation, 1]]);
  let readers = 0;
  for (const node of ordered) {
    if (node.kind === 'derived' || unmeasurable.has(node.name)) continue;
    const reads = node.from.reduce((sum, name) => sum + (touches.get(name) ?? 0), 0);
    if (node.kind === 'aggregate' && node.build === 'view') touches.set(node.name, reads);
    else readers += reads;
  }
  return readers;
}
