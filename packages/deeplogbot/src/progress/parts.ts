import { type LogSchema, mappedRoles, type Provider, planGraph, type Reporter, type Tallies } from '@deeplogbot/core';
import type { ResolvedOptions } from '../options.js';
import { planNodes } from '../steps/plan-nodes.js';
import { COSTS } from './costs.js';
import type { Part } from './forecast.js';

/** What a run is going to do. */
export interface Plan {
  readonly provider: Provider;
  /** As bound to the log. */
  readonly schema: LogSchema;
  readonly options: Pick<ResolvedOptions, 'classificationMethod' | 'customExtractors'>;
  /** Whether an annotated log is written. */
  readonly annotates: boolean;
  readonly reporters: readonly Pick<Reporter, 'needs'>[];
  /** What is counted beside the features. @defaultValue nothing */
  readonly tallies?: Tallies | undefined;
}

/** How large a log is. */
export interface Size {
  readonly rows: number;
  readonly locations: number;
}

/** A part behind the first scan. */
export interface PlannedPart {
  /** Under which its end is told. */
  readonly name: string;
  /** Under which its cost was measured, where that is another one. */
  readonly measuredAs?: string;
  /** Of that cost. @defaultValue 1 */
  readonly share?: number;
}

/** Below this share of plan nodes with a known cost nothing is foretold. */
const ENOUGH = 0.5;

/** The annotated log and the reports are made beside one another and were measured together; one of them alone is about this much. */
const ALONE = 0.5;

/** The parts behind the first scan, in the order in which they end. */
export function plannedParts({ provider, schema, options, annotates, reporters, tallies }: Plan): PlannedPart[] {
  const nodes = planNodes(provider, { ...options, ...(tallies && { tallies }) });
  const { ordered, unmeasurable } = planGraph(nodes, mappedRoles(schema));
  const reports = reporters.length > 0;
  return [
    ...ordered.filter(({ name }) => !unmeasurable.has(name)).map(({ name }) => ({ name: `features/${name}` })),
    { name: 'features' },
    { name: 'anomaly' },
    { name: 'classify', ...(options.classificationMethod === 'deep' && { measuredAs: 'classify/deep' }) },
    ...(annotates || reports ? [{ name: 'outputs', ...(!(annotates && reports) && { share: ALONE }) }] : []),
  ];
}

/** Parts with their costs at this size; undefined where too little is known of them, as for another provider's. */
export function partsOf(planned: readonly PlannedPart[], size: Size): Part[] | undefined {
  const nodes = planned.filter(({ name }) => name.startsWith('features/'));
  if (nodes.filter(({ name }) => name in COSTS).length < ENOUGH * nodes.length) return undefined;
  return planned.map(({ name, measuredAs = name, share = 1 }) => ({ name, cost: share * costOf(measuredAs, size) }));
}

/** Seconds of processor time; a part that was never measured, such as a custom extractor, counts as none. */
function costOf(name: string, { rows, locations }: Size): number {
  const [once, perRow, perLocation] = COSTS[name] ?? [0, 0, 0];
  return (once + perRow * rows + perLocation * locations) / 1e6;
}
