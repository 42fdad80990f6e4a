import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the tests of a project one folder for all that is temporary, and removes it behind the last of them: files that share
 * their modules share their hooks, so that a helper cannot clean up behind each file.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'deeplogbot-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
