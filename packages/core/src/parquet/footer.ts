import type { FileHandle } from 'node:fs/promises';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { ByteWriter } from 'hyparquet-writer';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import type { CodedColumn } from './coded-column.js';
import type { Chunk } from './column-chunk.js';

/** What a footer says of a column besides its chunks. */
type NamedColumn = Pick<CodedColumn, 'name' | 'type'>;

/** A struct of the format by the numbers of its fields (parquet.thrift), whatever is in it. */
type Struct = Record<`field_${number}`, unknown>;

/** The end of a Parquet file, read so that columns can be added to it. */
export interface Footer {
  /** Bytes before it, all that stays as it is. */
  readonly bodyBytes: number;
  /** Rows of each row group. */
  readonly rowGroups: readonly number[];
  /** Names of the columns, of nested ones the outermost. */
  readonly columns: readonly string[];
  readonly metadata: Struct;
}

const MAGIC = 'PAR1';
const END = 8;

/** The thrift numbers of what is added. */
const TYPES = { text: 6, number: 5, flag: 0 } as const;
const OPTIONAL = 1;
const UTF8 = 0;
const SNAPPY = 1;

/** Reads the footer; undefined where columns cannot be added: not plain Parquet, encrypted, chunks in other files, an empty row group. */
export async function readFooter(file: FileHandle): Promise<Footer | undefined> {
  const { size } = await file.stat();
  if (size < END + MAGIC.length) return undefined;
  const end = await readAt(file, size - END, END);
  const length = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  if (String.fromCharCode(...end.subarray(4)) !== MAGIC || length > size - END - MAGIC.length) return undefined;
  const bodyBytes = size - END - length;
  const metadata = parse(await readAt(file, bodyBytes, length));
  if (metadata === undefined || !canGrow(metadata)) return undefined;
  return {
    bodyBytes,
    metadata,
    columns: topLevelNames(metadata.field_2 as Struct[]),
    rowGroups: groupsOf(metadata).map(({ field_3 }) => Number(field_3)),
  };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes;
}

/** Undefined for what the reader does not know; the engine, which has read the file, then writes it. */
function parse(bytes: Uint8Array): Struct | undefined {
  try {
    return deserializeTCompactProtocol({ view: new DataView(bytes.buffer), offset: 0 });
  } catch {
    return undefined;
  }
}

const groupsOf = ({ field_4 }: Struct): readonly Struct[] => (Array.isArray(field_4) ? field_4 : []);
const columnsOf = ({ field_1 }: Struct): readonly Struct[] => (Array.isArray(field_1) ? field_1 : []);

function canGrow(metadata: Struct): boolean {
  const groups = groupsOf(metadata);
  if (metadata.field_8 !== undefined || !Array.isArray(metadata.field_2) || groups.length === 0) return false;
  return groups.every(
    (group) =>
      Number(group.field_3) > 0 &&
      columnsOf(group).every(
        ({ field_1, field_3, field_8 }) => field_1 === undefined && field_3 !== undefined && field_8 === undefined,
      ),
  );
}

/** The footer of a file that has rows and no columns yet. */
export const emptyFooter = (rowGroups: readonly number[]): Pick<Footer, 'metadata'> => ({
  metadata: {
    field_1: 2,
    field_2: [{ field_4: new TextEncoder().encode('schema'), field_5: 0 }],
    field_3: BigInt(rowGroups.reduce((sum, rows) => sum + rows, 0)),
    field_4: rowGroups.map((rows) => ({ field_1: [], field_2: 0n, field_3: BigInt(rows), field_6: 0n })),
    field_6: 'DeepLogBot',
    field_7: [],
  },
});

/** The schema is a tree in the order of its leaves, each node with the number of its children. */
function topLevelNames([, ...elements]: readonly Struct[]): string[] {
  const names: string[] = [];
  let inside = 0;
  for (const { field_4, field_5 } of elements) {
    if (inside === 0) names.push(textOf(field_4));
    else inside--;
    inside += Number(field_5 ?? 0);
  }
  return names;
}

