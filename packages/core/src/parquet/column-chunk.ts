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

/** Which values the rows of a row group have. */
export interface GroupRows {
  /** The different positions of its rows, in the order in which they first appear. */
  readonly places: Uint32Array;
  /** Per row, which of the places it has: looked up in so many columns that it pays to find it once. */
  readonly ranks: Uint32Array;
}

/** In place of the code of a place whose value is NULL. */
const NULL = 2 ** 32 - 1;

/** Encodes chunk after chunk of one column; what does not depend on the row group is done once. */
export class ColumnEncoder {
  private readonly local: Int32Array;
  private codes = new Uint32Array(0);
  private defined = new Uint32Array(0);
  private wholePage: { readonly rows: number; readonly levels: Uint8Array } = { rows: 0, levels: new Uint8Array() };

  constructor(readonly column: CodedColumn) {
    this.local = new Int32Array(column.kind === 'dictionary' ? column.starts.length - 1 : 0).fill(-1);
  }

  /** The chunk of a row group. */
  encode(group: GroupRows): Chunk {
    const { column } = this;
    if (this.codes.length < group.ranks.length) this.codes = new Uint32Array(group.ranks.length);
    if (column.kind === 'flags') return this.flags(column.values, group);
    return column.kind === 'dictionary' ? this.dictionary(column, group) : this.numbers(column.values, group);
  }

  /** Numbers that hardly repeat, as they are. */
  private numbers(values: Float64Array, { places, ranks }: GroupRows): Chunk {
    const pages = new Pages();
    let nulls = 0;
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { from, count } of pagesOf(ranks.length)) {
      const defined = this.codes.subarray(0, count);
      const body = new DataView(new ArrayBuffer(8 * count));
      let written = 0;
      for (let i = 0; i < count; i++) {
        const value = values[places[ranks[from + i]!]!]!;
        defined[i] = Number.isNaN(value) ? 0 : 1;
        if (Number.isNaN(value)) continue;
        body.setFloat64(8 * written++, value, true);
        if (value < min) min = value;
        if (value > max) max = value;
      }
      nulls += count - written;
      pages.data(count, PLAIN, join([levels(defined, count), new Uint8Array(body.buffer, 0, 8 * written)]));
    }
    return pages.chunk(ranks.length, { nulls, ...(min <= max && { min: doubleBytes(min), max: doubleBytes(max) }) });
  }

  private flags(values: Uint8Array, { places, ranks }: GroupRows): Chunk {
    const ofPlace = new Uint8Array(places.length);
    for (let i = 0; i < places.length; i++) ofPlace[i] = values[places[i]!]!;
    const rows = ranks.length;
    const pages = new Pages();
    for (const { from, count } of pagesOf(rows)) {
      const bits = packBits(ofPlace, ranks.subarray(from, from + count));
      pages.data(count, PLAIN, join([this.allDefined(count), bits]));
    }
    // A place is here because a row has it.
    const [min, max] = [!ofPlace.includes(0), ofPlace.includes(1)].map((flag) => Uint8Array.of(Number(flag)));
    return pages.chunk(rows, { nulls: 0, ...(rows > 0 && { min, max }) });
  }

  /** Values in the order in which they first appear, then one code per row. */
  private dictionary(dictionary: Dictionary, { places, ranks }: GroupRows): Chunk {
    const { found, ofPlace } = this.valuesIn(dictionary, places);
    const pages = new Pages();
    if (found.length > 0) pages.dictionary(found.length, valuesOf(dictionary, found));
    const width = bitWidth(found.length);
    const someNull = ofPlace.includes(NULL);
    let nulls = 0;
    for (const { from, count } of pagesOf(ranks.length)) {
      const page = ranks.subarray(from, from + count);
      const some = someNull ? this.codesOfSome(ofPlace, page) : this.codesOfAll(ofPlace, page);
      nulls += count - some;
      const present = some === count ? this.allDefined(count) : levels(this.defined, count);
      const body = found.length > 0 ? [Uint8Array.of(width), encodeHybrid(this.codes, some, width)] : [];
      pages.data(count, found.length > 0 ? RLE_DICTIONARY : PLAIN, join([present, ...body]));
    }
    return pages.chunk(ranks.length, { nulls, ...this.bounds(dictionary, found) });
  }

  /** The values that places have, as they first appear, and which of them each place has. */
  private valuesIn(dictionary: Dictionary, places: Uint32Array) {
    const { local } = this;
    const found: number[] = [];
    const ofPlace = new Uint32Array(places.length);
    for (let i = 0; i < places.length; i++) {
      const code = dictionary.codes[places[i]!]!;
      if (code >= 0 && local[code]! < 0) local[code] = found.push(code) - 1;
      ofPlace[i] = code < 0 ? NULL : local[code]!;
    }
    for (const code of found) local[code] = -1; // For the next group.
    return { found, ofPlace };
  }

  /** Puts the codes of rows that all have a value into `codes`; returns how many. */
  private codesOfAll(ofPlace: Uint32Array, ranks: Uint32Array): number {
    const { codes } = this;
    for (let row = 0; row < ranks.length; row++) codes[row] = ofPlace[ranks[row]!]!;
    return ranks.length;
  }

  /** The same where some have none, which `defined` tells. */
  private codesOfSome(ofPlace: Uint32Array, ranks: Uint32Array): number {
    if (this.defined.length < ranks.length) this.defined = new Uint32Array(ranks.length);
    const { codes, defined } = this;
    let present = 0;
    for (let row = 0; row < ranks.length; row++) {
      const code = ofPlace[ranks[row]!]!;
      const has = code === NULL ? 0 : 1;
      codes[present] = code;
      defined[row] = has;
      present += has;
    }
    return present;
  }

  /** The {@link levels} of a page whose rows all have a value. */
  private allDefined(rows: number): Uint8Array {
    if (this.wholePage.rows !== rows) this.wholePage = { rows, levels: levels(new Uint32Array(rows).fill(1), rows) };
    return this.wholePage.levels;
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

function* pagesOf(rows: number): Iterable<{ readonly from: number; readonly count: number }> {
  for (let from = 0; from < rows; from += PAGE_ROWS) yield { from, count: Math.min(PAGE_ROWS, rows - from) };
}

/** Some values of a dictionary, one behind the other. */
function valuesOf({ bytes, starts }: Dictionary, codes: readonly number[]): Uint8Array {
  const out = new Uint8Array(codes.reduce((sum, code) => sum + starts[code + 1]! - starts[code]!, 0));
  let at = 0;
  for (const code of codes) {
    out.set(bytes.subarray(starts[code]!, starts[code + 1]!), at);
    at += starts[code + 1]! - starts[code]!;
  }
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
    if (at === end || other === otherEnd) return at === end;
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
