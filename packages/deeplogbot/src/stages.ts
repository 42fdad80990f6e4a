import {
  annotate as annotateRelation,
  bindSchema,
  type ColumnSpill,
  ConfigError,
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
  type ReadLog,
  type Relation,
  type Reporter,
  type RunControl,
  type RunResult,
  type Source,
  type Tallies,
  type Verdicts,
  type WriteTarget,
} from '@deeplogbot/core';
import { type Input, resolveInput } from '@deeplogbot/core/node';
import { writeReports } from './steps/reports.js';

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

/** Makes a resolved source selectable: the provider's own reader where it has one and the source is no table or Parquet, else the engine. */
export async function readSource(
  engine: Engine,
  source: Source,
  provider: Provider,
  control: RunControl = {},
): Promise<ReadLog> {
  if (provider.reader) {
    if (source.kind !== 'files' || source.format !== 'provider') throw needsText(provider);
    const { folder, paths } = source;
    const log = await provider.reader.read(engine, paths, control, folder?.found);
    return folder?.left.length ? { ...log, warnings: [leftOut(folder.left), ...log.warnings] } : log;
  }
  return { relation: await engine.bind(source), warnings: [] };
}

const SHOWN = 8;

/** What of a folder was not read, so that nobody takes it for counted. */
function leftOut(paths: readonly string[]): string {
  const names = paths.slice(0, SHOWN).map((path) => path.split(/[/\\]/).at(-1));
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  return `not read, being no access logs by their names: ${names.join(', ')}${more}`;
}

const needsText = ({ name, displayName }: Provider) =>
  new ConfigError('NEEDS_TEXT_LOG', `The provider "${name}" (${displayName}) reads text logs, not tables.`, {
    hint: 'Name the log as the server wrote it, plain or compressed.',
  });

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

/** The nodes that count what statistics need. */
export const talliesOf = ({ tallies }: { readonly tallies?: Tallies | undefined }): readonly PlanNode[] =>
  tallies ? [tallies.fileTypes, tallies.months, tallies.clock, tallies.projects, tallies.methods] : [];

/** All nodes of a run. Tallies come first: they read what later nodes would otherwise keep waiting to be dropped. */
export const planNodes = (
  { aggregates, extractors }: Pick<Provider, 'aggregates' | 'extractors'>,
  { customExtractors = [], ...options }: Pick<ExtractionOptions, 'tallies' | 'customExtractors'>,
): PlanNode[] => [...talliesOf(options), ...aggregates, ...extractors, ...customExtractors];

/** Writes the events with the verdict of their key; returns the number of rows. */
export function annotate(
  events: BoundEvents,
  keys: readonly string[],
  verdicts: Verdicts,
  target: WriteTarget,
): Promise<number> {
  return annotateRelation(
    events.engine,
    events.relation,
    { schema: events.schema, keys, verdicts: verdicts.rows },
    target,
  );
}

/**
 * Runs reporters one after another and returns the result with what they wrote. Each sees the identity of the files
 * before its own. A failing reporter is listed in `warnings` and does not cost the others' files.
 */
export const report = (run: RunResult, reporters: readonly Reporter[], target: OutputDir): Promise<RunResult> =>
  writeReports(run, reporters, target);
