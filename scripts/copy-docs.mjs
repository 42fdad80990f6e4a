// Puts the documentation into the package `deeplogbot`, so that whoever has the package has it. Pictures stay in the repository, and
// links to what is not in the package become words.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesUnder, root } from './setup.mjs';

const target = 'packages/deeplogbot/dist/docs';
rmSync(join(root, target), { recursive: true, force: true });
cpSync(join(root, 'docs'), join(root, target), { recursive: true, filter: (path) => basename(path) !== 'images' });
for (const file of filesUnder(target).filter((path) => path.endsWith('.md'))) {
  const text = readFileSync(join(root, file), 'utf8');
  const kept = text.replace(/!\[[^\]]*\]\([^)]*\)\n*/g, '').replace(/\[([^\]]*)\]\(\.\.\/packages[^)]*\)/g, '$1');
  writeFileSync(join(root, file), kept);
}
