import { type Command, InvalidArgumentError } from 'commander';
import { diffRuns } from '../commands/diff-runs.js';
import { diffJson } from '../diff/json.js';
import { noteOf } from '../diff/text.js';
import type { EngineFlags } from './flags.js';
import type { Io } from './io.js';

interface Flags extends EngineFlags {
  readonly outputDir: string;
  readonly top: number;
  readonly json?: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be an integer of at least 1.');
  return value;
};

/** `deeplogbot diff`: what changed between two runs. */
export function addDiffCommand(command: Command, io: Io): void {
  command
    .description(
      'compare two runs: what changed class, which data sets and countries (or pages and user agents) moved, and why',
    )
    .argument('<run_a>', 'folder of the first run')
    .argument('<run_b>', 'folder of the second run')
    .requiredOption('-o, --output-dir <folder>', 'folder of diff.html, diff.txt and diff.json')
    .option('--top <n>', 'entries of each list', positive, 50)
    .option('--json', 'print the comparison as JSON')
    .action(async (a: string, b: string, flags: Flags) => {
      const { diff, files } = await diffRuns({ ...flags, a, b });
      if (flags.json) io.out(JSON.stringify(diffJson(diff), null, 2));
      else if (!flags.quiet) io.out([noteOf(diff), '', ...files.map((file) => `  wrote ${file}`)].join('\n'));
    });
}
