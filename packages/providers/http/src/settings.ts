import { createHash } from 'node:crypto';
import { agentLists } from './agents/agents.js';
import { IDLE_US } from './aggregates.js';
import type { ResolvedHttpOptions } from './options.js';
import type { ReadStats } from './read/read-log.js';

/**
 * The options as a manifest shows them: everything that verdicts depend on, by value or by digest. The salt is never in
 * it, only where it came from.
 */
export function settingsOf(options: ResolvedHttpOptions): Readonly<Record<string, unknown>> {
  const {
    salt,
    topics,
    crawlerRanges,
    hostingRanges,
    asnTable,
    geoTable,
    reverseDns,
    maxBytesOut,
    maxMalformedRatio,
    ...plain
  } = options;
  return {
    format: 'by the first lines',
    ...plain,
    ...(options.sessionWindow === 'idle' && { sessionGapSeconds: IDLE_US / 1e6 }),
    salt: salt === undefined ? 'a digest of the log' : 'given',
    reverseDns: typeof reverseDns === 'boolean' ? reverseDns : 'a resolver of the caller',
    topics: Object.keys(topics).length === 0 ? 'none' : given(Object.entries(topics).sort().flat(2)),
    crawlerRanges: crawlerRanges ? given(crawlerRanges) : 'bundled',
    asnTable: asnTable ? given(asnTable) : 'none',
    geoTable: geoTable ? given(geoTable) : 'none',
    hostingRanges: hostingRanges ? given(hostingRanges) : 'bundled',
    maxMalformedRatio: finite(maxMalformedRatio),
    maxBytesOut: finite(maxBytesOut),
    lists: Object.fromEntries(agentLists.map(({ name, date, sha256 }) => [name, { date, sha256 }])),
  };
}

/** What was read, as a manifest shows it; files by name, since where they lie differs from machine to machine. */
export const readingOf = ({ formats, ...counts }: ReadStats): Readonly<Record<string, unknown>> => ({
  ...counts,
  formats: formats.map(({ file, ...found }) => ({ file: file.split(/[/\\]/).at(-1), ...found })),
});

/** A list of the user's: how long it is, and what tells it from another. */
const given = (lines: readonly (string | number)[]) => ({
  entries: lines.length,
  sha256: createHash('sha256').update(lines.join('\n')).digest('hex'),
});

/** JSON has no infinity. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : 'no limit');
