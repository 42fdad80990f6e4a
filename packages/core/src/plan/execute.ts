import { type ColumnBatch, numbers } from '../columns.js';
import { hostCast } from '../engine/host-cast.js';
import type { Engine, Relation } from '../engine.js';
import { type FeatureSpec, FeatureTable } from '../features.js';
import { beginStep, type Meter } from '../meter.js';
import {
  type Aggregate,
  type ColumnSpecs,
  type Definitions,
  type Derived,
  type Extractor,
  type KeyTable,
  type PlanNode,
  type QueryContext,
  queryOf,
  type Relations,
  type SeriesExtractor,
} from '../plan-nodes.js';
import { checkAborted, type RunControl } from '../progress.js';
import type { RowCounts, Timing } from '../run-result.js';
import { type LogSchema, mappedRoles, type Role } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { type ColumnSpill, inMemory, type StoredColumn, StoredColumns } from '../stored-columns.js';
import { type Base, buildBase, declareEvents, dropBase } from './base.js';
import { BuiltRelations } from './built-relations.js';
import { planGraph } from './graph.js';
import { HostWork } from './host-work.js';
import { type NodeColumns, nodeColumns } from './node-columns.js';
import { type FeatureColumns, NO_STORE, type NodeStore } from './node-store.js';
import { relationName } from './relation-name.js';
import { planReuse, type Reuse, type Todo } from './reuse.js';
import { type KeySeries, SeriesQueue } from './series.js';

export interface ExtractOptions extends RunControl {
  readonly nodes: readonly PlanNode[];
  /** As bound to the relation's columns, see `bindSchema`. */
  readonly schema: LogSchema;
  /** @defaultValue 'clean' */
  readonly definitions?: Definitions;
  /** Further columns of the relation that `events` carries. */
  readonly eventColumns?: readonly string[];
  /** Makes timings hold processor time, memory and rows. */
  readonly meter?: Meter;
  /** Where finished nodes are kept and taken from. @defaultValue nowhere */
  readonly store?: NodeStore;
  /** Is told how many keys the table will have before anything is made for each; what it throws ends the run. */
  readonly admit?: (keys: number) => void;
  /** Where the columns of a large table go; not while a store keeps them. @defaultValue they stay in memory */
  readonly spill?: ColumnSpill;
  /** Names of aggregates that stay when the plan has run, for the caller to read and drop. @defaultValue none */
  readonly keep?: readonly string[];
}

/** Relations of a plan that outlive it. */
export interface KeptRelations {
  /** Those that were asked for and that this log can feed, by their names. */
  readonly relations: Relations;
  /** Takes them away. */
  drop(): Promise<void>;
}

export interface Extracted {
  readonly features: FeatureTable;
  /** Keys as the host sees them, with the rows of each. */
  readonly keyTable: KeyTable;
  readonly rowCounts: RowCounts;
  /** How often the source is read when nothing is taken from a store. */
  readonly sourceScans: number;
  /** Nodes of which this table is made, in their order, whether they ran or were taken from a store. */
  readonly nodes: readonly string[];
  /** How many of them need not run, because a store had them or all that reads them. */
  readonly spared: number;
  /** Nodes that this log cannot feed, with the roles it lacks; their columns are NULL. */
  readonly unmeasurable: ReadonlyMap<string, readonly Role[]>;
  readonly timings: readonly Timing[];
  /** What {@link ExtractOptions.keep} asked for. */
  readonly kept: KeptRelations;
}

/** Series that wait for the host, at most: 64 MiB. */
const MAX_WAITING_VALUES = 2 ** 23;

/** Columns of a node are taken from the engine whole up to 8 MiB: it then makes them beside the host's work. */
const MAX_WHOLE_VALUES = 2 ** 20;

/** More direct readers of the source than this, and the events are stored once instead. */
const MAX_DIRECT_READERS = 3;

/** A log of fewer rows leaves too little memory behind for the engine to give any back: asking costs more than the plan. */
const MIN_ROWS_TO_GIVE_BACK = 100_000;

/**
 * Runs a feature plan: each aggregate is built once and dropped after its last reader, and the source is read at most
 * four times however many extractors there are. Leaves no relation behind but those it is told to keep, and none when it fails.
 */
