import {
  annotate as annotateRelation,
  bindSchema,
  type ColumnSpill,
  type Definitions,
  type Engine,
  type Extracted,
  extractFeatures as extractPlan,
  type LogSchema,
  type Meter,
  type NodeStore,
  type OutputDir,
  type PlanNode,
  type Provider,
  type Relation,
  type Reporter,
  type RunControl,
  type RunResult,
  type Tallies,
  type Verdicts,
  type WriteTarget,
} from '@deeplogbot/core';
import { type Input, resolveInput } from '@deeplogbot/core/node';
import { planNodes, talliesOf } from './steps/plan-nodes.js';
import { readSource } from './steps/read-source.js';
import { writeReports } from './steps/write-reports.js';

/** Events that an engine can select from, with the schema that fits their columns. */
export interface BoundEvents {
  readonly engine: Engine;
  readonly relation: Relation;
  readonly schema: LogSchema;
}

/**
 * Makes an input selectable and checks the provider's schema against its columns, before any row is read.
 * `schema` holds the fields that differ from the provider's; the columns it names must exist.
 */
export async function bindEvents(
  engine: Engine,
  input: Input,
  provider: Provider,
  schema: Partial<LogSchema> = {},
  explicit: ReadonlySet<keyof LogSchema> = new Set(Object.keys(schema) as (keyof LogSchema)[]),
): Promise<BoundEvents> {
  const source = await resolveInput(input, { reader: provider.reader });
  const { relation } = await readSource(engine, source, provider);
  const wanted = { ...provider.schema, ...schema };
  return { engine, relation, schema: bindSchema(wanted, relation.columns, explicit) };
}

/** What {@link extractFeatures} computes besides the provider's own nodes, and where it keeps what it has. */
export interface ExtractionOptions extends RunControl {
  readonly definitions?: Definitions;
  readonly customExtractors?: readonly PlanNode[];
  /** Makes timings hold processor time, memory and rows. */
  readonly meter?: Meter;
  /** Where finished nodes are kept and taken from. @defaultValue nowhere */
  readonly store?: NodeStore;
  /** Where columns go that are too many for memory. @defaultValue they stay there */
  readonly spill?: ColumnSpill;
  /** Is told how many keys the table will have before anything is made for each; what it throws ends the run. */
  readonly admit?: (keys: number) => void;
  /** What is counted beside the features and stays for the statistics, see {@link Extracted.kept}. */
  readonly tallies?: Tallies;
}

/** Runs the provider's feature plan, and further nodes, over bound events. */
export function extractFeatures(
  events: BoundEvents,
  provider: Provider,
  options: ExtractionOptions = {},
): Promise<Extracted> {
  const { eventColumns } = provider;
  const keep = talliesOf(options).map(({ name }) => name);
  const nodes = planNodes(provider, options);
  return extractPlan(events.engine, events.relation, { ...options, nodes, keep, schema: events.schema, eventColumns });
}

/** Writes the events with the verdict of their key; returns the number of rows. */
export function annotate(
  events: BoundEvents,
  keys: readonly string[],
  verdicts: Verdicts,
  target: WriteTarget,
): Promise<number> {
  const { engine, relation, schema } = events;
  return annotateRelation(engine, relation, { schema, keys, verdicts: verdicts.rows }, target);
}

/**
 * Runs reporters one after another and returns the result with what they wrote. Each sees the identity of the files
 * before its own. A failing reporter is listed in `warnings` and does not cost the others' files.
 */
export const report = (run: RunResult, reporters: readonly Reporter[], target: OutputDir): Promise<RunResult> =>
  writeReports(run, reporters, target);
