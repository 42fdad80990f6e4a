import {
  type ColumnBatch,
  LABELS,
  type Sql,
  sql,
  textColumn,
  type UsageDimensionName,
  type Verdict,
} from '@deeplogbot/core';

/** Keys of the feature table with their verdicts, row i of each. */
export interface JudgedKeys {
  readonly keys: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Rows of each key in the window. */
  readonly n: Float64Array;
}

/** Events of classified locations, counted and ready to be summed by class. */
export interface LabelCounts {
  /** A query for each dimension: `value`, `label` (number of `LABELS`), `n` events and the `keys` that had them; one row per value and label. */
  readonly dimensions: Readonly<Record<UsageDimensionName, Sql>>;
  /** A query for `label`, `clock` (day of the week × 24 + hour) and `n`. */
  readonly clock: Sql;
  /** Takes away what was made for them. */
  drop(): Promise<void>;
}

/** `YYYY-MM` of a month since the year 0. */
export const monthText = (month: Sql): Sql => sql`printf('%04d-%02d', ${month} // 12, ${month} % 12 + 1)`;

/** Counts by `value`, `label` and `key` as a dimension has them; rows of one key and value add up. */
export const byLabel = (counts: Sql): Sql => sql`
  SELECT value, label, sum(n) AS n, count(*) AS keys
  FROM (SELECT value, label, key, sum(n) AS n FROM (${counts}) GROUP BY value, label, key) GROUP BY value, label`;

/** Keys as a table: `key_text`, `key`, `label` (number of `LABELS`) and `n`. */
export const keyLabels = ({ keys, verdicts, n }: JudgedKeys): ColumnBatch => ({
  rows: keys.length,
  columns: {
    key_text: textColumn(keys),
    key: Float64Array.from(keys, (_, i) => i),
    label: Float64Array.from(verdicts, ({ label }) => LABELS.indexOf(label)),
    n,
  },
});
