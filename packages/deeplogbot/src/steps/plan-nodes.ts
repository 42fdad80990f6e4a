import type { PlanNode, Provider, Tallies } from '@deeplogbot/core';

/** The nodes that count what statistics need. */
export const talliesOf = ({ tallies }: { readonly tallies?: Tallies | undefined }): readonly PlanNode[] =>
  tallies ? [tallies.fileTypes, tallies.projects, tallies.months, tallies.clock, tallies.methods] : [];

/** What a run computes besides the provider's nodes. */
interface FurtherNodes {
  readonly customExtractors?: readonly PlanNode[] | undefined;
  readonly tallies?: Tallies | undefined;
}

/** All nodes of a run. Tallies come first: they read what later nodes would otherwise keep waiting to be dropped. */
export const planNodes = (
  { aggregates, extractors }: Pick<Provider, 'aggregates' | 'extractors'>,
  { customExtractors = [], tallies }: FurtherNodes,
): PlanNode[] => [...talliesOf({ tallies }), ...aggregates, ...extractors, ...customExtractors];
