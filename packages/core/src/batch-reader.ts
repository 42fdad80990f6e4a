import { type Column, type ColumnBatch, isText, TextCoder } from './columns.js';

/** Collects batches of one shape into one. */
export function batchReader() {
  const batches: ColumnBatch[] = [];
  return {
    push: (batch: ColumnBatch) => void batches.push(batch),
    whole: (): ColumnBatch => {
      const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
      const names = Object.keys(batches[0]?.columns ?? {});
      return { rows, columns: Object.fromEntries(names.map((name) => [name, concatenate(batches, name, rows)])) };
    },
  };
}

function concatenate(batches: readonly ColumnBatch[], name: string, rows: number): Column {
  if (batches.length === 1) return batches[0]!.columns[name]!;
  if (!isText(batches[0]!.columns[name]!)) {
    const values = new Float64Array(rows);
    let offset = 0;
    for (const batch of batches) {
      values.set(batch.columns[name] as Float64Array, offset);
      offset += batch.rows;
    }
    return values;
  }
  return concatenateText(batches, name, rows);
}

function concatenateText(batches: readonly ColumnBatch[], name: string, rows: number): Column {
  const coder = new TextCoder();
  const codes = new Int32Array(rows);
  let offset = 0;
  for (const batch of batches) {
    const column = batch.columns[name]!;
    if (!isText(column)) continue;
    const codeHere = column.dictionary.map((text) => coder.codeOf(text));
    for (let row = 0; row < batch.rows; row++) codes[offset + row] = codeHere[column.codes[row]!] ?? -1;
    offset += batch.rows;
  }
  return { dictionary: coder.dictionary(), codes };
}

/** All batches as one: for a result that is too large for an engine to hold a copy of it meanwhile. */
export async function gather(batches: AsyncIterable<ColumnBatch>): Promise<ColumnBatch> {
  const reader = batchReader();
  for await (const batch of batches) reader.push(batch);
  return reader.whole();
}
