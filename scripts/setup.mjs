// Makes a fresh clone ready with nothing but Node, npm and git; does nothing where all is up to date.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cache = join(root, 'node_modules', '.deeplogbot');

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const PNPM = ['npx', ['--yes', packageManager]];

/** Runs a program in the repository and returns its exit code; what it prints goes straight through. */
export function run(program, args, { quiet = false } = {}) {
  const options = { cwd: root, shell: process.platform === 'win32', encoding: 'utf8' };
  const done = spawnSync(program, args, { ...options, stdio: quiet ? 'pipe' : 'inherit' });
  if (quiet && done.status !== 0) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  if (done.error) process.stderr.write(`${program}: ${done.error.message}\n`);
  return done.status ?? 1;
}

/** Installs what the lockfile says and builds the packages, each only where something changed; returns an exit code. */
export function setUp() {
  requireNode();
  const install = step('dependencies', manifests(), installed(), ['install', '--frozen-lockfile']);
  if (install !== 0) return install;
  return step('packages', sources(), builtFiles(), ['-r', '--sort', 'run', 'build']);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Node 20.19 or later is needed; this is ${process.versions.node}.\n`);
  process.exit(2);
}

/** Runs pnpm unless the inputs are those of the last success and every result is still there. */
function step(name, inputs, results, args) {
  const stamp = join(cache, `${name}.sha256`);
  const digest = digestOf(inputs);
  const known = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (known && results.every((path) => existsSync(join(root, path)))) return 0;
  process.stdout.write(`Preparing ${name} …\n`);
  const [program, first] = PNPM;
  const code = run(program, [...first, ...args], { quiet: true });
  if (code !== 0) return code;
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, digest);
  return 0;
}

/** Folders of the packages, from `packages/` and `packages/providers/`. */
export function packageFolders() {
  return ['packages', 'packages/providers']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort();
}

const installed = () => ['node_modules/.pnpm', ...workspace().map((folder) => join(folder, 'node_modules'))];
const workspace = () => [...packageFolders(), 'bench', 'examples'];

const manifests = () => [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  ...workspace().map((folder) => join(folder, 'package.json')),
];

const sources = () => [
  ...manifests(),
  'tsconfig.base.json',
  'tsup.shared.ts',
  'scripts/copy-docs.mjs',
  ...filesUnder('docs'),
  ...packageFolders().flatMap((folder) => [
    join(folder, 'tsup.config.ts'),
    join(folder, 'tsconfig.json'),
    ...filesUnder(join(folder, 'src')),
  ]),
];

const builtFiles = () => packageFolders().flatMap((folder) => entries(folder).map((path) => join(folder, path)));

/** Every file that a manifest's exports and bin name. */
export function entries(folder) {
  const { exports = {}, bin = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const leaves = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves));
  return [...leaves(exports), ...leaves(bin)];
}

export function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function digestOf(paths) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const path of paths) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}
