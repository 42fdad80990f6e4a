import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BASE_SCHEMA,
  bindSchema,
  defineAggregate,
  defineDerived,
  defineExtractor,
  defineLookup,
  defineSeries,
  extractFeatures,
  float64,
  type KeyTable,
  type NodeStore,
  type PlanNode,
  type QueryContext,
  sql,
} from '@deeplogbot/core';
import { openResumeStore } from '@deeplogbot/core/node';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { logOf, useEngine } from '../support/engine.js';

const engine = useEngine();
const spec = float64({ unit: '1', meaning: 'test', formula: 'test', nullWhen: 'never' });

const LOG = sql`
  SELECT 'L' || (i % 7) AS geo_location, 'C' AS country, 'c' AS geoip_city_name, 'u' || (i % 11) AS "user",
         TIMESTAMP '2024-01-01' + to_minutes(i * i % 5000) AS timestamp, 'f' || (i % 13) AS filename
  FROM range(400) r(i)`;

/** One node of each kind, several readers, a view, and an aggregate that nobody reads. */
const NODES: readonly PlanNode[] = [
  defineAggregate({
    name: 'by_user',
    from: ['events'],
    grain: ['key', 'user'],
    query: ({ events }) =>
      sql`SELECT key, "user", count(*) AS n, sum(epoch_us(ts)) AS wide FROM ${events!} GROUP BY ALL`,
  }),
  defineAggregate({
    name: 'big_users',
    from: ['by_user'],
    grain: ['key', 'user'],
    build: 'view',
    query: ({ by_user }) => sql`SELECT * FROM ${by_user!} WHERE n > 2`,
  }),
  defineAggregate({
    name: 'unread',
    from: ['events'],
    grain: [],
    query: ({ events }) => sql`SELECT count(*) AS n FROM ${events!}`,
  }),
  defineLookup({
    name: 'weights',
    from: ['keys'],
    compute: ({ keys }) => ({
      rows: keys.length,
      columns: { key: Float64Array.from(keys, (_, i) => i), weight: Float64Array.from(keys, (_, i) => i + 0.5) },
    }),
  }),
  defineExtractor({
    name: 'users',
    from: ['by_user', 'weights'],
    columns: { users: spec, weight: spec },
    query: ({ by_user, weights }) =>
      sql`SELECT b.key, count(*) AS users, any_value(w.weight) AS weight FROM ${by_user!} b JOIN ${weights!} w ON b.key = w.key GROUP BY b.key`,
  }),
  defineExtractor({
    name: 'big',
    from: ['big_users'],
    columns: { big: spec },
    query: ({ big_users }) => sql`SELECT key, count(*) AS big FROM ${big_users!} GROUP BY key`,
  }),
  defineSeries({
    name: 'gaps',
    from: ['events'],
    columns: { last_gap: spec },
    query: ({ events }) => sql`SELECT key, epoch_us(ts) AS ts FROM ${events!} ORDER BY key, ts`,
    compute: ({ ts }) => ({ last_gap: ts!.at(-1)! - ts!.at(-2)! }),
  }),
  defineDerived({
    name: 'ratio',
    from: ['users', 'last_gap'],
    columns: { ratio: spec },
    compute: (table) => ({ ratio: table.need('users').map((n, i) => n / table.need('last_gap')[i]!) }),
  }),
];

const IDENTITY = { 'the input a': 'f'.repeat(64), 'schema.minYear': '2020' };

async function extract(store: NodeStore | undefined, nodes = NODES) {
  const relation = await logOf(engine.current, LOG);
  const schema = bindSchema(BASE_SCHEMA, relation.columns);
  const ran: string[] = [];
  const result = await extractFeatures(engine.current, relation, {
    nodes: nodes.map((node) => spy(node, ran)),
    schema,
    store,
  });
  return { result, ran };
}

/** Notes when a node's function for the host runs. */
function spy(node: PlanNode, ran: string[]): PlanNode {
  if (node.kind !== 'lookup') return node;
  return {
    ...node,
    compute: (keys: KeyTable, context: QueryContext) => {
      ran.push(node.name);
      return node.compute(keys, context);
    },
  };
}

const columnsOf = ({ result }: Awaited<ReturnType<typeof extract>>) =>
  Object.fromEntries([...result.features.columns].map(([name, values]) => [name, [...values]]));

class Killed extends Error {}

/** A store with which a run is dead once it has kept so many things. */
const killedAfter = (store: NodeStore, n: number): NodeStore => {
  let left = n;
  const once =
    <A extends readonly unknown[]>(save: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      if (left-- <= 0) throw new Killed();
      return save(...args);
    };
  return {
    identify: (text) => store.identify(text),
    has: (id) => store.has(id),
    loadTable: (...args) => store.loadTable(...args),
    loadColumns: (...args) => store.loadColumns(...args),
    saveTable: once((...args: Parameters<NodeStore['saveTable']>) => store.saveTable(...args)),
    saveColumns: once((...args: Parameters<NodeStore['saveColumns']>) => store.saveColumns(...args)),
  };
};