const textOf = (value: unknown): string => new TextDecoder().decode(value as Uint8Array);

/** A chunk where it was written. */
export interface PlacedChunk extends Omit<Chunk, 'bytes'> {
  readonly at: number;
  readonly compressed: number;
}

/** The footer with further columns, `chunks[group][column]` being theirs, as bytes to the end of the file. */
export function extendedFooter(
  { metadata }: Pick<Footer, 'metadata'>,
  columns: readonly NamedColumn[],
  chunks: readonly (readonly PlacedChunk[])[],
): Uint8Array {
  const [root, ...elements] = metadata.field_2 as Struct[];
  const grown: Struct = {
    ...metadata,
    field_2: [
      { ...root, field_5: Number(root!.field_5 ?? 0) + columns.length },
      ...elements,
      ...columns.map(schemaElement),
    ],
    field_4: groupsOf(metadata).map((group, i) => grownGroup(group, columns, chunks[i]!)),
    ...(metadata.field_5 !== undefined && { field_5: (metadata.field_5 as Struct[]).filter(staysTrue) }),
    ...(metadata.field_7 !== undefined && {
      field_7: [...(metadata.field_7 as Struct[]), ...columns.map(() => ({ field_1: {} }))],
    }),
  };
  if (Array.isArray(grown.field_5) && grown.field_5.length === 0) delete grown.field_5;
  const out = new ByteWriter();
  serializeTCompactProtocol(out, inOrder(grown));
  out.appendUint32(out.offset);
  out.appendBytes(new TextEncoder().encode(MAGIC));
  return out.getBytes();
}

/** Arrow's own copy of the schema would lack the new columns. */
const staysTrue = ({ field_1 }: Struct): boolean => textOf(field_1) !== 'ARROW:schema';

const inOrder = (struct: Struct): Struct =>
  Object.fromEntries(
    Object.entries(struct).sort(([a], [b]) => Number(a.slice('field_'.length)) - Number(b.slice('field_'.length))),
  );

const schemaElement = ({ name, type }: NamedColumn): Struct => ({
  field_1: TYPES[type],
  field_3: OPTIONAL,
  field_4: name,
  ...(type === 'text' && { field_6: UTF8, field_10: { field_1: {} } }),
});

/** The ordinal of a group (field 7) is for encrypted files alone; the writer has no type for it. */
function grownGroup(
  { field_7, ...group }: Struct,
  columns: readonly NamedColumn[],
  chunks: readonly PlacedChunk[],
): Struct {
  const sum = (of: (chunk: PlacedChunk) => number) => BigInt(chunks.reduce((total, chunk) => total + of(chunk), 0));
  return inOrder({
    ...group,
    field_1: [...columnsOf(group), ...chunks.map((chunk, i) => columnChunk(columns[i]!, chunk))],
    field_2: BigInt(group.field_2 as bigint) + sum(({ uncompressed }) => uncompressed),
    ...(group.field_6 !== undefined && {
      field_6: BigInt(group.field_6 as bigint) + sum(({ compressed }) => compressed),
    }),
  });
}

function columnChunk({ name, type }: NamedColumn, chunk: PlacedChunk): Struct {
  const { nulls, min, max } = chunk.statistics;
  return {
    field_2: BigInt(chunk.at),
    field_3: {
      field_1: TYPES[type],
      field_2: chunk.encodings,
      field_3: [name],
      field_4: SNAPPY,
      field_5: BigInt(chunk.values),
      field_6: BigInt(chunk.uncompressed),
      field_7: BigInt(chunk.compressed),
      field_9: BigInt(chunk.at + chunk.dataPageAt),
      ...(chunk.dictionaryPageAt !== undefined && { field_11: BigInt(chunk.at + chunk.dictionaryPageAt) }),
      field_12: { field_3: BigInt(nulls), ...(max && { field_5: max }), ...(min && { field_6: min }) },
    },
  };
}