export async function extractFeatures(engine: Engine, relation: Relation, options: ExtractOptions): Promise<Extracted> {
  const { schema, definitions = 'clean', store = NO_STORE, eventColumns: further = [] } = options;
  const roles = mappedRoles(schema);
  const graph = planGraph(options.nodes, roles);
  const context: QueryContext = { schema, roles, dialect: engine.dialect, definitions };
  const events = graph.eventReaders + graph.rowReaders > MAX_DIRECT_READERS ? 'TABLE' : 'VIEW';
  const run = new PlanRun(engine, context, store, options, relation.rows >= MIN_ROWS_TO_GIVE_BACK);
  try {
    const end = beginStep(options.meter);
    checkAborted(options, 'features');
    await engine.expect?.(relation.rows);
    options.onProgress?.({ step: 'features', done: 0, total: graph.ordered.length + 1, unit: 'nodes' });
    const ordered = graph.ordered.filter((node) => !graph.unmeasurable.has(node.name));
    const readsPlaces = ordered.some((node) => node.from.includes('by_place'));
    const base = await buildBase(engine, { relation, schema, further, store, readsPlaces, admit: options.admit });
    const relations = {
      ...base.relations,
      ...Object.fromEntries(ordered.map(({ name }) => [name, relationName(name)])),
    };
    const reuse = planReuse(store, { ordered, relations, context, baseId: base.id });
    const note = `${reuse.spared} of ${ordered.length} nodes are taken from the run before`;
    options.onProgress?.({
      step: 'features',
      done: 1,
      total: graph.ordered.length + 1,
      unit: 'nodes',
      keys: base.keyTable.keys.length,
      ...(reuse.spared > 0 && { note }),
    });
    if (reuse.readsEvents) await declareEvents(engine, events, further, base.keyedBy);
    run.begin(base, reuse, end('keys'));
    await run.all(graph.ordered, graph.unmeasurable);
    return {
      features: run.table(options.nodes),
      keyTable: base.keyTable,
      rowCounts: base.rowCounts,
      sourceScans: 1 + graph.rowReaders + (events === 'TABLE' ? 1 : graph.eventReaders),
      nodes: run.ran,
      spared: reuse.spared,
      unmeasurable: graph.unmeasurable,
      timings: run.timings,
      kept: run.handOver(),
    };
  } finally {
    await run.dropAll(events);
  }
}

/** The state of one run of a plan: what is built, what is known, how long it took. */
class PlanRun {
  readonly ran: string[] = [];
  readonly timings: Timing[] = [];
  private readonly built: BuiltRelations;
  private readonly columns = new Map<string, StoredColumn>();
  private spill: ColumnSpill | undefined;
  private readonly specs = new Map<string, FeatureSpec>();
  private relations: Record<string, Sql> = {};
  private readonly hostWork: HostWork;
  private reuse: Reuse | undefined;
  private keys: KeyTable = { keys: [], country: [], city: [], n: new Float64Array(), firstUs: 0, lastUs: 0 };

  constructor(
    private readonly engine: Engine,
    private readonly context: QueryContext,
    private readonly store: NodeStore,
    private readonly control: RunControl & Pick<ExtractOptions, 'meter' | 'nodes' | 'spill' | 'keep'>,
    private readonly givesBack: boolean,
  ) {
    this.built = new BuiltRelations(engine);
    this.hostWork = new HostWork(control);
  }

  begin(base: Pick<Base, 'keyTable' | 'relations'>, reuse: Reuse, timing: Timing): void {
    this.keys = base.keyTable;
    this.relations = { ...base.relations };
    this.reuse = reuse;
    this.timings.push(timing);
    const columns = this.control.nodes.flatMap((node) => ('columns' in node ? Object.keys(node.columns) : [])).length;
    const bytes = columns * this.keys.keys.length * Float64Array.BYTES_PER_ELEMENT;
    const { spill } = this.control;
    this.spill = spill && bytes > spill.above && this.store === NO_STORE ? spill : undefined;
  }