describe('a plan that goes on', () => {
  it('gives the same columns and node names wherever it was stopped', async () => {
    const whole = await extract(undefined);
    for (let n = 0; n < 6; n++) {
      const folder = join(await scratch(), 'kept');
      const first = await openResumeStore(folder, IDENTITY);
      await expect(extract(killedAfter(first, n))).rejects.toThrow(Killed);
      await first.close();
      const second = await openResumeStore(folder, IDENTITY);
      expect(second.found).toBe(n);
      const resumed = await extract(second);
      expect(columnsOf(resumed)).toEqual(columnsOf(whole));
      const { nodes, sourceScans, rowCounts } = whole.result;
      expect(resumed.result).toMatchObject({ nodes, sourceScans, rowCounts });
      expect(resumed.result.spared > 0).toBe(n > 1);
      await second.finish();
      await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  it('runs nothing but derived columns when every node is kept', async () => {
    const folder = await scratch();
    const first = await openResumeStore(folder, IDENTITY);
    await extract(first);
    await first.close();
    const second = await openResumeStore(folder, IDENTITY);
    const { result, ran } = await extract(second);
    expect(result.spared).toBe(NODES.length - 1);
    expect(ran).toEqual([]);
    await second.close();
  });

  it('runs a node again whose own text, or that of what it reads, has changed', async () => {
    const folder = await scratch();
    const first = await openResumeStore(folder, IDENTITY);
    const before = columnsOf(await extract(first));
    const query: PlanNode = defineAggregate({
      name: 'by_user',
      from: ['events'],
      grain: ['key', 'user'],
      query: ({ events }) => sql`SELECT key, file AS "user", count(*) AS n FROM ${events!} GROUP BY ALL`,
    });
    const changed = NODES.map((node) => (node.name === 'by_user' ? query : node));
    const after = await extract(first, changed);
    expect(columnsOf(after).users).not.toEqual(before.users);
    expect(columnsOf(after)).toEqual(columnsOf(await extract(undefined, changed)));
    expect(columnsOf(after).last_gap).toEqual(before.last_gap);
    await first.close();
  });
});

describe('a folder of finished nodes', () => {
  const begun = async () => {
    const folder = await scratch();
    const store = await openResumeStore(folder, IDENTITY);
    await extract(store);
    await store.close();
    return folder;
  };

  it('is refused to a run of another identity, and says how that differs', async () => {
    const folder = await begun();
    const other = { 'the input a': 'e'.repeat(64), 'schema.minYear': '2021', 'the input b': '' };
    await expect(openResumeStore(folder, other)).rejects.toMatchObject({
      code: 'STALE_RESUME',
      message: expect.stringMatching(
        /minYear is 2021, was 2020; the input a is eeeeeeeeeeee…, was ffffffffffff…; the input b is new/,
      ),
    });
    await (await openResumeStore(folder, IDENTITY)).close();
  });

  it('is refused where another format wrote it', async () => {
    const folder = await begun();
    const manifest = JSON.parse(await readFile(join(folder, 'resume.json'), 'utf8'));
    await writeFile(join(folder, 'resume.json'), JSON.stringify({ ...manifest, format: 2 }));
    await expect(openResumeStore(folder, IDENTITY)).rejects.toMatchObject({ code: 'STALE_RESUME' });
  });

  it.each([
    ['a manifest that is cut off', (folder: string) => truncate(join(folder, 'resume.json'), 30)],
    ['a manifest without a format', (folder: string) => writeFile(join(folder, 'resume.json'), '{"identity":{}}')],
    ['an entry that is cut off', async (folder: string) => truncate(join(folder, (await some(folder, '.json'))!), 30)],
    [
      'a table that is cut off',
      async (folder: string) => truncate(join(folder, (await some(folder, '.parquet'))!), 30),
    ],
    ['columns that are cut off', async (folder: string) => truncate(join(folder, (await some(folder, '.f64'))!), 8)],
    [
      'an entry that names a file elsewhere',
      async (folder: string) => {
        const path = join(folder, (await some(folder, '.json'))!);
        await writeFile(path, (await readFile(path, 'utf8')).replace(/"file": "/, '"file": "../'));
      },
    ],
    [
      'the entry of another node',
      async (folder: string) => {
        const [one, other] = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
        const entryOf = (table: string) => join(folder, table.replace('.parquet', '.json'));
        await copyFile(entryOf(one!), entryOf(other!));
      },
    ],
  ])('is refused with %s', async (_what, harm) => {
    const folder = await begun();
    await harm(folder);
    await expect(openResumeStore(folder, IDENTITY)).rejects.toMatchObject({ code: 'DAMAGED_STATE' });
  });

  it('takes no notice of what a killed removal or somebody else left, and removes only its own', async () => {
    const folder = await begun();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeFile(join(folder, 'b.parquet'), 'mine');
    await (await openResumeStore(folder, IDENTITY)).finish();
    expect((await readdir(folder)).sort()).toEqual(['b.parquet', 'notes.txt']);
  });

  it('begins anew where only the manifest was removed', async () => {
    const folder = await begun();
    await rm(join(folder, 'resume.json'));
    const store = await openResumeStore(folder, { other: 'run' });
    expect(store.found).toBe(0);
    await store.finish();
  });

  it('is not made where it cannot be', async () => {
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    await expect(openResumeStore(join(file, 'below'), IDENTITY)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });
});

const some = async (folder: string, ending: string) =>
  (await readdir(folder)).find((name) => /^[0-9a-f]{64}/.test(name) && name.endsWith(ending));
