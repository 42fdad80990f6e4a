/** One TSV field: no tab or line break; text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function tsvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  const line = value.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return /^\s*[=+\-@＝＋－＠]/.test(line) ? `'${line}` : line;
}

/** A line of TSV with its end. */
export const tsvLine = (cells: readonly (string | number)[]): string => `${cells.map(tsvCell).join('\t')}\n`;
