import type { Engine } from '../engine.js';
import type { PlanNode } from '../plan-nodes.js';
import { identifier, type Sql, sql } from '../sql.js';

interface BuiltRelation {
  readonly name: Sql;
  readonly kind: 'TABLE' | 'VIEW';
  /** What a view still reads. */
  readonly behind: readonly string[];
  /** Columns of it that are taken away already. */
  readonly gone: Set<string>;
}

/** The relations that a plan has made so far, by the names of their nodes, and what becomes of them when nobody reads them. */
export class BuiltRelations {
  private readonly built = new Map<string, BuiltRelation>();

  constructor(private readonly engine: Engine) {}

  add(node: string, name: Sql, kind: 'TABLE' | 'VIEW', behind: readonly string[]): void {
    this.built.set(node, { name, kind, behind, gone: new Set() });
  }

  /** The table that a node has made, if it made one and it is still there. */
  table(node: string): Sql | undefined {
    const made = this.built.get(node);
    return made?.kind === 'TABLE' ? made.name : undefined;
  }

  /** Drops what none of `readers`, directly or through a view, and nobody behind the plan reads. */
  async dropUnread(readers: readonly PlanNode[], keep: readonly string[]): Promise<void> {
    const needed = this.withBehind([...readers.flatMap((node) => node.from), ...keep]);
    for (const [name, relation] of [...this.built].reverse()) {
      if (needed.has(name)) continue;
      await this.drop(relation);
      this.built.delete(name);
    }
  }

  /** Takes columns away that all of `readers` say they ignore, from tables that nobody else reads. */
  async dropIgnored(readers: readonly PlanNode[], keep: readonly string[]): Promise<void> {
    const elsewhere = new Set([...keep, ...[...this.built.values()].flatMap(({ behind }) => behind)]);
    for (const [name, { name: table, kind, gone }] of this.built) {
      if (kind === 'VIEW' || elsewhere.has(name)) continue;
      const [first, ...others] = readers.filter(({ from }) => from.includes(name)).map((node) => ignored(node, name));
      for (const column of first ?? []) {
        if (gone.has(column) || !others.every((columns) => columns.includes(column))) continue;
        await this.engine.run(sql`ALTER TABLE ${table} DROP COLUMN ${identifier(column)}`);
        gone.add(column);
      }
    }
  }

  /** Gives away these relations and what views among them read: dropping the rest no longer takes them. */
  handOver(names: readonly string[]): { readonly relations: Readonly<Record<string, Sql>>; drop(): Promise<void> } {
    const kept = this.withBehind(names);
    const taken = [...this.built].filter(([name]) => kept.has(name));
    for (const [name] of taken) this.built.delete(name);
    return {
      relations: Object.fromEntries(taken.map(([name, relation]) => [name, relation.name])),
      drop: async () => {
        for (const [, relation] of taken.reverse()) await this.drop(relation);
      },
    };
  }

  async dropAll(): Promise<void> {
    for (const relation of [...this.built.values()].reverse()) await this.drop(relation);
    this.built.clear();
  }

  /** These relations, and what views among them read. */
  private withBehind(names: readonly string[]): ReadonlySet<string> {
    const all = new Set<string>();
    const add = (name: string): void => {
      all.add(name);
      this.built.get(name)?.behind.forEach(add);
    };
    names.forEach(add);
    return all;
  }

  private drop({ name, kind }: Pick<BuiltRelation, 'name' | 'kind'>): Promise<void> {
    return this.engine.run(sql`DROP ${kind === 'TABLE' ? sql`TABLE` : sql`VIEW`} IF EXISTS ${name}`);
  }
}

const ignored = (node: PlanNode, relation: string): readonly string[] =>
  node.kind === 'derived' ? [] : (node.ignores?.[relation] ?? []);
