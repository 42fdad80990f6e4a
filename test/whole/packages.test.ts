import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packages } from '../unit/support/workspace.js';
import { node, root, run, scratch } from './support/run.js';

const ALL = packages();
const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { packageManager: string };
const VERSION = ALL[0]!.manifest.version;
const tarballName = (name: string) => `${name.replace('@', '').replace('/', '-')}-${VERSION}.tgz`;

let tarballs: string;
let user: string;

/** Packs every package and installs the tarballs into a folder that knows nothing of the workspace. */
beforeAll(async () => {
  tarballs = await scratch();
  for (const { folder } of ALL) {
    await run('npx', ['--yes', packageManager, 'pack', '--pack-destination', tarballs], { cwd: join(root, folder) });
  }
  user = await scratch();
  const ours = ALL.map(
    ({ manifest }) => [manifest.name, `file:${join(tarballs, tarballName(manifest.name))}`] as const,
  );
  const manifest = {
    name: 'user',
    private: true,
    dependencies: Object.fromEntries(ours),
    devDependencies: { '@types/node': '20.19.25' },
  };
  await writeFile(join(user, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd: user });
  await cp(join(root, 'examples/package-mirror'), join(user, 'mirror'), { recursive: true });
});

/** The same little program twice, once with `import` and once with `require`. */
const program = (load: (name: string) => string) => `
${ENTRIES.map((entry, i) => `const m${i} = ${load(entry)};`).join('\n')}
const { runBotAnnotator } = ${load('deeplogbot')};
(async () => {
  const found = {};
  for (const engine of ['native', 'wasm']) {
    const run = await runBotAnnotator({ input: 'mirror/sample.csv', provider: './mirror', outputDir: 'out-' + engine, engine });
    found[run.engine] = [run.totalLocations, run.botLocations, run.hubLocations, run.organicLocations, run.files.length];
  }
  console.log(JSON.stringify({ found, entries: [${ENTRIES.map((_, i) => `Object.keys(m${i}).length > 0`).join(', ')}] }));
})();
`;

const ENTRIES = ALL.flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => manifest.name + entry.slice(1)),
).filter((entry) => entry !== 'deeplogbot/browser' && entry !== '@deeplogbot/core/wasm');

const TYPED = `
import { defineExtractor, float64, type RunResult, runBotAnnotator, sql } from 'deeplogbot';
import { type Classifier, FeatureTable, type Verdicts } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { classifyLog } from 'deeplogbot/browser';

const spec = { unit: '1', meaning: 'Rows.', formula: 'n', nullWhen: 'never' };
export const rows = defineExtractor({
  name: 'rows', from: ['keys'], columns: { rows_again: float64(spec) },
  query: ({ keys }) => sql\`SELECT key, n AS rows_again FROM \${keys!}\`,
});
export const bots = async (): Promise<number> => {
  const run: RunResult = await runBotAnnotator({ input: 'log.parquet', customExtractors: [rows] });
  return run.botLocations;
};
// @ts-expect-error an option that does not exist
export const wrong = () => runBotAnnotator({ input: 'log.parquet', contaminatoin: 0.1 });
export const engine = openNativeEngine, page = classifyLog;
export type Mine = Classifier & { table: FeatureTable; verdicts: Verdicts };
`;

describe('the packed packages', () => {
  it.each(ALL.map(({ manifest }) => manifest.name))('%s passes publint and attw', async (name) => {
    const tarball = join(tarballs, tarballName(name));
    expect(await node([tool('publint/src/cli.js'), 'run', tarball, '--strict'])).toContain('All good!');
    const args = ['--profile', 'node16', '--format', 'json'];
    const report = await node([tool('@arethetypeswrong/cli/dist/index.js'), tarball, ...args]);
    const { analysis } = JSON.parse(report) as { analysis: { types: unknown } };
    expect(analysis.types).toMatchObject({ kind: 'included' });
  });

  it.each(ALL.map(({ manifest }) => manifest.name))('%s holds what it should and no sources', async (name) => {
    const folder = join(user, 'node_modules', name);
    expect((await readdir(folder)).filter((file) => file !== 'node_modules').sort()).toEqual([
      'LICENSE',
      'NOTICE',
      'README.md',
      'dist',
      'package.json',
    ]);
    const manifest = await readFile(join(folder, 'package.json'), 'utf8');
    expect(manifest).not.toContain('workspace:');
  });

  it('gives the same verdicts to import and require, on both engines', async () => {
    await writeFile(
      join(user, 'use.mjs'),
      program((name) => `await import('${name}')`),
    );
    await writeFile(
      join(user, 'use.cjs'),
      program((name) => `require('${name}')`),
    );
    const [esm, cjs] = [await node(['use.mjs'], { cwd: user }), await node(['use.cjs'], { cwd: user })];
    const { found, entries } = JSON.parse(esm) as { found: Record<string, number[]>; entries: boolean[] };
    expect(entries).toEqual(ENTRIES.map(() => true));
    expect(JSON.parse(cjs)).toEqual({ found, entries });
    expect(found['duckdb-native']).toEqual(found['duckdb-wasm']);
    expect(found['duckdb-native']?.[0]).toBe(65);
  });

  it.each(['mts', 'cts'])('types a program of kind %s', async (kind) => {
    await writeFile(join(user, `use.${kind}`), TYPED);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    await node([tool('typescript/bin/tsc'), ...flags, '--skipLibCheck', `use.${kind}`], { cwd: user });
  });

  it('has declarations that hold by themselves', async () => {
    const text = ENTRIES.map((entry, i) => `export * as m${i} from '${entry}';`).join('\n');
    await writeFile(join(user, 'all.mts'), text);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2024,dom'];
    const output = await node([tool('typescript/bin/tsc'), ...flags, '--types', 'node', 'all.mts'], {
      cwd: user,
    }).catch((error: Error) => error.message);
    expect(
      output
        .split('\n')
        .filter((line) => line.includes('node_modules/@deeplogbot/') || /^node_modules\/deeplogbot\//.test(line)),
    ).toEqual([]);
  });

  it('installs the command', async () => {
    const help = await run(join(user, 'node_modules/.bin/deeplogbot'), ['--help'], { cwd: user });
    expect(help).toContain('--reports-only');
    const docs = /\nDocumentation:\n {2}(.+)\n/.exec(help)![1]!;
    expect(docs).toContain(join('node_modules', 'deeplogbot', 'dist', 'docs'));
    expect(await readFile(join(docs, 'rules.md'), 'utf8')).toBe(await readFile(join(root, 'docs/rules.md'), 'utf8'));
  });
});

function tool(path: string): string {
  return join(root, 'node_modules', path);
}
