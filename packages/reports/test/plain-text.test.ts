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
    ['an_unbreakable_word', ['an_unbreak', 'able_word']],
    ['🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙', ['🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙', '🐙']],
    ['\u001b[31mred', ['?[31mred']],
  ])('%s', (text, lines) => {
    expect(foldText(text, 10)).toEqual(lines);
  });

  it('cuts what a stranger made longer than any sentence', () => {
    const lines = foldText('x'.repeat(10_000), 100);
    expect(lines.map((line) => line.length)).toEqual([100, 100, 100, 100, 100]);
    expect(lines.at(-1)).toMatch(/x…$/);
  });

  it('loses nothing but spaces at which it breaks, and no line is wider', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = foldText(text, width);
        expect(lines.every((line) => [...line].length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
