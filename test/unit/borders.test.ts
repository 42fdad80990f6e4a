import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, type Package, packageOf, packages, read, sourceOf } from './support/workspace.js';

/** Which packages of this project each may know. `core` knows nobody, the umbrella knows all. */
const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  '@deeplogbot/core': [],
  '@deeplogbot/models': ['@deeplogbot/core'],
  '@deeplogbot/rules': ['@deeplogbot/core'],
  '@deeplogbot/reports': ['@deeplogbot/core'],
  '@deeplogbot/provider-ebi': ['@deeplogbot/core'],
  '@deeplogbot/usage': ['@deeplogbot/core'],
  '@deeplogbot/provider-http': ['@deeplogbot/core'],
  deeplogbot: [
    '@deeplogbot/core',
    '@deeplogbot/models',
    '@deeplogbot/provider-ebi',
    '@deeplogbot/provider-http',
    '@deeplogbot/reports',
    '@deeplogbot/rules',
    '@deeplogbot/usage',
  ],
};

/** Entries that pages load too; whatever they import, however far, must run without Node. */
const BROWSER_ENTRIES: Readonly<Record<string, string>> = {
  '@deeplogbot/core': 'packages/core/src/index.ts',
  '@deeplogbot/core/wasm': 'packages/core/src/wasm.ts',
  '@deeplogbot/models': 'packages/models/src/index.ts',
  '@deeplogbot/rules': 'packages/rules/src/index.ts',
  '@deeplogbot/reports': 'packages/reports/src/index.ts',
  '@deeplogbot/provider-ebi': 'packages/providers/ebi/src/index.ts',
  'deeplogbot/browser': 'packages/deeplogbot/src/browser.ts',
};

const ALL = packages();
const OURS = new Set(ALL.map(({ manifest }) => manifest.name));
const isOurs = (specifier: string) => OURS.has(packageOf(specifier));
const isRelative = (specifier: string) => specifier.startsWith('.');
const isBuiltin = (specifier: string) =>
  specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0]!);
const sourcesOf = ({ folder }: Package) => filesBelow(`${folder}/src`, /\.ts$/);
const testsOf = ({ folder }: Package) => filesBelow(`${folder}/test`, /\.ts$/);

it('has a place in the order of packages for each package', () => {
  expect([...OURS].sort()).toEqual(Object.keys(MAY_KNOW).sort());
});

describe.each(ALL.map((each) => [each.manifest.name, each] as const))('%s', (name, each) => {
  const dependencies = { ...each.manifest.dependencies, ...each.manifest.optionalDependencies };

  it('depends only on packages below it', () => {
    const known = Object.keys(dependencies).filter((dependency) => OURS.has(dependency));
    expect(known.filter((dependency) => !MAY_KNOW[name]!.includes(dependency))).toEqual([]);
  });

  it('imports only packages below it, its own files, and what its manifest lists', () => {
    const allowed = (specifier: string) => isRelative(specifier) || isBuiltin(specifier);
    const wrong = sourcesOf(each).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !allowed(specifier))
        .filter((specifier) =>
          isOurs(specifier)
            ? !MAY_KNOW[name]!.includes(packageOf(specifier))
            : dependencies[packageOf(specifier)] === undefined,
        )
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('imports every dependency that its manifest lists', () => {
    const used = new Set(sourcesOf(each).flatMap((file) => importsOf(file).map(packageOf)));
    expect(Object.keys(dependencies).filter((dependency) => !used.has(dependency))).toEqual([]);
  });

  it('reaches into no other package by path', () => {
    const wrong = [...sourcesOf(each), ...testsOf(each)].flatMap((file) =>
      importsOf(file)
        .filter((specifier) => isRelative(specifier))
        .map((specifier) => ({ specifier, target: sourceOf(file, specifier) }))
        .filter(({ target }) => target.startsWith('packages/') && !target.startsWith(`${each.folder}/`))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names only entries that the other package exports', () => {
    const entries = new Set(
      ALL.flatMap(({ manifest }) =>
        Object.keys(manifest.exports ?? {}).map((entry) => manifest.name + entry.slice('.'.length)),
      ),
    );
    const wrong = [...sourcesOf(each), ...testsOf(each)].flatMap((file) =>
      importsOf(file)
        .filter((specifier) => isOurs(specifier) && !entries.has(specifier))
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a page can load', () => {
  /** Every source file and foreign module that an entry reaches by value. */
  function reach(entry: string): Map<string, readonly string[]> {
    const seen = new Map<string, readonly string[]>();
    const queue: (readonly [string, readonly string[]])[] = [[entry, []]];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const [file, path] = next;
      if (seen.has(file)) continue;
      seen.set(file, path);
      if (!file.endsWith('.ts')) continue;
      for (const specifier of importsOf(file, { values: true })) {
        const target = isRelative(specifier) ? sourceOf(file, specifier) : (BROWSER_ENTRIES[specifier] ?? specifier);
        queue.push([target, [...path, file]]);
      }
    }
    return seen;
  }

  it.each(Object.entries(BROWSER_ENTRIES))('%s without a Node built-in', (_name, entry) => {
    const reached = [...reach(entry)];
    expect(reached.length).toBeGreaterThan(1);
    expect(
      reached.filter(([module]) => isBuiltin(module)).map(([module, path]) => [...path, module].join(' → ')),
    ).toEqual([]);
  });

  it.each(Object.entries(BROWSER_ENTRIES))('%s without an entry that is for Node', (_name, entry) => {
    const wrong = [...reach(entry)].filter(
      ([module]) =>
        isOurs(module) ||
        ['@duckdb/node-api', '@napi-rs/canvas', 'tinyglobby', 'commander'].includes(packageOf(module)),
    );
    expect(wrong.map(([module, path]) => [...path, module].join(' → '))).toEqual([]);
  });
});

describe('files stay readable', () => {
  const sources = ['packages', 'bench', 'examples', 'scripts', 'test'].flatMap((folder) =>
    filesBelow(folder, /\.(ts|mjs)$/),
  );

  it('at most 400 lines each, but for what is copied from elsewhere', () => {
    const written = sources.filter((file) => !file.endsWith('.generated.ts'));
    const long = written.map((file) => [file, read(file).split('\n').length - 1] as const).filter(([, n]) => n > 400);
    expect(long).toEqual([]);
  });

  it('without suppressed types, bare errors or unfinished work', () => {
    const forbidden = new RegExp(
      ['@ts-', '(ignore|nocheck)|throw new ', 'Error\\(|\\b(TO', 'DO|FIX', 'ME)\\b'].join(''),
    );
    const packageSources = sources.filter((file) => file.includes('/src/') && !file.endsWith('.generated.ts'));
    const wrong = packageSources.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, i) => (forbidden.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
    );
    expect(wrong).toEqual([]);
  });
});
