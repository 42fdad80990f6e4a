import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { type FileFacts, standingOf } from '../../src/store/known-files.js';

/** Files of these contents, all of them known. */
async function known(contents: Readonly<Record<string, string>>) {
  const folder = await scratch();
  const at = (name: string) => join(folder, name);
  for (const [name, text] of Object.entries(contents)) await writeFile(at(name), text);
  const { given } = await standingOf(Object.keys(contents).map(at), []);
  return { at, files: given.map(({ facts }) => facts) };
}

const names = (files: readonly FileFacts[]) => files.map(({ path }) => path.split('/').at(-1));

it('knows a file by its content, a new one by having none', async () => {
  const { at, files } = await known({ a: 'one', b: 'two' });
  await writeFile(at('c'), 'three');
  const standing = await standingOf([at('b'), at('c')], files);
  expect(standing.given.map(({ known: before }) => before?.path)).toEqual([at('b'), undefined]);
  expect(names(standing.others)).toEqual(['a']);
  expect(standing).toMatchObject({ moved: [], replaced: [] });
});

it('notices another content under a known name, also in the same file with the size and time of before', async () => {
  const { at } = await known({ a: 'one', b: 'two' });
  const time = new Date(1_700_000_000_000);
  await utimes(at('a'), time, time);
  const { given } = await standingOf([at('a'), at('b')], []);
  const files = given.map(({ facts }) => facts);
  await writeFile(at('a'), 'eno');
  await utimes(at('a'), time, time);
  const standing = await standingOf([at('a'), at('b')], files);
  expect(standing.given[0]!.facts).toMatchObject({ modified: files[0]!.modified, inode: files[0]!.inode });
  expect(standing.replaced).toEqual([at('a')]);
  expect(standing.given[0]!.known).toBeUndefined();
});

it('says which given file vanished', async () => {
  const { at } = await known({ a: 'one' });
  await expect(standingOf([at('a'), at('gone')], [])).rejects.toMatchObject({
    code: 'UNREADABLE_INPUT',
    message: `Cannot read ${at('gone')}: ENOENT.`,
    hint: expect.stringContaining('It was there when the run began'),
  });
});

it('refuses a content under two names, given or known', async () => {
  const { at, files } = await known({ a: 'one' });
  await writeFile(at('copy'), 'one');
  for (const [paths, before] of [
    [[at('a'), at('copy')], []],
    [[at('copy')], files],
    [[at('copy'), at('a')], files],
  ] as const) {
    await expect(standingOf(paths, before)).rejects.toMatchObject({
      code: 'REPEATED_INPUT',
      message: expect.stringMatching(/copy has the same content as .*a:|a has the same content as .*copy:/),
    });
  }
});

it('takes a content whose first name is gone as moved', async () => {
  const { at, files } = await known({ a: 'one' });
  await rename(at('a'), at('z'));
  const standing = await standingOf([at('z')], files);
  expect(standing).toMatchObject({ moved: [{ from: at('a'), to: at('z') }], replaced: [], others: [] });
  expect(standing.given[0]!.known).toEqual(files[0]);
});

it('follows a rotation, in which a name gets new content and the old one moves on', async () => {
  const { at, files } = await known({ 'log.1': 'older', log: 'old' });
  await rename(at('log.1'), at('log.2'));
  await rename(at('log'), at('log.1'));
  await writeFile(at('log'), 'new');
  const standing = await standingOf([at('log.2'), at('log.1'), at('log')], files);
  expect(standing.given.map(({ known: before }) => before?.path)).toEqual([at('log.1'), at('log'), undefined]);
  expect(standing).toMatchObject({ others: [], replaced: [] });
  expect(standing.moved).toHaveLength(2);
});

it('does not look for known files that are not given', async () => {
  const { at, files } = await known({ a: 'one', b: 'two' });
  await rm(at('a'));
  const standing = await standingOf([at('b')], files);
  expect(names(standing.others)).toEqual(['a']);
});
