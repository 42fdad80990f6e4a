import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, type Manifest, packages, read, root } from './support/workspace.js';

const ALL = packages();
const VERSION = ALL.find(({ manifest }) => manifest.name === 'deeplogbot')?.manifest.version;

describe.each(ALL.map(({ folder, manifest }) => [manifest.name, folder, manifest] as const))(
  '%s',
  (name, folder, manifest) => {
    it('says what a registry needs to know', () => {
      expect(manifest).toMatchObject({
        license: 'Apache-2.0',
        type: 'module',
        version: VERSION,
        engines: { node: '>=20.19' },
        publishConfig: { access: 'public' },
      });
      expect(manifest.private).toBeUndefined();
      expect([...(manifest.files ?? [])].sort()).toEqual(['LICENSE', 'NOTICE', 'README.md', 'dist']);
    });

    it('gives every entry as ESM and CommonJS, each with its own types', () => {
      for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
        if (entry === './package.json') continue;
        const file = entry === '.' ? 'index' : entry.slice(2);
        expect(target).toEqual({
          import: { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
          require: { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` },
        });
      }
      expect(Object.keys(manifest.exports ?? {})).toContain('./package.json');
    });

    it('pins its dependencies, and ours by workspace', () => {
      for (const [dependency, version] of Object.entries(allDependencies(manifest))) {
        const ours = ALL.some(({ manifest }) => manifest.name === dependency);
        expect(version, dependency).toMatch(ours ? /^workspace:\*$/ : /^\d+\.\d+\.\d+(-[\w.]+)?$/);
      }
    });

    it.each(['LICENSE', 'NOTICE'])('carries the %s of the repository', (file) => {
      expect(read(`${folder}/${file}`)).toBe(read(file));
    });

    it('has a README of 60 to 150 lines that begins with its name', () => {
      expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
      const lines = read(`${folder}/README.md`).split('\n');
      expect(lines[0]).toBe(`# ${name}`);
      expect(lines.length).toBeGreaterThanOrEqual(60);
      expect(lines.length).toBeLessThanOrEqual(151);
    });
  },
);

it.skipIf(!existsSync(join(root, '.git')))('git ignores no source, test or example', () => {
  const files = ['packages', 'bench', 'examples', 'scripts', 'test'].flatMap((folder) => filesBelow(folder, /./));
  const own = files.filter((file) => !/^bench\/(data|results)\//.test(file));
  const { status, stdout } = spawnSync('git', ['check-ignore', '--no-index', '--stdin'], {
    cwd: root,
    input: own.join('\n'),
  });
  expect(stdout.toString()).toBe('');
  expect(status).toBe(1); // 1 = none is ignored
});

function allDependencies(manifest: Manifest): Record<string, string> {
  return { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
}
