import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const source = new URL('../src/tensorflow.ts', import.meta.url).href;

/** A process of its own: the backend starts once in each, and other tests may have started it in this one. */
const SCRIPT = `
  const { withTensorflow } = await import(${JSON.stringify(source)});
  const handlers = process.listenerCount('unhandledRejection');
  const codes = [];
  for (const url of ['/nowhere/', undefined]) {
    await withTensorflow(async () => 1, url).catch((error) => codes.push(error.code));
  }
  process.stdout.write(JSON.stringify({ codes, handlersAdded: process.listenerCount('unhandledRejection') - handlers }));
`;

it('says so when its binary is not where it was said to be', async () => {
  const loader = pathToFileURL(`${root}node_modules/tsx/dist/loader.mjs`).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', loader, '--input-type=module', '--eval', SCRIPT],
    { env: { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.json` } },
  );
  expect(JSON.parse(stdout)).toEqual({ codes: ['TENSORFLOW_UNAVAILABLE', 'TENSORFLOW_UNAVAILABLE'], handlersAdded: 0 });
});
