import { CLASSES, type ClassName, type FeatureTable } from '@deeplogbot/core';
import { canCheck, ENOUGH_LABELS } from './pool-weight.js';

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

/** Says that labels are too few, or of too few classes, to check what is learned without them. */
export function uncheckedNote(labels: readonly (ClassName | null)[]): string[] {
  const known = labels.filter((label) => label !== null);
  if (known.length === 0 || canCheck(labels)) return [];
  const classes = [...new Set(known)].join(', ');
  return [
    `Labels of this log: ${known.length} (${classes}). They join the exemplars, but checking these and the model takes ${ENOUGH_LABELS} of two classes.`,
  ];
}

/** Labels of a class from which on they show it by themselves. */
export const ENOUGH_TO_SHOW = 8;

/** Says of which classes there are so few labels that exemplars of the log stand in for them. */
export function rareNote(labels: readonly (ClassName | null)[]): string[] {
  const counts = CLASSES.map((name) => ({ name, count: labels.filter((label) => label === name).length }));
  const rare = counts.filter(({ count }) => count < ENOUGH_TO_SHOW).map(({ name, count }) => `${name} ${count}`);
  if (!canCheck(labels) || rare.length === 0) return [];
  return [
    `Of some classes there are fewer than ${ENOUGH_TO_SHOW} labels (${rare.join(', ')}): the log's own exemplars show these, too, unless labels say that they are mostly wrong. Label more of them.`,
  ];
}
