import type { ClassName, FeatureTable } from '@deeplogbot/core';

/** Sentences about labels that nothing can be learned from: those of keys that the table does not have, or of no class of it. */
export function labelNotes(
  table: FeatureTable,
  labels: ReadonlyMap<string, ClassName> | undefined,
  classes: readonly ClassName[],
): string[] {
  if (!labels) return [];
  const keys = new Set(table.keys);
  const unknown = [...labels.keys()].filter((key) => !keys.has(key)).length;
  const foreign = [...labels.values()].filter((label) => !classes.includes(label)).length;
  return [
    ...(unknown > 0 ? [`${unknown} of ${labels.size} labels are for keys that the log does not have.`] : []),
    ...(foreign > 0 ? [`${foreign} of ${labels.size} labels are of a class that is not learned here.`] : []),
  ];
}
