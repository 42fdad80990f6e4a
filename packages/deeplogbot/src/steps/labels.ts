import { CLASSES, type ClassName, ConfigError, type Engine, nearestName } from '@deeplogbot/core';
import { readFeatureTable } from '../commands/feature-table.js';
import type { LabelledKey } from '../options.js';

/**
 * Labels by key, from values or from a file with the key column and a column `label`.
 *
 * @throws ConfigError `MISSING_LABEL_COLUMN`, `UNKNOWN_LABEL` (names the nearest class), `CONTRADICTING_LABELS` for a key
 * that is there with two labels. A key that is there twice with one label counts once.
 */
export async function readLabels(
  labels: string | readonly LabelledKey[],
  engine: Engine,
): Promise<ReadonlyMap<string, ClassName>> {
  if (typeof labels !== 'string') return byKey(labels, 'labels');
  const { features, textColumns } = await readFeatureTable(engine, labels);
  const column = textColumns.label;
  if (!column) {
    throw new ConfigError('MISSING_LABEL_COLUMN', `${labels} has no column "label".`, {
      hint: `It has: ${[...Object.keys(textColumns), ...features.columns.keys()].join(', ')}.`,
    });
  }
  return byKey(
    features.keys.map((key, i) => ({ key, label: column[i] as ClassName })),
    labels,
  );
}

function byKey(rows: readonly LabelledKey[], where: string): ReadonlyMap<string, ClassName> {
  const found = new Map<string, ClassName>();
  for (const { key, label } of rows) {
    if (!CLASSES.includes(label)) throw unknownLabel(label, key, where);
    const other = found.get(key);
    if (other !== undefined && other !== label) {
      throw new ConfigError(
        'CONTRADICTING_LABELS',
        `${where} labels ${JSON.stringify(key)} both ${other} and ${label}.`,
        {
          hint: 'Keep one row per key.',
        },
      );
    }
    found.set(key, label);
  }
  return found;
}

function unknownLabel(label: unknown, key: string, where: string): ConfigError {
  const near = nearestName(String(label), CLASSES);
  return new ConfigError(
    'UNKNOWN_LABEL',
    `${where} labels ${JSON.stringify(key)} ${JSON.stringify(label)}; labels are ${CLASSES.join(', ')}.`,
    { hint: near ? `Did you mean "${near}"?` : 'Leave keys without a label out.' },
  );
}
