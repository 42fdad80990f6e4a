import { ByteWriter } from 'hyparquet-writer';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { bitWidth, encodeHybrid, packBits } from './hybrid.js';

/** A column to be written: row r has `values[positions[r]]`. NULL is null, or NaN in numbers. */
export type AppendedColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: ArrayLike<string | null> }
  | { readonly name: string; readonly type: 'number'; readonly values: ArrayLike<number | null> }
  | { readonly name: string; readonly type: 'flag'; readonly values: ArrayLike<boolean> };

/** What a footer says of a column's rows in one row group; offsets count from the chunk's first byte. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly uncompressed: number;
  readonly values: number;
  readonly encodings: readonly number[];
  readonly dataPageAt: number;
  readonly dictionaryPageAt?: number;
  readonly statistics: ChunkStatistics;
}

export interface ChunkStatistics {
  readonly nulls: number;
  /** As plain Parquet values; absent where a reader could not use them. */
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
}

/** Numbers of the format. */
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;

/** Rows of a page, so that none grows with the row groups of the file. */
const PAGE_ROWS = 2 ** 17;
/** Longer texts are no bounds worth their room. */
const MAX_BOUND = 64;

/** Encodes chunk after chunk of one column; what does not depend on the row group is done once. */
export class ColumnEncoder {
  private readonly values: CodedValues | undefined;
  private readonly local: Int32Array;

  /** @param rows of the whole column; values that many of them share are worth a dictionary */
  constructor(
    readonly column: AppendedColumn,
    rows: number,
  ) {
    const most = column.type === 'number' ? rows / 2 : Number.POSITIVE_INFINITY;
    this.values = column.type === 'flag' ? undefined : codedValues(column.values, most);
    this.local = new Int32Array(this.values?.plain.length ?? 0);
  }

  /** The chunk of a row group, whose rows are the first `rows` of `positions`. */
  encode(positions: Uint32Array, rows: number): Chunk {
    if (this.column.type === 'flag') return this.flags(positions, rows);
    return this.values ? this.dictionary(this.values, positions, rows) : this.numbers(positions, rows);
  }

  /** Numbers that hardly repeat, as they are. */
  private numbers(positions: Uint32Array, rows: number): Chunk {
    const values = this.column.values as ArrayLike<number | null>;
    const pages = new Pages();
    let nulls = 0;
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const defined = new Uint32Array(count);
      const body = new DataView(new ArrayBuffer(8 * count));
      let written = 0;
      for (let i = 0; i < count; i++) {
        const value = values[positions[from + i]!]!;
        if (isNull(value)) continue;
        body.setFloat64(8 * written++, value, true);
        defined[i] = 1;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      nulls += count - written;
      pages.data(count, PLAIN, join([levels(defined, count), new Uint8Array(body.buffer, 0, 8 * written)]));
    }
    return pages.chunk(rows, { nulls, ...(min <= max && { min: plainValue(min), max: plainValue(max) }) });
  }

  private flags(positions: Uint32Array, rows: number): Chunk {
    const { values } = this.column;
    const pages = new Pages();
    let set = 0;
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const bits = new Uint32Array(count);
      for (let i = 0; i < count; i++) {
        if (values[positions[from + i]!] === true) set += bits[i] = 1;
      }
      pages.data(count, PLAIN, join([levels(allDefined(count), count), packBits(bits, count)]));
    }
    const [min, max] = [set === rows, set > 0].map((flag) => Uint8Array.of(Number(flag)));
    return pages.chunk(rows, { nulls: 0, ...(rows > 0 && { min, max }) });
  }

  /** Values in the order in which they first appear, then one code per row. */
  private dictionary({ codes, plain }: CodedValues, positions: Uint32Array, rows: number): Chunk {
    const { local } = this;
    local.fill(-1);
    const found: number[] = [];
    const localCodes = new Uint32Array(rows);
    const defined = new Uint32Array(rows);
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const code = codes[positions[row]!]!;
      if (code < 0) continue;
      if (local[code]! < 0) local[code] = found.push(code) - 1;
      localCodes[present++] = local[code]!;
      defined[row] = 1;
    }
    const values = found.map((code) => plain[code]!);
    const pages = new Pages();
    if (present > 0) pages.dictionary(values.length, join(values.map((value) => this.inDictionary(value))));
    const width = bitWidth(values.length);
    for (let from = 0, taken = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const flags = defined.subarray(from, from + count);
      let some = 0;
      for (let i = 0; i < count; i++) some += flags[i]!;
      const packed = encodeHybrid(localCodes.subarray(taken, taken + some), some, width);
      const body = present > 0 ? [Uint8Array.of(width), packed] : [];
      pages.data(count, present > 0 ? RLE_DICTIONARY : PLAIN, join([levels(flags, count), ...body]));
      taken += some;
    }
    return pages.chunk(rows, { nulls: rows - present, ...this.bounds(values) });
  }

  private inDictionary(value: Uint8Array): Uint8Array {
    return this.column.type === 'text' ? join([littleEndian(value.length), value]) : value;
  }

  private bounds(values: readonly Uint8Array[]): Pick<ChunkStatistics, 'min' | 'max'> {
    if (values.length === 0) return {};
    if (this.column.type === 'text') {
      const sorted = [...values].sort(compareBytes);
      const [min, max] = [sorted[0]!, sorted.at(-1)!];
      return min.length > MAX_BOUND || max.length > MAX_BOUND ? {} : { min, max };
    }
    const sorted = Float64Array.from(values, doubleOf).sort();
    return { min: plainValue(sorted[0]!), max: plainValue(sorted.at(-1)!) };
  }
}

