type Cell = string | number | boolean | null;

/** Coordinates begin with a sign and are no formulas. */
const COORDINATES = /^[+-]?\d+(\.\d+)?(,[+-]?\d+(\.\d+)?)?$/;

/**
 * One CSV field (RFC 4180). Text that a spreadsheet would take for a formula, because it begins with `= + - @`, their wide forms, spaces
 * before them or not, a tab or a line break, gets an apostrophe in front; numbers and pairs of numbers stay, and so do all other characters,
 * since tables are joined with the log by them. NULL and NaN are empty.
 */
export function csvCell(value: Cell): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/.test(value) && !COORDINATES.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a field that {@link csvCell} may have put an apostrophe before; any other text as it is. */
export function csvText(field: string): string {
  const rest = field.slice(1);
  const isGuarded = field.startsWith("'") && !rest.startsWith("'") && /^"?'/.test(csvCell(rest));
  return isGuarded ? rest : field;
}

/** The lines of a CSV file: a header and one line per row. */
export function* csvLines(names: readonly string[], columns: readonly ArrayLike<Cell>[]): Iterable<string> {
  yield `${names.map(csvCell).join(',')}\r\n`;
  const rows = columns[0]?.length ?? 0;
  const pieces = piecesOf(columns);
  const texts: string[] = new Array(pieces.length).fill('');
  for (let row = 0; row < rows; row++) {
    // One list for all lines, joined once each: text that grows cell by cell is a tree of pieces, most of them garbage.
    for (let i = 0; i < texts.length; i++) texts[i] = pieces[i]!(row);
    yield `${texts.join(',')}\r\n`;
  }
}

/** A part of a line by its row. */
type Piece = (row: number) => string;

/** Neighbouring columns of doubles are one piece, any other column is its own. */
function piecesOf(columns: readonly ArrayLike<Cell>[]): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < columns.length; ) {
    const doubles = doublesFrom(columns, at);
    const column = columns[at]!;
    pieces.push(doubles.length > 0 ? numbersOf(doubles) : (row) => csvCell(column[row] ?? null));
    at += Math.max(1, doubles.length);
  }
  return pieces;
}

function doublesFrom(columns: readonly ArrayLike<Cell>[], from: number): readonly Float64Array[] {
  const found: Float64Array[] = [];
  for (let at = from; columns[at] instanceof Float64Array; at++) found.push(columns[at] as Float64Array);
  return found;
}

/**
 * The numbers of a row as {@link csvCell} writes them. JSON writes a list of numbers in less than half the time that they take one
 * by one, with the same digits; it has no NaN, which becomes an empty cell, and no infinity.
 */
function numbersOf(columns: readonly Float64Array[]): Piece {
  const values: number[] = new Array(columns.length).fill(0.5);
  return (row) => {
    let [missing, infinite] = [false, false];
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i]![row] ?? Number.NaN;
      values[i] = value;
      if (value - value !== 0) {
        if (Number.isNaN(value)) missing = true;
        else infinite = true;
      }
    }
    if (infinite) return values.map(csvCell).join(',');
    const text = JSON.stringify(values).slice(1, -1);
    return missing ? text.replaceAll('null', '') : text;
  };
}
