/** Values that one bit-packed group holds. */
const GROUP = 8;
/** Groups of equal values shorter than this stay bit-packed: a run costs a header of its own. */
const MIN_RUN = 2 * GROUP;

/** Bits that codes below `count` need; at least one. */
export const bitWidth = (count: number): number => 32 - Math.clz32(Math.max(1, count - 1));

/**
 * Parquet's hybrid of runs and bit-packed groups, for the first `count` codes of at most 24 bits each
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE).
 */
export function encodeHybrid(codes: Uint32Array, count: number, width: number): Uint8Array {
  const out = new Bytes(Math.ceil((count * width) / 8) + 16);
  let packedFrom = 0;
  for (let at = 0; at < count; ) {
    const length = runLength(codes, at, count);
    if (length < MIN_RUN) {
      at = Math.min(at + GROUP, count);
      continue;
    }
    packGroups(out, codes, packedFrom, at, width);
    out.varint(length * 2);
    out.littleEndian(codes[at]!, Math.ceil(width / 8));
    at += length;
    packedFrom = at;
  }
  packGroups(out, codes, packedFrom, count, width);
  return out.whole();
}

function runLength(codes: Uint32Array, from: number, end: number): number {
  const first = codes[from]!;
  let at = from + 1;
  while (at < end && codes[at] === first) at++;
  return at - from;
}

/** The codes of a range as bit-packed groups, the last one filled up with zeros. */
function packGroups(out: Bytes, codes: Uint32Array, from: number, end: number, width: number): void {
  if (from === end) return;
  const groups = Math.ceil((end - from) / GROUP);
  out.varint(groups * 2 + 1);
  out.packed(codes, from, end, width);
  out.zeros(groups * width - Math.ceil(((end - from) * width) / 8));
}

/** One bit for each row, that of its place, eight to a byte, the first in the lowest bit: Parquet's plain booleans. */
export function packBits(ofPlace: Uint8Array, places: Uint32Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(places.length / GROUP));
  const whole = Math.floor(places.length / GROUP);
  for (let byte = 0, at = 0; byte < whole; byte++, at += GROUP) {
    packed[byte] =
      ofPlace[places[at]!]! |
      (ofPlace[places[at + 1]!]! << 1) |
      (ofPlace[places[at + 2]!]! << 2) |
      (ofPlace[places[at + 3]!]! << 3) |
      (ofPlace[places[at + 4]!]! << 4) |
      (ofPlace[places[at + 5]!]! << 5) |
      (ofPlace[places[at + 6]!]! << 6) |
      (ofPlace[places[at + 7]!]! << 7);
  }
  for (let at = GROUP * whole; at < places.length; at++) packed[whole]! |= ofPlace[places[at]!]! << (at % GROUP);
  return packed;
}

/** Bytes that grow. */
class Bytes {
  private bytes: Uint8Array;
  private length = 0;

  constructor(expected: number) {
    this.bytes = new Uint8Array(expected);
  }

  whole(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.bytes[this.length++] = (rest & 127) | 128;
    this.bytes[this.length++] = rest;
  }

  littleEndian(value: number, size: number): void {
    this.reserve(size);
    for (let i = 0; i < size; i++) this.bytes[this.length++] = (value >>> (8 * i)) & 255;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.length += count; // New bytes are zero.
  }

  packed(codes: Uint32Array, from: number, end: number, width: number): void {
    this.reserve(Math.ceil(((end - from) * width) / 8));
    const { bytes } = this;
    let { length } = this;
    let waiting = 0;
    let bits = 0;
    for (let at = from; at < end; at++) {
      waiting |= codes[at]! << bits;
      for (bits += width; bits >= 8; bits -= 8) {
        bytes[length++] = waiting & 255;
        waiting >>>= 8;
      }
    }
    if (bits > 0) bytes[length++] = waiting;
    this.length = length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
