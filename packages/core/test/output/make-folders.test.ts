import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOutputDir } from '@deeplogbot/core/node';
import { beforeAll, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { makeFolders } from '../../src/output/make-folders.js';

let root: string;
beforeAll(async () => {
  root = await scratch();
});

it('makes what is missing and says which folder was the first', async () => {
  const folder = join(root, 'a', 'b', 'c');
  expect(await makeFolders(folder)).toBe(join(root, 'a'));
  expect((await stat(folder)).isDirectory()).toBe(true);
  expect(await makeFolders(folder)).toBeUndefined();
  expect(await makeFolders(join(root, 'a', 'd'))).toBe(join(root, 'a', 'd'));
});

it('lets several make one folder at once', async () => {
  const folder = join(root, 'at', 'once');
  await Promise.all([1, 2, 3, 4].map(() => makeFolders(folder)));
  expect((await stat(folder)).isDirectory()).toBe(true);
});

it('refuses a name that a file has, and a folder below a file', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await expect(makeFolders(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolders(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.skipIf(process.platform !== 'linux')('ends where a file system takes no folders and says ENOENT', async () => {
  await expect(openOutputDir('/proc/deeplogbot/out')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});
