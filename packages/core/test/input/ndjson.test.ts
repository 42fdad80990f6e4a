import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { identifier, sql, texts } from '@deeplogbot/core';
import { resolveInput } from '@deeplogbot/core/node';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { useEngine } from '../support/engine.js';

/** Lines of which it is known what must come of them; `fields` null = set aside, undefined = blank. */
interface Line {
  readonly bytes: Uint8Array;
  readonly fields?: Record<string, unknown> | null;
}

const bytes = (text: string) => Buffer.from(text, 'utf8');
const field = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((name) => !name.includes('\u0000') && name.isWellFormed());
const hostile = fc.constantFrom('geo', '/', '~1', '"; DROP TABLE x; --', '$.a', '0', 'a.b', "'", 'a b', 'Ä');
const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed() && !text.includes('\u0000')),
  fc.constantFrom('=cmd()', '<script>', "';--", 'x\ny\r\t', '{"a":1}', 'null'),
  fc.constant(null),
  fc.integer(),
  fc.boolean(),
);
const good: fc.Arbitrary<Line> = fc
  .uniqueArray(fc.tuple(fc.oneof(field, hostile), value), { maxLength: 5, selector: ([name]) => name.toLowerCase() })
  .map((entries) => {
    const fields = Object.fromEntries(entries);
    return { bytes: bytes(JSON.stringify(fields)), fields };
  });
const bad: fc.Arbitrary<Line> = fc
  .oneof(
    fc.constantFrom('[1,2]', '5', 'null', '"x"', '{"a":1', '{"a":1} {"b":2}', '{bad}', '}', '{"":1}', '{"a\\u0000":1}'),
    fc.constantFrom('{"a":"\u0001"}', '{"a":"\\ud800"}', '{"a":"\u0000"}'),
  )
  .map((text): Line => ({ bytes: bytes(text), fields: null }));
const notUtf8: fc.Arbitrary<Line> = fc.constant({
  bytes: Buffer.concat([bytes('{"a":"'), Buffer.of(0xff), bytes('"}')]),
  fields: null,
});
const blank: fc.Arbitrary<Line> = fc.constantFrom('', ' ', '\t ', '\r').map((text) => ({ bytes: bytes(text) }));
const line = fc.oneof({ weight: 5, arbitrary: good }, { weight: 2, arbitrary: bad }, notUtf8, blank);

describe('newline-delimited JSON on the native engine', () => {
  const engine = useEngine();
  let folder: string;
  beforeAll(async () => {
    folder = await scratch();
  });

  const bind = async (name: string, content: Uint8Array | string) => {
    await writeFile(join(folder, name), content);
    return engine.current.bind(await resolveInput(join(folder, name)));
  };

  it('makes of every line a row or a rejected line with its number, and keeps every value', async () => {
    const newline = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), newline, async (lines, end) => {
        const all = [...lines, { bytes: bytes('{"geo":"last"}'), fields: { geo: 'last' } }];
        const relation = await bind('log.ndjson', Buffer.concat(all.flatMap((one) => [one.bytes, bytes(end)])));
        const rejected = all.flatMap(({ fields }, i) => (fields === null ? [i + 1] : []));
        expect(relation.rejected.map((row) => row.line)).toEqual(rejected);
        expect(relation.rejected.every((row) => row.reason !== '' && row.file.endsWith('log.ndjson'))).toBe(true);
        const kept = all.flatMap(({ fields }) => (fields ? [fields] : []));
        expect(relation.rows).toBe(kept.length);
        const batch = await engine.current.columns(sql`SELECT * FROM ${relation.name}`);
        for (const { name } of relation.columns) expect(texts(batch, name)).toEqual(kept.map(textIn(name)));
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  const textIn = (name: string) => (fields: Record<string, unknown>) => {
    const found = Object.entries(fields).find(([key]) => key === name)?.[1] ?? null;
    return found === null ? null : typeof found === 'string' ? found : JSON.stringify(found);
  };

  it('says file, line and reason, also in compressed files and several', async () => {
    const text = '{"a":"1"}\n\n  \n{"a":\n{"a":"2","b":[1,{"c":null}]}\n[]\n';
    await mkdir(join(folder, 'several'));
    await writeFile(join(folder, 'several', '1.ndjson'), text);
    await writeFile(
      join(folder, 'several', '2.ndjson.gz'),
      Buffer.concat([gzipSync(text), gzipSync('{"b":"3"}\nx\n')]),
    );
    const relation = await engine.current.bind(await resolveInput(join(folder, 'several')));
    const found = relation.rejected.map(({ file, line: at, reason }) => [file.slice(-11), at, reason]);
    expect(found).toEqual([
      ['al/1.ndjson', 4, 'is not JSON'],
      ['al/1.ndjson', 6, 'is not a JSON object'],
      ['2.ndjson.gz', 4, 'is not JSON'],
      ['2.ndjson.gz', 6, 'is not a JSON object'],
      ['2.ndjson.gz', 8, 'is not JSON'],
    ]);
    const batch = await engine.current.columns(sql`SELECT * FROM ${relation.name}`);
    expect([texts(batch, 'a'), texts(batch, 'b')]).toEqual([
      ['1', '2', '1', '2', null],
      [null, '[1,{"c":null}]', null, '[1,{"c":null}]', '3'],
    ]);
  });

  it('keeps names that differ in case apart, and numbers and times as they were written', async () => {
    const relation = await bind('case.ndjson', '{"a":1.5,"A":12345678901234567890,"t":"2024-01-01T00:00:00+02:00"}\n');
    const [first, second, t] = relation.columns.map(({ name }) => name);
    const batch = await engine.current.columns(
      sql`SELECT ${identifier(first!)} AS x, ${identifier(second!)} AS y, ${identifier(t!)} AS z FROM ${relation.name}`,
    );
    expect([texts(batch, 'x'), texts(batch, 'y'), texts(batch, 'z')]).toEqual([
      ['1.5'],
      ['12345678901234567890'],
      ['2024-01-01T00:00:00+02:00'],
    ]);
  });

  it('reads partitions of folder names', async () => {
    await mkdir(join(folder, 'h', 'Year=2024'), { recursive: true });
    await writeFile(join(folder, 'h', 'Year=2024', 'x.ndjson'), '{"a":"1","year":"1999"}\n');
    const relation = await engine.current.bind(await resolveInput(join(folder, 'h')));
    expect(relation.columns.map(({ name }) => name)).toEqual(['a', 'Year']);
  });

  it.each([
    ['no object at all', '1\n2\n', 'EMPTY_INPUT'],
    ['no field', '{}\n{}\n', 'EMPTY_INPUT'],
    ['a line too long', `{"a":"${'x'.repeat(34_000_000)}"}\n`, 'UNREADABLE_INPUT'],
    ['too many names', Array.from({ length: 10_001 }, (_, i) => `{"f${i}":1}`).join('\n'), 'TOO_MANY_COLUMNS'],
  ])('refuses %s', async (_name, content, code) => {
    await expect(bind('odd.ndjson', content)).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  });
});
