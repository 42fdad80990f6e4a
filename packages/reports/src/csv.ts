type Cell = string | number | boolean | null;

/** Coordinates begin with a sign and are no formulas. */
const COORDINATES = /^[+-]?\d+(\.\d+)?(,[+-]?\d+(\.\d+)?)?$/;

/**
 * One CSV field (RFC 4180). Text that a spreadsheet would take for a formula, because it begins with `= + - @` or a
 * control character, gets an apostrophe in front; numbers and pairs of numbers stay. NULL and NaN are empty.
 */
export function csvCell(value: Cell): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) && !COORDINATES.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The lines of a CSV file: a header and one line per row. */
export function* csvLines(names: readonly string[], columns: readonly ArrayLike<Cell>[]): Iterable<string> {
  yield `${names.map(csvCell).join(',')}\r\n`;
  const rows = columns[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let i = 0; i < columns.length; i++) line += (i === 0 ? '' : ',') + csvCell(columns[i]![row] ?? null);
    yield `${line}\r\n`;
  }
}
