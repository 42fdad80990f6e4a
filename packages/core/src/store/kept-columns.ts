import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../output/atomic.js';
import type { FeatureColumns } from '../plan/node-store.js';
import { checkContent, damaged, type KeptFile, keptFile } from './kept-file.js';

/** Columns of doubles on disk: little-endian, one column behind the other. */
export interface KeptColumns {
  readonly rows: number;
  readonly names: readonly string[];
  readonly content: KeptFile;
}

export async function writeColumns(folder: string, name: string, columns: FeatureColumns): Promise<KeptColumns> {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]?.length ?? 0;
  const bytes = new DataView(new ArrayBuffer(rows * names.length * 8));
  let at = 0;
  for (const column of names) {
    for (const value of columns[column]!) {
      bytes.setFloat64(at, value, true);
      at += 8;
    }
  }
  const file = `${name}.f64`;
  await writeAtomically(join(folder, file), (temporary) => writeFile(temporary, bytes));
  return { rows, names, content: await keptFile(folder, file) };
}

export async function readColumns(folder: string, { rows, names, content }: KeptColumns): Promise<FeatureColumns> {
  await checkContent(folder, content);
  const path = join(folder, content.file);
  const bytes = await readFile(path);
  if (bytes.length !== rows * names.length * 8) throw damaged(path, 'does not hold the columns that were noted');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      Float64Array.from({ length: rows }, (_, row) => view.getFloat64((i * rows + row) * 8, true)),
    ]),
  );
}
