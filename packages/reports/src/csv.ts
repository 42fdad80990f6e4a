type Cell = string | number | boolean | null;

/** Coordinates begin with a sign and are no formulas. */
const COORDINATES = /^[+-]?\d+(\.\d+)?(,[+-]?\d+(\.\d+)?)?$/;

/**
 * One CSV field (RFC 4180). Text that a spreadsheet would take for a formula, because it begins with `= + - @`, their wide forms or a
 * control character, spaces before them or not, gets an apostrophe in front; numbers and pairs of numbers stay. NULL and NaN are empty.
 */
export function csvCell(value: Cell): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/.test(value) && !COORDINATES.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The lines of a CSV file: a header and one line per row. */
export function* csvLines(names: readonly string[], columns: readonly ArrayLike<Cell>[]): Iterable<string> {
  yield `${names.map(csvCell).join(',')}\r\n`;
  const rows = columns[0]?.length ?? 0;
  const cells: string[] = new Array(columns.length).fill('');
  for (let row = 0; row < rows; row++) {
    // One list for all lines, joined once each: text that grows cell by cell is a tree of pieces, most of them garbage.
    for (let i = 0; i < cells.length; i++) cells[i] = csvCell(columns[i]![row] ?? null);
    yield `${cells.join(',')}\r\n`;
  }
}
