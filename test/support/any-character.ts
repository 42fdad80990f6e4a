import fc from 'fast-check';

const codes = (min: number, max: number) => fc.integer({ min, max });

/**
 * Every character but halves of surrogate pairs, as `unit` of `fc.string`; a third are ASCII, among which are the quotes, commas and line
 * breaks that break things. The unit `binary` of fast-check first makes a table of all 1.1 million, a second or more in each file.
 */
export const anyCharacter = fc
  .oneof(codes(0, 0x7f), codes(0x80, 0xd7ff), codes(0xe000, 0x10ffff))
  .map((code) => String.fromCodePoint(code));
