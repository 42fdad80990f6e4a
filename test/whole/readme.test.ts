import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, packages, read } from '../unit/support/workspace.js';
import { node, root, run, scratch } from './support/run.js';

interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: 'ts' | 'sh';
  readonly code: string;
}

/** Blocks that say `ts runnable` or `sh runnable` behind their fence. */
const BLOCKS: readonly Block[] = filesBelow('.', /\.md$/).flatMap((file) => {
  const text = read(file);
  return [...text.matchAll(/^```(ts|sh) runnable\n([\s\S]*?)^```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] as Block['language'],
    code: match[2]!,
  }));
});
const TSX = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href;

let clone: string;

/** A folder that looks like the repository with its packages installed, but whose `output/` is thrown away. */
beforeAll(async () => {
  clone = await scratch();
  const link = (from: string, to: string) => symlink(join(root, from), join(clone, to), 'junction');
  for (const name of ['examples', 'packages']) await link(name, name);
  await mkdir(join(clone, 'node_modules/@deeplogbot'), { recursive: true });
  for (const { folder, manifest } of packages()) await link(folder, `node_modules/${manifest.name}`);
  await copyFile(join(root, 'examples/demo/downloads.parquet'), join(clone, 'downloads.parquet'));
});

describe('blocks marked runnable', () => {
  it('stand in the README, in CONTRIBUTING and in the README of every package', () => {
    const files = new Set(BLOCKS.map(({ file }) => file));
    const wanted = ['README.md', 'CONTRIBUTING.md', ...packages().map(({ folder }) => `${folder}/README.md`)];
    expect(wanted.filter((file) => !files.has(file))).toEqual([]);
  });

  it.each(BLOCKS.map((block) => [`${block.file}:${block.line}`, block] as const))('%s', async (name, block) => {
    if (block.language === 'sh') {
      const printed = await run('bash', ['-euo', 'pipefail', '-c', block.code], { cwd: clone });
      const wanted = [...block.code.matchAll(/^# prints ?(.*)$/gm)].map((match) => match[1]!);
      expect(printed).toContain(wanted.join('\n'));
      return;
    }
    const program = join(clone, `${name.replace(/\W+/g, '-')}.mts`);
    await writeFile(program, block.code);
    const env = { TSX_TSCONFIG_PATH: join(root, 'tsconfig.base.json') };
    const printed = (await node(['--import', TSX, program], { cwd: clone, env })).split('\n');
    const wanted = [...block.code.matchAll(/^\s*\/\/ prints (.*)$/gm)].map((match) => match[1]!);
    expect(printed.slice(0, wanted.length)).toEqual(wanted);
  });
});
