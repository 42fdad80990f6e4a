import { type LogSchema, mappedRoles, type Provider, planGraph, type Reporter, type Tallies } from '@deeplogbot/core';
import type { ResolvedOptions } from '../options.js';
import { planNodes } from '../stages.js';
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

export interface Size {
  readonly rows: number;
  readonly locations: number;
}

/** Below this share of plan nodes with a known cost nothing is foretold. */
const ENOUGH = 0.5;

/** Names of the parts behind the first scan, in the order in which they end. */
export function partNames({ provider, schema, options, annotates, reporters, tallies }: Plan): string[] {
  const nodes = planNodes(provider, { ...options, ...(tallies && { tallies }) });
  const { ordered, unmeasurable } = planGraph(nodes, mappedRoles(schema));
  return [
    ...ordered.filter(({ name }) => !unmeasurable.has(name)).map(({ name }) => `features/${name}`),
    'features',
    'anomaly',
    options.classificationMethod === 'deep' ? 'classify/deep' : 'classify',
    ...(reporters.some(({ needs = [] }) => needs.length > 0) ? ['statistics'] : []),
    ...(annotates ? ['annotate'] : []),
    ...(reporters.length > 0 ? ['reports'] : []),
  ];
}

/** Parts with their costs at this size; undefined where too little is known of them, as for another provider's. */
export function partsOf(names: readonly string[], size: Size): Part[] | undefined {
  const nodes = names.filter((name) => name.startsWith('features/'));
  if (nodes.filter((name) => name in COSTS).length < ENOUGH * nodes.length) return undefined;
  return names.map((name) => ({ name, cost: costOf(name, size) }));
}

/** Seconds of processor time; a part that was never measured, such as a custom extractor, counts as none. */
function costOf(name: string, { rows, locations }: Size): number {
  const [perRow, perLocation] = COSTS[name] ?? [0, 0];
  return (perRow * rows + perLocation * locations) / 1e6;
}
