import { ByteWriter } from 'hyparquet-writer';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { type CodedColumn, type Dictionary, doubleBytes, LENGTH_BYTES } from './coded-column.js';
import { bitWidth, encodeHybrid, packBits } from './hybrid.js';

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
  private readonly local: Int32Array;
  private codes = new Uint32Array(0);
  private defined = new Uint32Array(0);

  constructor(readonly column: CodedColumn) {
    this.local = new Int32Array(column.kind === 'dictionary' ? column.starts.length - 1 : 0);
  }

  /** The chunk of a row group, whose rows are the first `rows` of `positions`. */
  encode(positions: Uint32Array, rows: number): Chunk {
    const { column } = this;
    if (this.defined.length < rows) {
      this.defined = new Uint32Array(rows);
      this.codes = new Uint32Array(rows);
    }
    if (column.kind === 'flags') return this.flags(column.values, positions, rows);
    return column.kind === 'dictionary'
      ? this.dictionary(column, positions, rows)
      : this.numbers(column.values, positions, rows);
  }

  /** Numbers that hardly repeat, as they are. */
  private numbers(values: Float64Array, positions: Uint32Array, rows: number): Chunk {
    const pages = new Pages();
    let nulls = 0;
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const defined = this.defined.subarray(0, count);
      const body = new DataView(new ArrayBuffer(8 * count));
      let written = 0;
      for (let i = 0; i < count; i++) {
        const value = values[positions[from + i]!]!;
        defined[i] = Number.isNaN(value) ? 0 : 1;
        if (Number.isNaN(value)) continue;
        body.setFloat64(8 * written++, value, true);
        if (value < min) min = value;
        if (value > max) max = value;
      }
      nulls += count - written;
      pages.data(count, PLAIN, join([levels(defined, count), new Uint8Array(body.buffer, 0, 8 * written)]));
    }
    return pages.chunk(rows, { nulls, ...(min <= max && { min: doubleBytes(min), max: doubleBytes(max) }) });
  }

  private flags(values: Uint8Array, positions: Uint32Array, rows: number): Chunk {
    const pages = new Pages();
    let set = 0;
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const bits = this.codes.subarray(0, count);
      for (let i = 0; i < count; i++) {
        bits[i] = values[positions[from + i]!]!;
        set += bits[i]!;
      }
      const defined = this.defined.subarray(0, count).fill(1);
      pages.data(count, PLAIN, join([levels(defined, count), packBits(bits, count)]));
    }
    const [min, max] = [set === rows, set > 0].map((flag) => Uint8Array.of(Number(flag)));
    return pages.chunk(rows, { nulls: 0, ...(rows > 0 && { min, max }) });
  }

  /** Values in the order in which they first appear, then one code per row. */
  private dictionary(dictionary: Dictionary, positions: Uint32Array, rows: number): Chunk {
    const { local, codes, defined } = this;
    local.fill(-1);
    const found: number[] = [];
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const code = dictionary.codes[positions[row]!]!;
      defined[row] = code < 0 ? 0 : 1;
      if (code < 0) continue;
      if (local[code]! < 0) local[code] = found.push(code) - 1;
      codes[present++] = local[code]!;
    }
    const pages = new Pages();
    if (present > 0) pages.dictionary(found.length, valuesOf(dictionary, found));
    const width = bitWidth(found.length);
    for (let from = 0, taken = 0; from < rows; from += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, rows - from);
      const flags = defined.subarray(from, from + count);
      let some = 0;
      for (let i = 0; i < count; i++) some += flags[i]!;
      const packed = encodeHybrid(codes.subarray(taken, taken + some), some, width);
      const body = present > 0 ? [Uint8Array.of(width), packed] : [];
      pages.data(count, present > 0 ? RLE_DICTIONARY : PLAIN, join([levels(flags, count), ...body]));
      taken += some;
    }
    return pages.chunk(rows, { nulls: rows - present, ...this.bounds(dictionary, found) });
  }

  private bounds(dictionary: Dictionary, found: readonly number[]): Pick<ChunkStatistics, 'min' | 'max'> {
    if (found.length === 0) return {};
    const text = this.column.type === 'text';
    const before = text ? textOrder(dictionary) : numberOrder(dictionary);
    let [min, max] = [found[0]!, found[0]!];
    for (const code of found) {
      if (before(code, min)) min = code;
      else if (before(max, code)) max = code;
    }
    const [low, high] = [min, max].map((code) => valuesOf(dictionary, [code]).slice(text ? LENGTH_BYTES : 0));
    return text && (low!.length > MAX_BOUND || high!.length > MAX_BOUND) ? {} : { min: low!, max: high! };
  }
}

/** Some values of a dictionary, one behind the other. */
function valuesOf({ bytes, starts }: Dictionary, codes: readonly number[]): Uint8Array {
  const out = new Uint8Array(codes.reduce((sum, code) => sum + starts[code + 1]! - starts[code]!, 0));
  let at = 0;
  for (const code of codes) for (let i = starts[code]!; i < starts[code + 1]!; i++) out[at++] = bytes[i]!;
  return out;
}

/** Whether one value of a dictionary comes before another. */
type Order = (a: number, b: number) => boolean;

function numberOrder({ bytes, starts }: Dictionary): Order {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (a, b) => view.getFloat64(starts[a]!, true) < view.getFloat64(starts[b]!, true);
}

/** The order of bytes, which is that of code points. */
const textOrder =
  ({ bytes, starts }: Dictionary): Order =>
  (a, b) => {
    let [at, other] = [starts[a]! + LENGTH_BYTES, starts[b]! + LENGTH_BYTES];
    const [end, otherEnd] = [starts[a + 1]!, starts[b + 1]!];
    while (at < end && other < otherEnd && bytes[at] === bytes[other]) {
      at++;
      other++;
    }
    if (at === end || other === otherEnd) return at === end && other < otherEnd;
    return bytes[at]! < bytes[other]!;
  };

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
