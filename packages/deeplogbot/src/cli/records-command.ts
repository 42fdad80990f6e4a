import { count, counted } from '@deeplogbot/reports';
import type { Command } from 'commander';
import { toRecords } from '../commands/records.js';
import { type EngineFlags, engineOptions, httpOnlyFlag, type ProviderFlag, requireHttp } from './flags.js';
import { type HttpFlags, httpFlags, httpOptions } from './http-flags.js';
import type { Io } from './io.js';

interface RecordsFlags extends EngineFlags, HttpFlags, ProviderFlag {
  readonly input: string[];
  readonly output: string;
  readonly geo?: string;
}

/** `deeplogbot records`: downloads of an access log as events with a location. */
export function addRecordsCommand(command: Command, io: Io, signal: AbortSignal): void {
  httpFlags(httpOnlyFlag(command))
    .description('make download events of an access log, to be classified by location')
    .requiredOption('-i, --input <path...>', 'access log')
    .requiredOption('-o, --output <file>', 'downloads, Parquet')
    .option('--geo <file>', 'table of networks: network, country, city, latitude, longitude')
    .action(async ({ input, output, geo, quiet, ...flags }: RecordsFlags) => {
      requireHttp(flags.provider, 'RECORDS_PROVIDER', 'Download events are made of access logs only.');
      const http = await httpOptions(flags);
      const written = await toRecords({
        input,
        output,
        geo,
        http,
        ...engineOptions(flags),
        signal,
      });
      const unplaced = written.rows - written.placed;
      if (unplaced > 0 && !quiet)
        io.err(
          `note: ${count(unplaced)} of ${count(written.rows)} downloads have no coordinates; their location is their network\n`,
        );
      if (!quiet) io.out(`${counted(written.rows, 'download')}, wrote ${written.path}`);
    });
}
