import type { Extracted, PlanNode, Relation } from '@deeplogbot/core';
import { counted } from '@deeplogbot/reports';

/** What a reader of the result must know: rows left out, and which features of the nodes this log cannot feed. */
export function dataWarnings(
  { rowCounts: counts, unmeasurable }: Pick<Extracted, 'rowCounts' | 'unmeasurable'>,
  relation: Pick<Relation, 'rejected' | 'rejectedCount'>,
  nodes: readonly PlanNode[],
): readonly string[] {
  const left = [
    [
      relation.rejectedCount === undefined ? relation.rejected.length : 0,
      'that could not be parsed, and so in no figure',
    ],
    [counts.noLocation, 'without a location, and so without a verdict'],
    [counts.noTimestamp, 'without a readable timestamp, and so without a verdict'],
    [counts.outsideWindow, 'outside the time window, and so without a verdict'],
    [counts.belowMinimum, 'of locations below minLocationDownloads, and so without a verdict'],
  ] as const;
  return [
    ...left.filter(([n]) => n > 0).map(([n, which]) => `${counted(n, 'row')} ${which}`),
    ...notMeasured(unmeasurable, nodes),
  ];
}

/** Features that one warning names. */
const NAMED = 6;

function notMeasured(unmeasurable: Extracted['unmeasurable'], nodes: readonly PlanNode[]): readonly string[] {
  const lacking = new Map<string, string[]>();
  for (const node of nodes) {
    const roles = unmeasurable.get(node.name)?.join(' and no ');
    if (roles === undefined || !('columns' in node)) continue;
    lacking.set(roles, [...(lacking.get(roles) ?? []), ...Object.keys(node.columns)]);
  }
  return [...lacking].map(([roles, names]) => {
    const more = names.length > NAMED ? [`and ${names.length - NAMED} more`] : [];
    const are = `${counted(names.length, 'feature')} ${names.length === 1 ? 'is' : 'are'}`;
    return `${are} not measured, since the log has no ${roles} column: ${[...names.slice(0, NAMED), ...more].join(', ')}`;
  });
}
