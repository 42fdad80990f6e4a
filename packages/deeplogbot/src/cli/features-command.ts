import { counted } from '@deeplogbot/reports';
import type { Command } from 'commander';
import { featuresToFile } from '../commands/features-to-file.js';
import { type EngineFlags, number, type ProviderFlag } from './flags.js';
import { type HttpFlags, httpFlags, providerOf } from './http-flags.js';
import type { Io } from './io.js';

interface Flags extends EngineFlags, HttpFlags, ProviderFlag {
  readonly input: string[];
  readonly output: string;
  readonly definitions: string;
  readonly minLocationDownloads?: number;
}

/** `deeplogbot features`: the feature table of a log. */
export function addFeaturesCommand(command: Command, io: Io, signal: AbortSignal): void {
  httpFlags(command)
    .description('write the features of each location of a log')
    .requiredOption('-i, --input <path...>', 'log: file, several, glob or folder')
    .requiredOption('-o, --output <file>', 'feature table, CSV')
    .option('--definitions <name>', 'clean or reference', 'clean')
    .option('--min-location-downloads <n>', 'leave out locations with fewer downloads', number)
    .action(async (flags: Flags) => {
      const { path, rows, thing } = await featuresToFile({
        ...flags,
        provider: await providerOf(flags.provider, flags),
        definitions: flags.definitions as 'clean',
        signal,
      });
      if (!flags.quiet) io.out(`${counted(rows, thing)}, wrote ${path}`);
    });
}