  async all(ordered: readonly PlanNode[], unmeasurable: ReadonlyMap<string, unknown>): Promise<void> {
    for (const [i, node] of ordered.entries()) {
      checkAborted(this.control, node.name);
      const end = beginStep(this.control.meter);
      if (unmeasurable.has(node.name)) this.leaveOut(node);
      else {
        await this.one(node);
        this.ran.push(node.name);
        this.timings.push({ ...end(node.name), ...(await this.rowsOf(node)) });
      }
      await this.dropUnread(ordered.slice(i + 1));
      const [done, total] = [i + 2, ordered.length + 1];
      this.control.onProgress?.({ step: 'features', done, total, unit: 'nodes', part: `features/${node.name}` });
    }
    await this.hostWork.settle();
  }

  /** Counts the rows of a table only for a profile; nobody else asks. */
  private async rowsOf(node: PlanNode): Promise<Pick<Timing, 'rows'>> {
    const made = this.built.table(node.name);
    if (!this.control.meter || !made) return {};
    const count = await this.engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${made}`);
    return { rows: numbers(count, 'n')[0]! };
  }

  private async one(node: PlanNode): Promise<void> {
    const todo = this.todo(node);
    if (todo === 'load') return this.recall(node, this.reuse!.idOf(node)!);
    if (todo === 'skip') return;
    if (node.kind === 'aggregate') return this.build(node);
    if (node.kind === 'lookup') {
      this.relate(node, await this.engine.load(`deeplogbot_${node.name}`, node.compute(this.keys, this.context)));
      return;
    }
    if (node.kind === 'extractor') {
      const columns = await this.extract(node);
      this.add(node, columns.stored);
      return columns.values && this.keep(node, columns.values);
    }
    if (node.kind === 'series') return this.series(node);
    await this.hostWork.settle(node.from.map((name) => this.specs.get(name)?.extractor ?? name));
    this.add(node, this.stored(node.compute(this.current(), this.context)));
  }

  private todo(node: PlanNode): Todo {
    return this.reuse?.todo(node) ?? 'run';
  }

  /** Takes what the store has of a node. */
  private async recall(node: PlanNode, id: string): Promise<void> {
    if ('columns' in node) return this.add(node, this.stored(await this.store.loadColumns(id)));
    await this.store.loadTable(this.engine, id, relationName(node.name));
    this.relate(node, relationName(node.name));
  }

  private async keep(node: Extractor | SeriesExtractor, columns: FeatureColumns): Promise<void> {
    const id = this.reuse?.idOf(node);
    if (id !== undefined) await this.store.saveColumns(id, node.name, columns);
  }

  private async build(node: Aggregate): Promise<void> {
    const target = relationName(node.name);
    const kind = node.build === 'view' ? 'VIEW' : 'TABLE';
    const what = kind === 'TABLE' ? sql`TABLE` : sql`VIEW`;
    if (node.makesRoom && this.givesBack) await this.engine.trim?.();
    await this.engine.run(
      sql`CREATE OR REPLACE TEMP ${what} ${target} AS ${queryOf(node, this.relations, this.context)}`,
    );
    this.relate(node, target, kind, kind === 'VIEW' ? node.from : []);
    const id = this.reuse?.idOf(node);
    if (id !== undefined) await this.store.saveTable(this.engine, id, node.name, target);
  }

  private relate(node: PlanNode, name: Sql, kind: 'TABLE' | 'VIEW' = 'TABLE', behind: readonly string[] = []): void {
    this.relations[node.name] = name;
    this.built.add(node.name, name, kind, behind);
  }

  private async extract(node: Extractor): Promise<NodeColumns> {
    const names = Object.keys(node.columns);
    const collector = nodeColumns(names, this.keys.keys.length, this.spill);
    const wanted = join(
      ['key', ...names].map((name) => sql`${hostCast(identifier(name), 'DOUBLE')} AS ${identifier(name)}`),
      ', ',
    );
    const order = collector.inOrder ? sql` ORDER BY key` : sql``;
    const query = sql`SELECT ${wanted} FROM (${queryOf(node, this.relations, this.context)})${order}`;
    if ((names.length + 1) * this.keys.keys.length <= MAX_WHOLE_VALUES) collector.add(await this.engine.columns(query));
    else for await (const batch of this.batches(query)) collector.add(batch);
    return collector.finish();
  }

  private batches(query: Sql): AsyncIterable<ColumnBatch> {
    return this.hostWork.ahead(this.engine.batches(query));
  }

  /** Fetches the series of all keys; what is computed from them goes on while the engine does the next node. */
  private async series(node: SeriesExtractor): Promise<void> {
    const names = Object.keys(node.columns);
    const result = this.empty(names);
    const queue = new SeriesQueue();
    const compute = ({ key, series }: KeySeries) => {
      if (key >= this.keys.keys.length) return;
      const computed = node.compute(series, this.context);
      for (const name of names) result[name]![key] = computed[name]!;
    };
    for await (const batch of this.batches(queryOf(node, this.relations, this.context))) {
      queue.add(batch);
      if (queue.waiting > MAX_WAITING_VALUES) for (const one of queue.take()) compute(one);
    }
    this.specify(node);
    const rest = (function* () {
      for (const one of queue.takeAll()) yield compute(one);
    })();
    const start = this.control.meter?.().seconds;
    this.hostWork.start(node.name, rest, (seconds) => {
      this.timings.push({ step: `${node.name}/host`, seconds, ...(start !== undefined && { start }) });
      this.add(node, this.stored(result));
      return this.keep(node, result);
    });
  }

  private empty(names: readonly string[]): Record<string, Float64Array> {
    const rows = this.keys.keys.length;
    return Object.fromEntries(names.map((name) => [name, new Float64Array(rows).fill(Number.NaN)]));
  }

  private leaveOut(node: PlanNode): void {
    if (node.kind === 'aggregate' || node.kind === 'lookup') return;
    this.add(node, this.stored(this.empty(Object.keys(node.columns))));
  }

  private add(node: Extractor | SeriesExtractor | Derived, columns: ReadonlyMap<string, StoredColumn>): void {
    for (const name of Object.keys(node.columns)) this.columns.set(name, columns.get(name)!);
    this.specify(node);
  }

  private specify(node: Extractor | SeriesExtractor | Derived): void {
    for (const [name, spec] of Object.entries(node.columns as ColumnSpecs)) {
      this.specs.set(name, { name, extractor: node.name, ...spec });
    }
  }

  /** Columns that were computed whole, where they are to stay. */
  private stored(columns: FeatureColumns): ReadonlyMap<string, StoredColumn> {
    const writer = this.spill?.begin(Object.keys(columns), this.keys.keys.length);
    const keep = (name: string, values: Float64Array) => {
      writer?.write(name, 0, values);
      return writer?.column(name) ?? inMemory(values);
    };
    return new Map(Object.entries(columns).map(([name, values]) => [name, keep(name, values)] as const));
  }

  private current(): FeatureTable {
    return this.tableOf([...this.columns.keys()]);
  }

  /** Columns in the order in which the caller listed the nodes, whatever order they ran in. */
  table(listed: readonly PlanNode[]): FeatureTable {
    return this.tableOf(listed.flatMap((node) => ('columns' in node ? Object.keys(node.columns) : [])));
  }

  private tableOf(names: readonly string[]): FeatureTable {
    const { keys, country, city } = this.keys;
    const stored = new Map(names.map((name) => [name, this.columns.get(name)!] as const));
    const columns = this.spill
      ? new StoredColumns(stored, this.spill)
      : new Map([...stored].map(([name, column]) => [name, column.read()]));
    const specs = new Map(names.map((name) => [name, this.specs.get(name)!] as const));
    return new FeatureTable(keys, { country, city }, columns, specs);
  }

  /** Drops what no later node reads: whole relations, and columns of them. */
  private async dropUnread(later: readonly PlanNode[]): Promise<void> {
    const readers = later.filter((node) => node.kind !== 'derived' && this.todo(node) === 'run');
    const { keep = [] } = this.control;
    await this.built.dropUnread(readers, keep);
    await this.built.dropIgnored(readers, keep);
  }

  /** Gives away what is to be kept: dropping all that is built no longer takes it. */
  handOver(): KeptRelations {
    return this.built.handOver(this.control.keep ?? []);
  }

  async dropAll(eventsKind: 'TABLE' | 'VIEW'): Promise<void> {
    this.hostWork.abandon();
    if (this.givesBack) await this.engine.giveBack?.();
    await this.built.dropAll();
    const what = eventsKind === 'TABLE' ? sql`TABLE` : sql`VIEW`;
    await this.engine.run(sql`DROP ${what} IF EXISTS ${relationName('events')}`);
    await dropBase(this.engine);
    await this.engine.rest?.();
  }
}
