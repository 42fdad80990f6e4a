import type { RunResult } from '@deeplogbot/core';
import { count } from '../plain-text.js';
import { section, table } from './parts.js';

/** What the reasons mean for which a line is no request. */
const MEANINGS: Readonly<Record<string, string>> = {
  'no-match': 'is not of the form of the other lines',
  'bad-time': 'has a time that cannot be read',
  'bad-status': 'has a status that is no number',
  'bad-ip': 'names no client',
  'bad-json': 'is no JSON',
  'column-count': 'has too few columns',
  'missing-fields-directive': 'comes before the line that names the columns',
  'nul-bytes': 'holds NUL bytes',
  'too-long': 'is longer than a line may be',
  'time-out-of-range': 'is dated before 1995 or in the future',
};
const PLACES = 3;

/** Lines that are no requests, by reason, with the places of the first ones. */
export function quarantinedLines(run: RunResult): string {
  const title = 'Lines that are no requests';
  if (run.rejectedRows === 0) return section('quarantine', title, '<p>None: every line of the log is a request.</p>');
  const places = new Map<string, string[]>();
  for (const { file, line, reason } of run.rejected ?? []) {
    const known = places.get(reason) ?? [];
    if (known.length < PLACES) known.push(`${file.split(/[/\\]/).at(-1)}, line ${count(line)}`);
    places.set(reason, known);
  }
  const counts = Object.entries(run.rejectedByReason ?? {}).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const rows = counts.map(([reason, n]) => [
    reason,
    MEANINGS[reason] ?? null,
    n,
    (places.get(reason) ?? []).join('; ') || null,
  ]);
  const names = ['Reason', 'The line …', 'Lines', 'First ones'];
  const summary = `<p>${count(run.rejectedRows)} lines were set aside and are in no figure; quarantine.csv names the first thousand of each reason.</p>`;
  return section('quarantine', title, summary + table({ names, rows }, 'lines that are no requests'));
}
