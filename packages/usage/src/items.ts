import { type Engine, InputError, identifier, numbers, type Relation, sql, texts } from '@deeplogbot/core';
import type { UsageCounts } from './count.js';
import type { Month } from './months.js';

/** What a repository knows about a data set; every field but `item` may be missing. */
export interface ItemMetadata {
  readonly title?: string;
  readonly publisher?: string;
  readonly publisher_id?: string;
  readonly creators?: string;
  readonly publication_date?: string;
  readonly version?: string;
  readonly doi?: string;
  readonly other_id?: string;
  readonly uri?: string;
  /** Year of publication. */
  readonly yop?: string;
}

const FIELDS = [
  'title',
  'publisher',
  'publisher_id',
  'creators',
  'publication_date',
  'version',
  'doi',
  'other_id',
  'uri',
  'yop',
] as const satisfies readonly (keyof ItemMetadata)[];

/** Reads metadata from a relation with a column `item` and any of the fields of {@link ItemMetadata}. */
export async function readMetadata(engine: Engine, relation: Relation): Promise<ReadonlyMap<string, ItemMetadata>> {
  const names = relation.columns.map(({ name }) => name);
  if (!names.includes('item')) {
    throw new InputError('NO_ITEM_COLUMN', `The metadata have no column "item". They have: ${names.join(', ')}.`, {
      hint: `Name the column with the data sets of the log "item"; others may be ${FIELDS.join(', ')}.`,
    });
  }
  const fields = FIELDS.filter((name) => names.includes(name));
  const text = (name: string) => sql`nullif(trim(CAST(${identifier(name)} AS VARCHAR)), '') AS ${identifier(name)}`;
  const found = new Map<string, Record<string, string>>();
  const batch = await engine.columns(
    sql`SELECT ${['item', ...fields].map(text).reduce((a, b) => sql`${a}, ${b}`)} FROM ${relation.name}`,
  );
  const columns = fields.map((name) => texts(batch, name));
  for (const [row, item] of texts(batch, 'item').entries()) {
    if (item === null) continue;
    const given = fields.flatMap((name, i) => (columns[i]![row] ? [[name, columns[i]![row]!] as const] : []));
    found.set(item, Object.fromEntries(given));
  }
  return found;
}

/** Counts of one data set, month and access method. */
export interface Cell {
  readonly month: Month;
  readonly machine: boolean;
  /** In the order of {@link METRICS}. */
  readonly counts: readonly [number, number, number, number];
  /** By country code, in the order of codes; what has no code is in `counts` only. Empty where they were not asked for. */
  readonly countries: readonly (readonly [code: string, counts: readonly [number, number, number, number]])[];
  /** Bytes of requests, NaN where no size is known. */
  readonly bytes: number;
}

export const METRICS = [
  'Total_Dataset_Investigations',
  'Unique_Dataset_Investigations',
  'Total_Dataset_Requests',
  'Unique_Dataset_Requests',
] as const;

const COLUMNS = ['total_investigations', 'unique_investigations', 'total_requests', 'unique_requests'] as const;

/** Data sets by name, each with its cells by month, Regular before Machine. */
export function* itemsOf(
  { counts }: UsageCounts,
  asked: { readonly countries: boolean } = { countries: true },
): Iterable<{ readonly item: string; readonly cells: readonly Cell[] }> {
  const items = texts(counts, 'item');
  const codes = texts(counts, 'country');
  const column = (name: string) => numbers(counts, name);
  const [month, machine, bytes] = [column('month'), column('machine'), column('bytes')];
  const columns = COLUMNS.map(column) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const cell = (start: number, end: number): Cell => {
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    const countries: [string, [number, number, number, number]][] = [];
    let size = Number.NaN;
    for (let row = start; row < end; row++) {
      for (let i = 0; i < 4; i++) sums[i]! += columns[i]![row]!;
      if (asked.countries && codes[row] !== null) {
        const [a, b, c, d] = columns;
        countries.push([codes[row]!, [a[row]!, b[row]!, c[row]!, d[row]!]]);
      }
      if (!Number.isNaN(bytes[row]!)) size = (Number.isNaN(size) ? 0 : size) + bytes[row]!;
    }
    return { month: month[start]!, machine: machine[start] === 1, counts: sums, countries, bytes: size };
  };
  for (let start = 0; start < counts.rows; ) {
    const item = items[start]!;
    const cells: Cell[] = [];
    while (start < counts.rows && items[start] === item) {
      let end = start + 1;
      while (end < counts.rows && items[end] === item && month[end] === month[start] && machine[end] === machine[start])
        end++;
      cells.push(cell(start, end));
      start = end;
    }
    yield { item, cells };
  }
}
