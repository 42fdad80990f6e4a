import type { RunResult } from '@deeplogbot/core';
import { cleanTotalLines } from './clean-total.js';
import { clientSummary } from './clients/console-summary.js';
import { clipText, count, counted, foldText, padEnd, padStart, percent, plain } from './plain-text.js';
import { isOfClients } from './words.js';

/** What a run found, in some thirty lines for a terminal. Names of the log are stripped of control characters. */
export function consoleSummary(run: RunResult): string {
  const notes = [
    ...run.warnings.slice(0, 6).flatMap((warning) => foldText(warning, 110).map(noteLine)),
    ...(run.warnings.length > 6 ? [`  note: ${run.warnings.length - 6} more in the report`] : []),
  ];
  return [
    ...(isOfClients(run.schema) ? clientSummary(run) : locationSummary(run)),
    ...(notes.length > 0 ? [...notes, ''] : []),
    ...written(run.files).map((file) => `  wrote ${plain(file)}`),
  ].join('\n');
}

const noteLine = (line: string, i: number): string => `  ${i === 0 ? 'note: ' : '      '}${line}`;

/** The files; those of a folder below that of `run.json`, such as the plots, as one line. */
function written(files: readonly string[]): readonly string[] {
  const folderOf = (file: string) => file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const home = folderOf(files.find((file) => /[/\\]run\.json$/.test(file)) ?? '');
  const below = (folder: string) => home !== '' && folder !== home && folder.startsWith(home);
  const folders = new Set(files.map(folderOf).filter(below));
  const size = (folder: string) => files.filter((file) => folderOf(file) === folder).length;
  return [
    ...files.filter((file) => !folders.has(folderOf(file))),
    ...[...folders].map((folder) => `${folder} (${size(folder)} files)`),
  ];
}

function locationSummary(run: RunResult): readonly string[] {
  const { stats } = run;
  const row = (name: string, locations: string, downloads: number) =>
    `  ${padEnd(name, 22)}${padEnd(locations, 20)}${padStart(count(downloads), 14)} ${downloads === 1 ? 'download ' : 'downloads'} ${padStart(percent(downloads, stats.total), 8)}`;
  const of = (name: string, locations: number, downloads: number) =>
    row(name, `${padStart(count(locations), 10)} ${locations === 1 ? 'location' : 'locations'}`, downloads);
  return [
    `${counted(stats.total, 'download')} from ${counted(run.totalLocations, 'location')}`,
    '',
    of('bots', run.botLocations, stats.bots),
    of('hubs', run.hubLocations, stats.hubs),
    of('organic', run.organicLocations, stats.normal),
    of('insufficient evidence', run.insufficientLocations, stats.insufficientEvidence),
    row('filtered', '', stats.filtered),
    '',
    ...cleanTotalLines(run).map((line) => `  ${line}`),
    '',
    ...largest(run),
  ];
}

function largest(run: RunResult): string[] {
  const rows = [...run.verdicts.rows.keys()]
    .filter((i) => run.verdicts.rows[i]!.label === 'bot')
    .sort((a, b) => run.downloads[b]! - run.downloads[a]! || a - b)
    .slice(0, 3);
  if (rows.length === 0) return [];
  const { city, country } = run.features.attributes;
  const lines = (i: number) => {
    const place = [city[i] || run.features.keys[i], country[i]].filter(Boolean).join(', ');
    const reason = run.verdicts.rows[i]!.reasons[0]?.sentence ?? '';
    return [
      `  ${padEnd(clipText(place, 41), 42)}${padStart(count(run.downloads[i]!), 14)} ${run.downloads[i] === 1 ? 'download' : 'downloads'}`,
      ...foldText(reason, 110).map((line) => `    ${line}`),
    ];
  };
  return ['Largest bots', ...rows.flatMap(lines), ''];
}
