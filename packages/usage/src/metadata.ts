import { type Engine, InputError, identifier, type Relation, sql, texts } from '@deeplogbot/core';
import type { ReportSettings } from './options.js';

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
export async function readMetadata(engine: Engine, relation: Relation): Promise<Metadata> {
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

/** What is known of data sets, by the name that the log has for them. */
export type Metadata = ReadonlyMap<string, ItemMetadata>;

/** What a report says of a data set besides its counts; an empty text says nothing. */
export type DescribedItem = ReturnType<typeof describedItem>;

/** A data set as reports describe it: its name in the log where it has no other, 0001 for a year that is not known. */
export const describedItem = (item: string, known: ItemMetadata, settings: ReportSettings) => ({
  title: known.title ?? item,
  publisher: known.publisher ?? settings.publisher,
  publisherId: known.publisher_id ?? settings.publisherId,
  creators: known.creators ?? '',
  publicationDate: known.publication_date ?? '',
  version: known.version ?? '',
  doi: known.doi ?? '',
  otherId: known.other_id ?? (known.doi ? '' : item),
  uri: known.uri ?? '',
  yop: known.yop !== undefined && /^\d{4}$/.test(known.yop) ? known.yop : '0001',
});
