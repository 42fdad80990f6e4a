import { CLASSES, type ClassName, ConfigError, type Engine, InputError, nearestName } from '@deeplogbot/core';
import { readFeatureTable } from '../commands/feature-table.js';
import type { LabelledKey } from '../options.js';

/** Labels by key, and what was odd about the rows they come from. */
export interface ReadLabels {
  readonly byKey: ReadonlyMap<string, ClassName>;
  /** Sentences with counts: rows without a label or a key, keys that are there more than once. */
  readonly warnings: readonly string[];
}

/** A row as it was read. */
interface LabelRow {
  readonly key: string | null | undefined;
  readonly label: string | null | undefined;
}

/** Columns that an error lists; a feature table has hundreds. */
const SHOWN = 8;

/**
 * Labels by key, from values or from a file (CSV, TSV, NDJSON or Parquet) with the key column and a column `label`. Rows
 * without a key or a label are left out and counted; a key that is there twice with one label counts once.
 *
 * @throws InputError `EMPTY_INPUT` for a file without rows; ConfigError `MISSING_LABEL_COLUMN`, `NO_KEY_COLUMN`, `UNKNOWN_LABEL` (names the nearest class),
 * `CONTRADICTING_LABELS` for keys that are there with two labels.
 */
export async function readLabels(labels: string | readonly LabelledKey[], engine: Engine): Promise<ReadLabels> {
  if (typeof labels !== 'string') return collect(labels, 'labels');
  const { features, textColumns } = await readFeatureTable(engine, labels).catch((error: unknown) => {
    throw ofLabels(error, labels);
  });
  const { label: column, ...keyColumns } = textColumns;
  if (!column) {
    const columns = [...Object.keys(textColumns), ...features.columns.keys()];
    const more = columns.length > SHOWN ? ` and ${columns.length - SHOWN} more` : '';
    throw new ConfigError('MISSING_LABEL_COLUMN', `${labels} has no column "label".`, {
      hint: `Name a file of labels (--labels) with the key and a column "label". This one has: ${columns.slice(0, SHOWN).join(', ')}${more}.`,
    });
  }
  if (Object.keys(keyColumns).length === 0) {
    throw new ConfigError('NO_KEY_COLUMN', `${labels} has labels, but no text column with the keys they are for.`, {
      hint: 'Name the column geo_location, or what the log calls its keys.',
    });
  }
  return collect(
    features.keys.map((key, i) => ({ key, label: column[i] })),
    labels,
  );
}

/** The same error with what to do about labels, where a file of them has no rows or no text. */
function ofLabels(error: unknown, labels: string): unknown {
  if (!(error instanceof InputError)) return error;
  if (error.code === 'EMPTY_INPUT') {
    return new InputError('EMPTY_INPUT', `${labels} has no rows.`, {
      hint: 'Give each labelled key a row, or leave the labels out.',
      cause: error,
    });
  }
  if (error.code !== 'NO_KEY_COLUMN') return error;
  return new ConfigError('MISSING_LABEL_COLUMN', `${labels} has no column "label".`, {
    hint: 'Name a file of labels (--labels) with the key and a column "label". This one holds numbers only.',
    cause: error,
  });
}

function collect(rows: readonly LabelRow[], where: string): ReadLabels {
  const byKey = new Map<string, ClassName>();
  const contradicted = new Map<string, readonly ClassName[]>();
  let empty = 0;
  let repeated = 0;
  for (const { key, label } of rows) {
    if (isEmpty(key) || isEmpty(label)) {
      empty++;
      continue;
    }
    if (!isClass(label)) throw unknownLabel(label, key, where);
    const other = byKey.get(key);
    if (other !== undefined) repeated++;
    if (other !== undefined && other !== label) contradicted.set(key, [other, label]);
    byKey.set(key, label);
  }
  if (contradicted.size > 0) throw contradicting(contradicted, where);
  return {
    byKey,
    warnings: [
      ...(empty > 0 ? [`${empty} of ${rows.length} rows of ${where} have no key or no label and were left out.`] : []),
      ...(repeated > 0
        ? [`${repeated} of ${rows.length} rows of ${where} repeat the label of a key; each counts once.`]
        : []),
    ],
  };
}

const isEmpty = (text: string | null | undefined): text is '' | null | undefined =>
  text === null || text === undefined || text === '';

const isClass = (label: string): label is ClassName => (CLASSES as readonly string[]).includes(label);

function contradicting(keys: ReadonlyMap<string, readonly ClassName[]>, where: string): ConfigError {
  const [[key, [one, other]]] = [...keys] as [[string, readonly ClassName[]]];
  const more = keys.size > 1 ? `, and ${keys.size - 1} more keys alike` : '';
  return new ConfigError(
    'CONTRADICTING_LABELS',
    `${where} labels ${JSON.stringify(key)} both ${one} and ${other}${more}.`,
    { hint: 'Keep one row per key.' },
  );
}

function unknownLabel(label: string, key: string, where: string): ConfigError {
  const near = nearestName(label, CLASSES);
  return new ConfigError(
    'UNKNOWN_LABEL',
    `${where} labels ${JSON.stringify(key)} ${JSON.stringify(label)}; labels are ${CLASSES.join(', ')}.`,
    { hint: near ? `Did you mean "${near}"?` : 'Leave keys without a label out.' },
  );
}
