import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../src/plain-text.js';

describe('foldText', () => {
  it.each([
    ['', []],
    ['as it is', ['as it is']],
    ['just wide!', ['just wide!']],
    ['broken at the last space', ['broken at', 'the last', 'space']],
    ['ten_units_ and more', ['ten_units_', 'and more']],
    ['see /a/very/long/path of it', ['see', '/a/very/long/path', 'of it']],
    ['🐙🐙🐙 🐙🐙🐙🐙🐙🐙 🐙', ['🐙🐙🐙 🐙🐙🐙🐙🐙🐙', '🐙']],
    ['\u001b[31mred', ['?[31mred']],
  ])('%s', (text, lines) => {
    expect(foldText(text, 10)).toEqual(lines);
  });

  it('cuts what a stranger made longer than any sentence', () => {
    expect(foldText('x'.repeat(10_000), 100)).toEqual([`${'x'.repeat(499)}…`]);
  });

  it('gives the text again, and no line is wider that has a space to break at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = foldText(text, width);
        expect(lines.join(' ')).toBe(text);
        expect(lines.every((line) => [...line].length <= width || !line.includes(' '))).toBe(true);
      }),
    );
  });
});
