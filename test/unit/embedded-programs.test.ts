import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { embeddedProgram, PROGRAMS, pathOf } from '../../scripts/embed-programs.js';

it.each(PROGRAMS)(
  'the text of $what is that of its source; else run npx tsx scripts/embed-programs.ts',
  async (program) => {
    expect((await readFile(pathOf(program), 'utf8')) === (await embeddedProgram(program))).toBe(true);
  },
);
