import { gzipSync } from 'node:zlib';
import type { OutputDir } from '@deeplogbot/core';
import type { UsageCounts } from './count.js';
import { excludedTsv } from './excluded.js';
import type { Metadata } from './metadata.js';
import { checkDay, monthText, type Period } from './months.js';
import { type ReportOptions, reportSettings } from './options.js';
import { jsonParts } from './report-json.js';
import { tsvParts } from './report-tsv.js';
import { spikesTsv } from './spikes.js';
import { type RobotDetection, summaryOf, type UsageSummary } from './summary.js';

/** Paths of what was written, and its summary. */
export interface WrittenUsage {
  readonly files: readonly string[];
  readonly summary: UsageSummary;
}

/** Beginning of the names of all files of one reporting period, so that a month that is counted again replaces itself. */
export const reportStem = ({ from, to }: Period): string =>
  `dsr_${monthText(from)}${from === to ? '' : `_${monthText(to)}`}`;

/**
 * Writes the report as JSON and TSV, in parts above the size limits, and beside it what was excluded, spike marks and
 * the summary. Files appear whole or not at all.
 */
export async function writeUsage(
  usage: UsageCounts,
  target: OutputDir,
  options: ReportOptions & { readonly metadata?: Metadata; readonly detection?: RobotDetection },
): Promise<WrittenUsage> {
  checkDay('created', options.created);
  const metadata = options.metadata ?? new Map();
  const stem = reportStem(usage);
  const { compress } = reportSettings(options);
  const json = compress ? (text: string) => gzipSync(text) : (text: string) => text;
  const summary = summaryOf(usage, options.detection);
  const files = [
    ...(await writeParts(target, stem, compress ? 'json.gz' : 'json', jsonParts(usage, metadata, options), json)),
    ...(await writeParts(target, stem, 'tsv', tsvParts(usage, metadata, options), (text) => text)),
    await target.write(`${stem}.beside.excluded.tsv`, excludedTsv(usage)),
    await target.write(`${stem}.beside.spikes.tsv`, spikesTsv(usage)),
    await target.write(`${stem}.beside.summary.json`, `${JSON.stringify(summary, null, 2)}\n`),
  ];
  return { files, summary };
}

/** One file, or `.part-001`, `.part-002`, … where there are more; each is written before the next is made. */
async function writeParts(
  target: OutputDir,
  stem: string,
  extension: string,
  parts: Iterable<string>,
  encode: (text: string) => string | Uint8Array,
): Promise<string[]> {
  const files: string[] = [];
  let held: string | undefined;
  const write = async (text: string, number: number) => {
    const part = number === 0 ? '' : `.part-${String(number).padStart(3, '0')}`;
    files.push(await target.write(`${stem}${part}.${extension}`, encode(text)));
  };
  for (const text of parts) {
    if (held !== undefined) await write(held, files.length + 1);
    held = text;
  }
  if (held !== undefined) await write(held, files.length === 0 ? 0 : files.length + 1);
  return files;
}
