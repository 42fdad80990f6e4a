import fc from 'fast-check';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { describe, expect, it } from 'vitest';
import { bitWidth, encodeHybrid, packBits } from '../../src/parquet/hybrid.js';

/** Codes with runs of all lengths, up to 24 bits. */
const codes = fc
  .array(fc.tuple(fc.nat(2 ** 24 - 1), fc.integer({ min: 1, max: 40 })), { maxLength: 30 })
  .map((runs) => Uint32Array.from(runs.flatMap(([code, length]) => new Array<number>(length).fill(code))));

describe('runs and bit-packed groups', () => {
  it('are read by another implementation as they were given', () => {
    fc.assert(
      fc.property(codes, fc.nat(3), (given, spare) => {
        const width = Math.min(24, bitWidth(given.reduce((most, code) => Math.max(most, code), 0) + 1) + spare);
        const bytes = encodeHybrid(given, given.length, width);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const read: number[] = new Array(given.length);
        readRleBitPackedHybrid({ view, offset: 0 }, width, read, bytes.length);
        expect(read).toEqual([...given]);
      }),
    );
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 2],
    [256, 8],
    [257, 9],
  ])('%i values need codes of %i bits', (count, bits) => expect(bitWidth(count)).toBe(bits));

  it('writes the example of the format: 0 to 7 in three bits each', () => {
    expect([...encodeHybrid(Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7), 8, 3)]).toEqual([
      3, 0b10001000, 0b11000110, 0b11111010,
    ]);
  });

  it('packs booleans from the lowest bit', () => {
    expect([...packBits(Uint8Array.of(0, 1), Uint32Array.of(1, 0, 1, 1, 0, 0, 0, 0, 1))]).toEqual([0b1101, 1]);
  });
});
