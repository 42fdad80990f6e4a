import { readdir, readFile, writeFile } from 'node:fs/promises';
import { openOutputDir } from '@deeplogbot/core/node';
import { beforeAll, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';

let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

it('writes pieces of text and bytes in the order in which they come, across batches', async () => {
  const target = await openOutputDir(folder);
  const long = 'é'.repeat(1 << 20);
  const pieces = ['a', Uint8Array.of(0xff, 0), '', 'b', long, 'c', Uint8Array.of(), 'd', Uint8Array.of(7)];
  const path = await target.write('mixed.bin', pieces);
  const wanted = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
  expect((await readFile(path)).equals(wanted)).toBe(true); // a list of differences of a megabyte helps nobody
});

it('lets others write a file, and leaves nothing when they fail', async () => {
  const target = await openOutputDir(folder);
  const elsewhere = async (path: string, fails: boolean) => {
    await writeFile(path, Uint8Array.of(0xff, 0xc3));
    if (fails) throw new RangeError('no more');
  };
  const path = await target.fill!('elsewhere.bin', (temporary) => elsewhere(temporary, false));
  expect([...(await readFile(path))]).toEqual([0xff, 0xc3]);
  await expect(target.fill!('failed.bin', (temporary) => elsewhere(temporary, true))).rejects.toThrow('no more');
  await expect(target.fill!('../out.bin', (temporary) => elsewhere(temporary, false))).rejects.toMatchObject({
    code: 'UNSAFE_FILE_NAME',
  });
  expect((await readdir(folder)).filter((name) => name.includes('failed'))).toEqual([]);
});

it('leaves nothing when a piece cannot be made', async () => {
  const target = await openOutputDir(folder);
  const broken = function* () {
    yield 'a';
    throw new RangeError('no more');
  };
  await expect(target.write('broken.txt', broken())).rejects.toThrow('no more');
  expect((await readdir(folder)).filter((name) => name.includes('broken'))).toEqual([]);
});
