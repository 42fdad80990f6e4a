import { identifier, literal, sql } from '@deeplogbot/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../test/support/any-character.js';

describe('sql', () => {
  it('places pieces as they are and values as literals', () => {
    const column = identifier('a"; DROP TABLE x; --');
    expect(sql`SELECT ${column} = ${"it's"}, ${1.5}, ${7}, ${null}, ${true}, ${[1, 'b']}`.text).toBe(
      `SELECT "a""; DROP TABLE x; --" = 'it''s', CAST('1.5' AS DOUBLE), 7, NULL, TRUE, 1, 'b'`,
    );
  });

  it('refuses what has no literal', () => {
    expect(() => literal(Number.NaN)).toThrow('must be finite');
    expect(() => literal('a\u0000b')).toThrow('NUL');
    expect(() => identifier('a\u0000b')).toThrow('NUL');
  });

  it('never lets a text end its literal or its name', () => {
    const withoutNul = fc.string({ unit: anyCharacter }).filter((text) => !text.includes('\u0000'));
    fc.assert(
      fc.property(withoutNul, (text) => {
        expect(literal(text).text.slice(1, -1).replaceAll("''", '')).not.toContain("'");
        expect(identifier(text).text.slice(1, -1).replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
});
