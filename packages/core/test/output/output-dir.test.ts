import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutputDir } from '@deeplogbot/core/node';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeplogbot-output-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('writes pieces of text and bytes in the order in which they come, across batches', async () => {
  const target = await openOutputDir(folder);
  const long = 'é'.repeat(1 << 20);
  const pieces = ['a', Uint8Array.of(0xff, 0), '', 'b', long, 'c', Uint8Array.of(), 'd', Uint8Array.of(7)];
  const path = await target.write('mixed.bin', pieces);
  const wanted = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
  expect((await readFile(path)).equals(wanted)).toBe(true); // a list of differences of a megabyte helps nobody
});

it('writes pieces that are made elsewhere, and leaves nothing when one of them fails', async () => {
  const target = await openOutputDir(folder);
  const pieces = async function* (fails: boolean) {
    yield Uint8Array.of(0xff);
    yield 'é';
    if (fails) throw new RangeError('no more');
  };
  expect([...(await readFile(await target.write('elsewhere.bin', pieces(false))))]).toEqual([0xff, 0xc3, 0xa9]);
  await expect(target.write('failed.bin', pieces(true))).rejects.toThrow('no more');
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
