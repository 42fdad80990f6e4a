import { ConfigError } from '@deeplogbot/core';

/** The row count of columns that all have as many; refuses none, unequal ones and no rows. */
export function checkedRowCount(columns: readonly Float64Array[], what: string): number {
  const rows = columns[0]?.length ?? 0;
  if (rows === 0) {
    throw new ConfigError('NO_ROWS', `${what} needs at least one row and one column.`, { hint: 'Give it some data.' });
  }
  const odd = columns.findIndex((column) => column.length !== rows);
  if (odd >= 0) {
    throw new ConfigError('COLUMN_LENGTHS', `Column ${odd} has ${columns[odd]!.length} rows, column 0 has ${rows}.`, {
      hint: 'Give every column one value per row.',
    });
  }
  return rows;
}

/** The given row indices as they are, or all rows; refuses indices that name no row, and an empty list. */
export function checkedRows(chosen: ArrayLike<number> | undefined, rows: number): Int32Array {
  if (!chosen) return Int32Array.from({ length: rows }, (_, row) => row);
  if (chosen.length === 0) {
    throw new ConfigError('NO_ROWS', 'None of the rows was chosen to learn from.', {
      hint: 'Name at least one row, or leave the choice out to learn from all.',
    });
  }
  for (let i = 0; i < chosen.length; i++) {
    const row = chosen[i]!;
    if (Number.isInteger(row) && row >= 0 && row < rows) continue;
    throw new ConfigError('INVALID_ROW', `Entry ${i} of the chosen rows is ${row}; there are ${rows} rows.`, {
      hint: 'Count rows from 0.',
    });
  }
  return Int32Array.from(chosen);
}

/** Refuses an option that is not an integer of at least `min`. */
export function checkInteger(name: string, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min) return;
  throw new ConfigError('INVALID_OPTION', `${name} must be an integer of at least ${min}. Got ${value}.`, {
    hint: `Correct ${name}.`,
  });
}

/** Refuses columns of another number than the model was fitted on. */
export function checkWidth(columns: readonly Float64Array[], fitted: number): void {
  if (columns.length === fitted) return;
  throw new ConfigError('COLUMN_COUNT', `The model was fitted on ${fitted} columns and given ${columns.length}.`, {
    hint: 'Give the same columns in the same order.',
  });
}
