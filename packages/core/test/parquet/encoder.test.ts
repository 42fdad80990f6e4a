import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../../test/support/any-character.js';
import { scratch } from '../../../../test/support/scratch.js';
import { type AppendedColumn, codedColumn } from '../../src/parquet/coded-column.js';
import { type Encoder, HostEncoder, WorkerEncoder } from '../../src/parquet/encoder.js';

/** A text of strangers, a number that repeats, one that does not, a flag: four values each, as positions name them. */
const columnsOf = (texts: readonly (string | null)[]): AppendedColumn[] => [
  { name: 'text', type: 'text', values: texts },
  { name: 'few', type: 'number', values: [null, -1.5, Number.NaN, -1.5] },
  { name: 'many', type: 'number', values: [0.1, 0.2, null, 0.4] },
  { name: 'flag', type: 'flag', values: [true, false, true, false] },
];

let folder = '';
beforeAll(async () => {
  folder = await scratch();
});

const HEAD = 'PAR1 and what stands before';

/** Jobs give their buffers away, so each is made anew; three rows make `many` a column without a dictionary. */
async function job(name: string, texts: readonly (string | null)[]) {
  const path = join(folder, name);
  await writeFile(path, HEAD);
  return { path, at: HEAD.length, columns: columnsOf(texts).map((column) => codedColumn(column, 3)) };
}

async function encoded(encoder: Encoder, groups: readonly (readonly number[])[]) {
  try {
    for (const group of groups) await encoder.push(Uint32Array.from(group));
    return await encoder.finish();
  } finally {
    await encoder.close();
  }
}

/** What keeps the process alive because of a thread. */
const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker');

describe('an encoder in a thread', () => {
  it('gives the bytes and chunks of one without, whatever the texts and row groups', async () => {
    const texts = fc.array(fc.option(fc.string({ unit: anyCharacter, maxLength: 80 })), { minLength: 4, maxLength: 4 });
    const group = fc.array(fc.nat(3), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(group, { minLength: 1, maxLength: 4 }), async (values, groups) => {
        const [here, there] = [await job('here', values), await job('there', values)];
        const [inHost, inThread] = [new HostEncoder(here), new WorkerEncoder(there, 10)];
        expect(await encoded(inThread, groups)).toEqual(await encoded(inHost, groups));
        const bytes = await readFile(there.path);
        expect(bytes.equals(await readFile(here.path))).toBe(true);
        expect(bytes.subarray(0, HEAD.length).toString()).toBe(HEAD);
      }),
      { numRuns: 8 },
    );
  });

  it('fails with a code of its own where the thread dies, and leaves none behind', async () => {
    const { columns, ...place } = await job('dies', ['a', 'b', 'c', 'd']);
    const starts = { buffer: new ArrayBuffer(4), length: -5 } as unknown as Uint32Array;
    const broken = { ...columns[0]!, starts } as (typeof columns)[number];
    const encoder = new WorkerEncoder({ ...place, columns: [broken] }, 10);
    await expect(encoded(encoder, [[0]])).rejects.toMatchObject({ code: 'ENCODER_FAILED' });
    expect(threads()).toEqual([]);
  });

  it('waits while more rows than it was allowed are on their way', async () => {
    const encoder = new WorkerEncoder(await job('waits', ['a', 'b', 'c', 'd']), 2);
    let begun = false;
    const first = encoder.push(Uint32Array.of(0, 1, 2)).then(() => {
      begun = true;
    });
    await Promise.resolve();
    expect(begun).toBe(false);
    await first;
    await encoder.push(Uint32Array.of(3));
    expect((await encoder.finish()).map(([chunk]) => chunk!.values)).toEqual([3, 1]);
    await encoder.close();
  });

  it('leaves the numbers of its caller alone', async () => {
    const [values, place] = [Float64Array.of(1, 2, 3, 4), await job('own', ['a', 'b', 'c', 'd'])];
    const columns = [codedColumn({ name: 'own', type: 'number', values }, 3)];
    await encoded(new WorkerEncoder({ ...place, columns }, 9), [[0, 1, 2]]);
    expect([...values]).toEqual([1, 2, 3, 4]);
  });

  it('hands over why it cannot write, with the code of the system, and leaves no thread behind', async () => {
    const before = threads();
    const encoder = new WorkerEncoder(
      { ...(await job('gone', ['a', 'b', 'c', 'd'])), path: join(folder, 'no', 'x') },
      9,
    );
    await expect(encoded(encoder, [[0], [1]])).rejects.toMatchObject({ code: 'ENOENT' });
    expect(threads()).toEqual(before);
  });

  it('ends when the run is cancelled, before and while it works', async () => {
    const before = threads();
    const control = new AbortController();
    const encoder = new WorkerEncoder(await job('cancelled', ['a', 'b', 'c', 'd']), 9, control.signal);
    await encoder.push(Uint32Array.of(0));
    control.abort();
    await expect(encoder.finish()).rejects.toMatchObject({ code: 'ABORTED' });
    await encoder.close();
    const late = new WorkerEncoder(await job('late', ['a', 'b', 'c', 'd']), 9, control.signal);
    await expect(encoded(late, [[0]])).rejects.toMatchObject({ code: 'ABORTED' });
    expect(threads()).toEqual(before);
  });
});
