import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineSchema, sql, texts } from '@deeplogbot/core';
import { openState, type StateLog } from '@deeplogbot/core/node';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { useEngine } from '../support/engine.js';

const engine = useEngine();
const schema = defineSchema({
  locationField: 'place',
  timestampField: 'at',
  countryField: 'country',
  cityField: null,
  userField: null,
  projectField: null,
  fileField: null,
  methodField: null,
});
const HOW = { schema, further: [], format: 'csv' } as const;
const OPTIONS = { identity: { schema: 'this one' }, version: '1' };

/** Gives files to the state of a folder, and makes them its own. */
async function add(folder: string, paths: readonly string[], identity = OPTIONS.identity): Promise<StateLog> {
  const state = await openState(join(folder, 'state'), { ...OPTIONS, identity });
  try {
    const log = await state.add(engine.current, paths, HOW);
    await state.commit();
    return log;
  } finally {
    await state.close();
  }
}

async function rowsOf({ relation }: StateLog) {
  const batch = await engine.current.columns(sql`SELECT key_text, country FROM ${relation.name}`);
  const countries = texts(batch, 'country');
  return texts(batch, 'key_text').map((key, i) => [key, countries[i]]);
}

/** A log of one row in a folder that is a column. */
async function logIn(folder: string, country: string, place: string): Promise<string> {
  await mkdir(join(folder, `country=${country}`), { recursive: true });
  const path = join(folder, `country=${country}`, `${place}.csv`);
  await writeFile(path, `place,at\n${place},2024-01-01T00:00:00Z\n`);
  return path;
}

describe('a state', () => {
  it('reads what is new and nothing else, and keeps the order of its files', async () => {
    const folder = await scratch();
    const [a, b] = [await logIn(folder, 'DE', 'a'), await logIn(folder, 'DE', 'b')];
    expect((await add(folder, [b])).scanned).toEqual([b]);
    const both = await add(folder, [a]);
    expect([both.scanned, both.files.map(({ path }) => path)]).toEqual([[a], [b, a]]);
    expect(await rowsOf(both)).toEqual([
      ['b', 'DE'],
      ['a', 'DE'],
    ]);
    expect((await add(folder, [b])).files.map(({ path }) => path)).toEqual([b, a]);
    const again = await add(folder, [a, b]);
    expect([again.scanned, again.files.map(({ path }) => path)]).toEqual([[], [a, b]]);
  });

  it('reads a known content anew where a folder gives it another column, and forgets what it was before', async () => {
    const folder = await scratch();
    const path = await logIn(folder, 'DE', 'a');
    await add(folder, [path]);
    await mkdir(join(folder, 'country=FR'));
    const moved = join(folder, 'country=FR', 'a.csv');
    await rename(path, moved);
    const log = await add(folder, [moved]);
    expect([log.scanned, log.moved]).toEqual([[moved], [{ from: path, to: moved }]]);
    expect(await rowsOf(log)).toEqual([['a', 'FR']]);
    const [{ part }] = log.files as [StateLog['files'][number]];
    expect((await readdir(join(folder, 'state', 'parts'))).sort()).toEqual([`${part}.json`, `${part}.parquet`]);
  });

  it('is refused to a run of another identity, and stays as it was without a commit', async () => {
    const folder = await scratch();
    const [a, b] = [await logIn(folder, 'DE', 'a'), await logIn(folder, 'DE', 'b')];
    await add(folder, [a]);
    await expect(add(folder, [b], { schema: 'another' })).rejects.toMatchObject({ code: 'STALE_STATE' });
    const state = await openState(join(folder, 'state'), OPTIONS);
    await state.add(engine.current, [b], HOW);
    await state.close();
    expect((await add(folder, [a])).files.map(({ path }) => path)).toEqual([a]);
  });
});
