import { isPartial, type UsageCounts } from './count.js';
import { firstDay, lastDay } from './months.js';
import { type ReportOptions, reportSettings } from './options.js';

/** An exception in the header of a report, as the code of practice numbers them. */
export interface ReportException {
  readonly code: 3030 | 3040 | 69;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly 'help-url'?: string;
  readonly data: string;
}

/** 3030 where nothing of the period counts, 3040 where the log does not cover the period, 69 where the body is compressed. */
export function exceptionsOf(usage: UsageCounts, compressed: boolean): ReportException[] {
  const partial: ReportException = {
    code: 3040,
    severity: 'warning',
    message: 'Partial Data Returned',
    data: `The log covers ${usage.covered.from} to ${usage.covered.to} of the period ${firstDay(usage.from)} to ${lastDay(usage.to)}.`,
  };
  const nothing: ReportException = {
    code: 3030,
    severity: 'error',
    message: 'No Usage Available for Requested Dates',
    data: `None of the ${usage.rows} rows of the period counts.`,
  };
  const gzip: ReportException = {
    code: 69,
    severity: 'warning',
    message: 'Report is compressed using gzip',
    'help-url': 'https://github.com/datacite/sashimi',
    data: 'usage data needs to be uncompressed',
  };
  return [
    ...(usage.counts.rows === 0 ? [nothing] : []),
    ...(isPartial(usage) ? [partial] : []),
    ...(compressed ? [gzip] : []),
  ];
}

/** The header of the JSON report. `part` is counted from 1; 0 = the only one. */
export function headerOf(usage: UsageCounts, options: ReportOptions, part: number) {
  const { created, createdBy, compress } = reportSettings(options);
  return {
    'report-name': 'Dataset Master Report',
    'report-id': 'DSR',
    release: 'RD1',
    created,
    'created-by': createdBy,
    'reporting-period': { 'begin-date': firstDay(usage.from), 'end-date': lastDay(usage.to) },
    'report-filters': [],
    'report-attributes': part === 0 ? [] : [{ name: 'Part', value: String(part) }],
    exceptions: exceptionsOf(usage, compress),
  };
}
