import {
  annotate as annotateRelation,
  bindSchema,
  type Definitions,
  type Engine,
  type Extracted,
  extractFeatures as extractPlan,
  type LogSchema,
  type OutputDir,
  type PlanNode,
  type Provider,
  type Relation,
  type Reporter,
  type RunControl,
  type RunResult,
  type Verdicts,
  type WriteTarget,
} from '@deeplogbot/core';
import { type Input, resolveInput } from '@deeplogbot/core/node';

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
  const relation = await engine.bind(await resolveInput(input));
  const wanted = { ...provider.schema, ...schema };
  return { engine, relation, schema: bindSchema(wanted, relation.columns, explicit) };
}

/** Runs the provider's feature plan, and further nodes, over bound events. */
export function extractFeatures(
  events: BoundEvents,
  provider: Provider,
  options: RunControl & { readonly definitions?: Definitions; readonly customExtractors?: readonly PlanNode[] } = {},
): Promise<Extracted> {
  const nodes = [...provider.aggregates, ...provider.extractors, ...(options.customExtractors ?? [])];
  return extractPlan(events.engine, events.relation, { ...options, nodes, schema: events.schema });
}

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

/** Runs reporters one after another; a failing one is listed in `failed` and does not cost the others' files. */
export async function report(
  run: RunResult,
  reporters: readonly Reporter[],
  target: OutputDir,
): Promise<{ readonly files: readonly string[]; readonly failed: readonly string[] }> {
  const files: string[] = [];
  const failed: string[] = [];
  for (const reporter of reporters) {
    try {
      files.push(...(await reporter.write(run, target)));
    } catch (error) {
      failed.push(`report "${reporter.name}" failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { files, failed };
}
