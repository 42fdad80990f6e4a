import {
  BASE_SCHEMA,
  bindSchema,
  defineDerived,
  defineExtractor,
  defineSeries,
  extractFeatures,
  type FeatureTable,
  float64,
  numbers,
  type Relation,
  StoredColumns,
  sql,
} from '@deeplogbot/core';
import { openColumnSpill, openResumeStore } from '@deeplogbot/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { logOf, useEngine } from '../support/engine.js';

const engine = useEngine();
const spec = float64({ unit: '1', meaning: 'test', formula: 'test', nullWhen: 'never' });

/** More keys than a block holds; every third one has no row in `sparse`, and the one with a single download is not kept. */
const KEYS = 70_000;
const LOG = sql`
  SELECT printf('%06d', (i * 7919) % ${KEYS}) AS geo_location, 'u' AS "user", 'X' AS country, 'f' AS filename,
         TIMESTAMP '2024-01-01' + to_seconds(i) AS timestamp
  FROM range(${2 * KEYS - 1}) t(i)`;

const sparse = defineExtractor({
  name: 'sparse',
  from: ['events'],
  columns: { half: spec, whole: spec },
  query: ({ events }) => sql`
    SELECT key, key / 2 AS half, count(*) AS whole FROM ${events!} WHERE key % 3 > 0 GROUP BY key`,
});
const doubled = defineDerived({
  name: 'doubled',
  from: ['half'],
  columns: { doubled: spec },
  compute: (table) => ({ doubled: table.need('half').map((value) => 2 * value) }),
});
const last = defineSeries({
  name: 'last',
  from: ['events'],
  columns: { last: spec },
  query: ({ events }) => sql`SELECT key, epoch(ts) AS at FROM ${events!} WHERE key < 100 ORDER BY key, ts`,
  compute: ({ at }) => ({ last: at!.at(-1)! }),
});

/** `toEqual` takes a second for a column. */
const isSame = (a: Float64Array, b: Float64Array) =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

describe('features of a table that is too large for memory', () => {
  let relation: Relation;
  let tables: readonly FeatureTable[];
  beforeAll(async () => {
    relation = await logOf(engine.current, LOG);
    const schema = bindSchema({ ...BASE_SCHEMA, minLocationDownloads: 2 }, relation.columns);
    const nodes = [sparse, doubled, last];
    const extract = async (above?: number) => {
      const spill = above === undefined ? {} : { spill: openColumnSpill({ above }) };
      return (await extractFeatures(engine.current, relation, { nodes, schema, ...spill })).features;
    };
    tables = [await extract(), await extract(0), await extract(Number.POSITIVE_INFINITY)];
  });

  it('are the same on disk as in memory, and on disk only above the limit', () => {
    const [plain, spilled, below] = tables as [FeatureTable, FeatureTable, FeatureTable];
    expect([plain, spilled, below].map(({ columns }) => columns instanceof StoredColumns)).toEqual([
      false,
      true,
      false,
    ]);
    expect(plain.rows).toBe(KEYS - 1);
    for (const table of [spilled, below]) {
      expect([...table.columns.keys()]).toEqual(['half', 'whole', 'doubled', 'last']);
      for (const [name, values] of plain.columns)
        expect([name, isSame(table.need(name), values)]).toEqual([name, true]);
    }
    // Worked by hand: key 65,537 lies in the second block, 65,538 is a multiple of three.
    expect(spilled.range('half', 65_537, 65_539)).toEqual(Float64Array.of(32_768.5, Number.NaN));
  });

  it('stay in memory while a store keeps them', async () => {
    const store = await openResumeStore(await scratch(), { run: 'this one' });
    const schema = bindSchema({ ...BASE_SCHEMA, minLocationDownloads: 2 }, relation.columns);
    const options = { nodes: [sparse], schema, store, spill: openColumnSpill({ above: 0 }) };
    const { features } = await extractFeatures(engine.current, relation, options);
    expect(features.columns).not.toBeInstanceOf(StoredColumns);
    await store.finish();
  });

  it('stay where they are when columns are added or rows are picked', () => {
    const [plain, spilled] = tables as [FeatureTable, FeatureTable];
    const ones = new Float64Array(plain.rows).fill(1);
    const both = [plain, spilled].map((table) => table.with({ ones }));
    expect(both[1]!.columns).toBeInstanceOf(StoredColumns);
    for (const from of [0, 5]) expect(both[1]!.range('ones', from, from + 2)).toEqual(Float64Array.of(1, 1));
    for (const [name, values] of both[1]!.columns) expect(isSame(both[0]!.need(name), values)).toBe(true);
    const order = [69_000, 1, 40_000];
    const picked = new Map(
      [...plain.with({ ones }).columns].map(([name, values]) => [name, Float64Array.from(order, (i) => values[i]!)]),
    );
    for (const table of both) {
      expect(table.pick(order).columns).toEqual(picked);
      expect(table.inOrder(order)(0, 3)).toEqual(picked);
      expect(table.inOrder(order)(1, 2).get('half')).toEqual(Float64Array.of(0.5));
    }
  });

  it('are those of the log, and no other table changes them', async () => {
    const again = openColumnSpill({ above: 0 });
    const [a, b] = [again.begin(['x', 'y'], 2), again.begin(['x'], 2)];
    a.write('y', 0, Float64Array.of(1, 2));
    b.write('x', 0, Float64Array.of(5, 6));
    a.write('x', 1, Float64Array.of(4));
    a.write('x', 0, Float64Array.of(3));
    expect([a.column('x').read(), a.column('y').read(), b.column('x').read(1)]).toEqual([
      Float64Array.of(3, 4),
      Float64Array.of(1, 2),
      Float64Array.of(6),
    ]);
    const counted = await engine.current.columns(sql`SELECT count(*) AS n FROM ${relation.name}`);
    expect([...numbers(counted, 'n')]).toEqual([2 * KEYS - 1]);
  });

  it('say where no more could be written', () => {
    const open = () => openColumnSpill({ folder: '/nowhere/at/all', above: 0 }).begin(['x'], 1);
    expect(open).toThrow(expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE' }));
  });
});
