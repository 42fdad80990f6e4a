import { count } from '@deeplogbot/reports';
import type { Command } from 'commander';
import { toRecords } from '../commands/records.js';
import { type HttpFlags, httpFlags, httpOptions } from './http-flags.js';
import type { Io } from './io.js';

interface RecordsFlags extends HttpFlags {
  readonly input: string[];
  readonly output: string;
  readonly geo?: string;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly threads?: number;
  readonly quiet?: boolean;
}

/** `deeplogbot records`: downloads of an access log as events with a location. */
export function addRecordsCommand(command: Command, io: Io, signal: AbortSignal): void {
  httpFlags(command)
    .description('make download events of an access log, to be classified by location')
    .requiredOption('-i, --input <path...>', 'access log')
    .requiredOption('-o, --output <file>', 'downloads, Parquet')
    .option('--geo <file>', 'table of networks: network, country, city, latitude, longitude')
    .action(async ({ input, output, geo, quiet, ...flags }: RecordsFlags) => {
      const { engine, memoryLimit, tempDirectory, threads } = flags;
      const http = await httpOptions(flags);
      const written = await toRecords({
        input,
        output,
        geo,
        http,
        engine,
        memoryLimit,
        tempDirectory,
        threads,
        signal,
      });
      const unplaced = written.rows - written.placed;
      if (unplaced > 0 && !quiet)
        io.err(
          `note: ${count(unplaced)} of ${count(written.rows)} downloads have no coordinates; their location is their network\n`,
        );
      if (!quiet) io.out(`${count(written.rows)} downloads, wrote ${written.path}`);
    });
}
