// Puts the documentation into the package `deeplogbot`, so that whoever has the package has it; pictures stay in the repository.
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './setup.mjs';

const target = join(root, 'packages/deeplogbot/docs');
rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'docs'), target, { recursive: true, filter: (path) => basename(path) !== 'images' });
