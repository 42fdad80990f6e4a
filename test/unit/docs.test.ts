import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, type Manifest, packages, read, root } from './support/workspace.js';

const DOCS = filesBelow('.', /\.md$/);
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
const headings = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6}\s+(.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(DOCS)('%s', (file) => {
  it('links to files and headings that exist', () => {
    const links = [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    const broken = links
      .filter((link) => !/^(https?:|mailto:)/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split('#') as [string, string?];
        const target = path === '' ? file : join(dirname(file), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !headings(read(target)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names only files of the repository in its code spans', () => {
    const spans = [
      ...read(file).matchAll(
        /`((?:packages|scripts|bench|examples|docs|test)\/[\w./-]+\.(?:ts|mjs|md|yaml|json|parquet|csv|tsv))`/g,
      ),
    ];
    const made = /^(bench\/(results|data)|output)\/|\/dist\/|NAME/;
    const missing = spans.map((match) => match[1]!).filter((path) => !made.test(path));
    const here = (path: string) => existsSync(join(root, path)) || existsSync(join(root, dirname(file), path));
    expect(missing.filter((path) => !here(path))).toEqual([]);
  });

  it('speaks of the project alone', () => {
    expect(read(file)).not.toMatch(/\/work\/|\/tmp\/|\.\.\/shared\/|localhost:\d/);
  });
});

describe('the commands that documents name', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('are scripts of the repository', () => {
    const named = DOCS.flatMap((file) => [...read(file).matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1]!));
    expect(named).toContain('demo');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('are what continuous integration runs', () => {
    const command = 'npm test';
    expect(read('README.md')).toContain(`\`\`\`sh\n${command}\n\`\`\``);
    expect(read('CONTRIBUTING.md')).toContain(`\`\`\`sh\n${command}\n\`\`\``);
    expect(read('.ci/run').trim().split('\n').at(-1)).toBe(`exec ${command}`);
    expect(read('.github/workflows/ci.yml')).toContain('run: .ci/run');
  });
});

describe('the table of packages in the README', () => {
  it('names each package and its folder', () => {
    const rows = read('README.md').matchAll(/^\| \[`([^`]+)`\]\(([^)]+)\/README\.md\)/gm);
    const named = [...rows].map(([, name, folder]) => [name, folder]).sort();
    const all = packages().map(({ folder, manifest }: { folder: string; manifest: Manifest }) => [
      manifest.name,
      folder,
    ]);
    expect(named).toEqual(all.sort());
  });
});

it('decisions are numbered without a gap and dated', () => {
  const files = filesBelow('docs/decisions', /\.md$/);
  expect(files.length).toBeGreaterThan(0);
  files.forEach((file, i) => {
    expect(file).toMatch(new RegExp(`/${String(i + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    expect(read(file)).toMatch(new RegExp(`^# ${i + 1}\\. .+\\n\\n\\d{4}-\\d{2}-\\d{2}\\n`));
  });
});
