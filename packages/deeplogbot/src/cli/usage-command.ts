import { ConfigError } from '@deeplogbot/core';
import { count, counted } from '@deeplogbot/reports';
import type { Share, UsageSummary } from '@deeplogbot/usage';
import type { Command } from 'commander';
import { version } from '../../package.json';
import type { EngineFlags, ProviderFlag } from './flags.js';
import type { Io } from './io.js';

interface Flags extends EngineFlags, ProviderFlag {
  readonly input: string[];
  readonly outputDir: string;
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly coveredFrom?: string;
  readonly coveredTo?: string;
  readonly created?: string;
  readonly metadata?: string;
  readonly publisher?: string;
  readonly publisherId?: string;
  readonly platform?: string;
  readonly compress?: boolean;
  readonly client?: string[];
  readonly session?: string;
  readonly userName?: string;
  readonly userCookie?: string;
  readonly status?: string;
  readonly request?: string;
  readonly excludeInsufficient?: boolean;
  readonly robotPrecision?: string;
  readonly robotRecall?: string;
}

/** `deeplogbot usage`: clean usage counts as a COUNTER report. */
export function addUsageCommand(command: Command, io: Io): void {
  command
    .description('count the usage of data sets in an annotated log: COUNTER report DSR, release RD1')
    .requiredOption('-i, --input <path...>', 'annotated log')
    .requiredOption('-o, --output-dir <folder>', 'folder of the report')
    .option('--from <month>', 'first month, YYYY-MM (default: that of the log)')
    .option('--to <month>', 'last month, YYYY-MM (default: that of the log)')
    .option('--covered-from <day>', 'first day on which the log is complete, YYYY-MM-DD (default: its first)')
    .option('--covered-to <day>', 'last day on which the log is complete, YYYY-MM-DD (default: its last)')
    .option('--created <day>', 'day of the report, YYYY-MM-DD (default: today)')
    .option('--metadata <file>', 'CSV with a column item and any of title, publisher, doi, uri, yop and others')
    .option('--publisher <name>', 'publisher of the data sets')
    .option('--publisher-id <id>', 'identifier of the publisher')
    .option('--platform <name>', 'platform that serves the data sets')
    .option('--compress', 'compress the JSON by gzip (exception 69)')
    .option('--client <column...>', 'columns that stand for address and agent (default: the user of the provider)')
    .option('--session <column>', 'column of the session cookie')
    .option('--user-name <column>', 'column of the name of a logged-in user')
    .option('--user-cookie <column>', 'column of the user cookie')
    .option('--status <column>', 'column of the HTTP status: 200 and 304 count')
    .option('--request <column>', 'boolean column: data were retrieved, or only looked at')
    .option('--exclude-insufficient', 'leave out locations without enough evidence')
    .option('--robot-precision <share>', 'precision of finding robots, 0.98 or 0.97-0.99')
    .option('--robot-recall <share>', 'recall of finding robots, 0.94 or 0.92-0.96')
    .option('--json', 'print the summary as JSON')
    .action(async (flags: Flags) => {
      // Loaded when asked for: nobody else needs the names of countries.
      const { usageToFiles } = await import('../commands/usage-to-files.js');
      const { files, summary } = await usageToFiles(usageOptions(flags));
      if (flags.json) io.out(JSON.stringify(summary, null, 2));
      else if (!flags.quiet) io.out(usageText(summary, files));
    });
}

function usageOptions(flags: Flags) {
  const { robotPrecision, robotRecall } = flags;
  if ((robotPrecision === undefined) !== (robotRecall === undefined)) {
    throw new ConfigError('INVALID_OPTION', 'Precision and recall of finding robots are only of use together.', {
      hint: 'Give both --robot-precision and --robot-recall, as deeplogbot evaluate prints them.',
    });
  }
  return {
    ...flags,
    createdBy: `DeepLogBot ${version}`,
    created: flags.created ?? new Date().toISOString().slice(0, 10),
    clientFields: flags.client,
    sessionField: flags.session,
    userNameField: flags.userName,
    userCookieField: flags.userCookie,
    statusField: flags.status,
    requestField: flags.request,
    insufficientEvidence: flags.excludeInsufficient ? ('exclude' as const) : ('regular' as const),
    ...(robotPrecision !== undefined &&
      robotRecall !== undefined && {
        detection: {
          precision: share('--robot-precision', robotPrecision),
          recall: share('--robot-recall', robotRecall),
        },
      }),
  };
}

/** `0.98`, or `0.97-0.99` with the middle as its value. */
function share(flag: string, text: string): Share {
  const [low, high = low] = text.split('-').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (low !== undefined && high !== undefined && low > 0 && low <= high && high <= 1) {
    return { low, value: (low + high) / 2, high };
  }
  throw new ConfigError('INVALID_OPTION', `${flag} must be a share in (0, 1]. Got ${JSON.stringify(text)}.`, {
    hint: 'Write 0.98, or 0.97-0.99 for an interval.',
  });
}

function usageText(summary: UsageSummary, files: readonly string[]): string {
  const { regular, machine } = summary.totals;
  const row = (name: string, of: typeof regular) =>
    `  ${name.padEnd(10)}${count(of.total_requests).padStart(15)} requests  ${count(of.unique_requests).padStart(15)} unique`;
  const excluded = Object.entries(summary.excluded).map(([reason, n]) => `  ${count(n).padStart(15)}  ${reason}`);
  const clean = summary.clean_requests;
  const shown = files.length > 8 ? [...files.slice(0, 3), `… ${files.length - 6} more`, ...files.slice(-3)] : files;
  return [
    `${counted(summary.items, 'data set')}, ${summary.reporting_period.begin} to ${summary.reporting_period.end}`,
    ...(summary.reporting_period.partial
      ? [`the log covers ${summary.covered.from} to ${summary.covered.to}, so the report says 3040, partial data`]
      : []),
    '',
    row('regular', regular),
    row('machine', machine),
    ...(clean ? [`  made by no robot: ${count(clean.value)} (${count(clean.low)} to ${count(clean.high)})`] : []),
    ...(excluded.length > 0 ? ['', 'Not counted', ...excluded] : []),
    ...(summary.countries_without_code.length > 0
      ? ['', `note: no country code for ${counted(summary.countries_without_code.length, 'name')}, see the summary`]
      : []),
    '',
    ...shown.map((file) => `  wrote ${file}`),
  ].join('\n');
}