/** The different values of a column, as plain Parquet values, and per position the number of its own; −1 for NULL. */
interface CodedValues {
  readonly codes: Int32Array;
  readonly plain: readonly Uint8Array[];
}

/** Undefined for more than `most` different values: a dictionary would be larger than they are. */
function codedValues(values: ArrayLike<string | number | boolean | null>, most: number): CodedValues | undefined {
  const known = new Map<string | number | boolean, number>();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (isNull(value)) codes[i] = -1;
    else {
      const code = known.get(value) ?? known.size;
      if (code === known.size) known.set(value, code);
      if (known.size > most) return undefined;
      codes[i] = code;
    }
  }
  return { codes, plain: [...known.keys()].map(plainValue) };
}

const isNull = (value: unknown): value is null => value === null || Number.isNaN(value);

/** The pages of a chunk, each behind its header. */
class Pages {
  private readonly out = new ByteWriter();
  private readonly encodings = new Set<number>();
  private uncompressed = 0;
  private dataPageAt: number | undefined;
  private dictionaryPageAt: number | undefined;

  dictionary(values: number, body: Uint8Array): void {
    this.dictionaryPageAt = this.out.offset;
    this.encodings.add(PLAIN);
    this.page(DICTIONARY_PAGE, body, { field_7: { field_1: values, field_2: PLAIN } });
  }

  data(values: number, encoding: number, body: Uint8Array): void {
    this.dataPageAt ??= this.out.offset;
    this.encodings.add(encoding).add(RLE);
    this.page(DATA_PAGE, body, { field_5: { field_1: values, field_2: encoding, field_3: RLE, field_4: RLE } });
  }

  private page(type: number, body: Uint8Array, details: Record<`field_${number}`, unknown>): void {
    const compressed = snappyCompress(body);
    const before = this.out.offset;
    serializeTCompactProtocol(this.out, {
      field_1: type,
      field_2: body.length,
      field_3: compressed.length,
      ...details,
    });
    this.uncompressed += this.out.offset - before + body.length;
    this.out.appendBytes(compressed);
  }

  chunk(values: number, statistics: ChunkStatistics): Chunk {
    const { dictionaryPageAt, uncompressed } = this;
    return {
      bytes: this.out.getBytes(),
      uncompressed,
      values,
      encodings: [...this.encodings].sort((a, b) => a - b),
      dataPageAt: this.dataPageAt ?? 0,
      ...(dictionaryPageAt !== undefined && { dictionaryPageAt }),
      statistics,
    };
  }
}

/** Which rows have a value, with the length in front that version 1 of the data pages wants. */
function levels(defined: Uint32Array, rows: number): Uint8Array {
  const encoded = encodeHybrid(defined, rows, 1);
  return join([littleEndian(encoded.length), encoded]);
}

const allDefined = (rows: number): Uint32Array => new Uint32Array(rows).fill(1);

const encoder = new TextEncoder();

function plainValue(value: string | number | boolean): Uint8Array {
  if (typeof value === 'string') return encoder.encode(value);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, Number(value), true);
  return bytes;
}

const doubleOf = (bytes: Uint8Array): number => new DataView(bytes.buffer).getFloat64(0, true);

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
