import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { filesBelow, importsOf } from '../unit/support/workspace.js';
import { node, root, scratch } from './support/run.js';

const EXAMPLES = filesBelow('examples', /\.ts$/)
  .filter((path) => path.split('/').length === 2)
  .map((path) => path.slice('examples/'.length, -'.ts'.length));
const TSX = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href;

it('has an example for each way of use', () => {
  expect(EXAMPLES).toEqual([
    'custom-classifier',
    'custom-extractor',
    'embed-in-etl',
    'remapped-schema',
    'staged-calls',
  ]);
});

it.each(EXAMPLES)('%s is short and imports packages by name', async (name) => {
  const path = `examples/${name}.ts`;
  expect((await readFile(join(root, path), 'utf8')).split('\n').length - 1).toBeLessThanOrEqual(60);
  expect(importsOf(path).filter((specifier) => specifier.startsWith('.') || specifier.includes('/src'))).toEqual([]);
});

/** The built packages run, not their sources: the base configuration maps no names. */
it.each(EXAMPLES)('%s prints what examples/expected says', async (name) => {
  const env = { TSX_TSCONFIG_PATH: join(root, 'tsconfig.base.json') };
  const printed = await node(['--import', TSX, join(root, `examples/${name}.ts`)], { cwd: await scratch(), env });
  await expect(printed).toMatchFileSnapshot(join(root, `examples/expected/${name}.txt`));
});
