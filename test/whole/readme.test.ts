import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, read } from '../unit/support/workspace.js';
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

/** Package names resolve from below `examples/`, whose manifest lists all packages. */
const programs = join(root, 'examples/node_modules/.readme');
let clone: string;

/** A folder that looks like the repository but whose `output/` is thrown away. */
beforeAll(async () => {
  clone = await scratch();
  for (const name of ['examples', 'packages']) await symlink(join(root, name), join(clone, name), 'junction');
  await mkdir(programs, { recursive: true });
});

afterAll(() => rm(programs, { recursive: true, force: true }));

describe('blocks marked runnable', () => {
  it('stand in the README, CONTRIBUTING and every package that has code to show', () => {
    const files = new Set(BLOCKS.map(({ file }) => file));
    for (const file of ['README.md', 'CONTRIBUTING.md', 'packages/core/README.md', 'packages/deeplogbot/README.md']) {
      expect(files).toContain(file);
    }
  });

  it.each(BLOCKS.map((block) => [`${block.file}:${block.line}`, block] as const))('%s', async (name, block) => {
    if (block.language === 'sh') {
      await run('bash', ['-euo', 'pipefail', '-c', block.code], { cwd: clone });
      return;
    }
    const program = join(programs, `${name.replace(/\W+/g, '-')}.mts`);
    await writeFile(program, block.code);
    const env = { TSX_TSCONFIG_PATH: join(root, 'tsconfig.base.json') };
    const printed = (await node(['--import', TSX, program], { cwd: clone, env })).split('\n');
    const wanted = [...block.code.matchAll(/^\s*\/\/ prints (.*)$/gm)].map((match) => match[1]!);
    expect(printed.slice(0, wanted.length)).toEqual(wanted);
  });
});
