import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { embeddedEncoder, PATH } from '../../scripts/embed-encoder.js';

it("the program of the encoder's thread is that of its source; else run npx tsx scripts/embed-encoder.ts", async () => {
  expect((await readFile(PATH, 'utf8')) === (await embeddedEncoder())).toBe(true);
});
