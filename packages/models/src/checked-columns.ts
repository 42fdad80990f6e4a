import { ConfigError, invalidOption } from '@deeplogbot/core';

/** The row count of columns that all have as many. @throws ConfigError `COLUMN_LENGTHS`. */
function rowCount(columns: readonly Float64Array[]): number {
  const rows = columns[0]?.length ?? 0;
  const odd = columns.findIndex((column) => column.length !== rows);
  if (odd < 0) return rows;
  throw new ConfigError('COLUMN_LENGTHS', `Column ${odd} has ${columns[odd]!.length} rows, column 0 has ${rows}.`, {
    hint: 'Give every column one value per row.',
  });
}

/** The row count of columns to learn from. @throws ConfigError `COLUMN_LENGTHS`, `NO_ROWS`. */
export function checkedRowCount(columns: readonly Float64Array[], what: string): number {
  const rows = rowCount(columns);
  if (rows > 0) return rows;
  throw new ConfigError('NO_ROWS', `${what} needs at least one row and one column.`, { hint: 'Give it some data.' });
}

/** The row count, 0 too, of columns that a model is to score. @throws ConfigError `COLUMN_COUNT`, `COLUMN_LENGTHS`. */
export function checkColumns(columns: readonly Float64Array[], fitted: number): number {
  if (columns.length === fitted) return rowCount(columns);
  throw new ConfigError('COLUMN_COUNT', `The model was fitted on ${fitted} columns and given ${columns.length}.`, {
    hint: 'Give the columns it was fitted on, in that order.',
  });
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

/** Refuses ±∞ in column `i`. @throws ConfigError `INFINITE_VALUE`. */
export function checkFinite(column: Float64Array, i: number): void {
  const row = column.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (row >= 0) throw infiniteValue(i, row);
}

/** The error for ±∞ in a column. */
export const infiniteValue = (column: number, row: number): ConfigError =>
  new ConfigError('INFINITE_VALUE', `Column ${column} is infinite in row ${row}.`, {
    hint: 'Replace infinities by NaN.',
  });

/** Refuses an option that is not an integer of at least `min`. @throws ConfigError `INVALID_OPTION`. */
export function checkInteger(name: string, value: number, min: number): void {
  if (!Number.isInteger(value) || value < min) throw invalidOption(name, value, `an integer of at least ${min}`);
}
