import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** What the tests read from a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly main?: string;
  readonly module?: string;
  readonly types?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every published package of the workspace. */
export function packages(): Package[] {
  return ['packages', 'packages/providers']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }));
}

const readJson = (path: string): Manifest => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;

/** Files below a folder of the repository, relative to its root, with `/`; built and installed ones left out; none where it is absent. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !/^(node_modules|dist|\.git|\.cache)$/.test(name) && !(folder === '.' && name === 'output'))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(path, pattern);
      return pattern.test(entry.name) ? [path] : [];
    })
    .sort();
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** `from '…'`, `import '…'`, `import('…')`, `require('…')` and `typeof import('…')`. */
const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;
const TYPE_ONLY = /\b(?:import|export)\s+type\b[^;]*?\bfrom\s*(['"])[^'"\n]+\1/g;

/** Module names that a source file imports, comments left out; `values` leaves out what is imported as types only. */
export function importsOf(path: string, { values = false } = {}): string[] {
  const text = read(path).replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const code = values ? text.replace(TYPE_ONLY, '').replace(/typeof import\([^)]*\)/g, '') : text;
  return [...code.matchAll(SPECIFIER)].map((match) => match[2]!);
}

/** The package that a module name belongs to: `@deeplogbot/core/node` → `@deeplogbot/core`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The source file behind a relative import. */
export function sourceOf(importer: string, specifier: string): string {
  const target = resolve(root, dirname(importer), specifier);
  const candidates = [target.replace(/\.js$/, '.ts'), target, `${target}.d.ts`];
  const found = candidates.find((candidate) => existsSync(candidate));
  return relative(root, found ?? target).replaceAll(sep, '/');
}
