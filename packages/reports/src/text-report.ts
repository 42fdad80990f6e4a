import type { Label, Reporter, RunResult } from '@deeplogbot/core';
import { cleanTotalLines } from './clean-total.js';
import type { LocationGroup } from './geo/groups.js';
import { groupsOf } from './geo/location-groups.js';
import { clipText, count, counted, day, measure, padEnd, padStart, percent, plain } from './plain-text.js';
import { heading, section } from './text-layout.js';

/** `bot_detection_report.txt`: what was found and why, for a person to read. It holds no wall-clock time, so equal runs give equal files. */
export const textReport: Reporter = {
  name: 'text-report',
  early: true,
  write: async (run, target) => [await target.write('bot_detection_report.txt', `${reportLines(run).join('\n')}\n`)],
};

function reportLines(run: RunResult): string[] {
  return [
    ...head(run),
    ...section('SUMMARY', summary(run)),
    ...section('ROWS', rowLines(run)),
    ...section('THREE-LEVEL CLASSIFICATION', taxonomy(run)),
    ...section('CITIES WITH MORE THAN 100,000 DOWNLOADS', cities(run)),
    ...section(`BOT LOCATIONS (${count(run.botLocations)})`, locationLines(run, 'bot')),
    ...section(`HUB LOCATIONS (${count(run.hubLocations)})`, locationLines(run, 'hub')),
    ...section('HUBS AS PLACES', hubPlaces(run)),
    ...section('METHOD', method(run)),
    ...section('FEATURES', features(run)),
    ...section('WARNINGS', run.warnings.length > 0 ? run.warnings.map(plain) : ['none']),
  ];
}

function head(run: RunResult): string[] {
  return [
    ...heading('BOT DETECTION REPORT'),
    `Log window: ${day(run.window.firstUs)} to ${day(run.window.lastUs)} (UTC)`,
    `Provider: ${run.provider}   Method: ${run.method}   Definitions: ${run.definitions}`,
  ];
}

const LABELS: readonly (readonly [Label, string])[] = [
  ['bot', 'Bots'],
  ['hub', 'Hubs'],
  ['organic', 'Organic'],
  ['insufficient_evidence', 'Insufficient evidence'],
];

/** Locations and downloads per label; the last line is what is left for a usage figure. */
function summary(run: RunResult): string[] {
  const { stats } = run;
  const locations = {
    bot: run.botLocations,
    hub: run.hubLocations,
    organic: run.organicLocations,
    insufficient_evidence: run.insufficientLocations,
  };
  const downloads = {
    bot: stats.bots,
    hub: stats.hubs,
    organic: stats.normal,
    insufficient_evidence: stats.insufficientEvidence,
  };
  const row = (name: string, n: number, d: number) =>
    `${padEnd(name, 24)}${padStart(count(n), 12)}${padStart(percent(n, run.totalLocations), 10)}${padStart(count(d), 16)}${padStart(percent(d, stats.total), 10)}`;
  return [
    `${padEnd('', 24)}${padStart('locations', 12)}${padStart('', 10)}${padStart('downloads', 16)}`,
    ...LABELS.map(([label, name]) => row(name, locations[label], downloads[label])),
    `${padEnd('Filtered', 24)}${padStart('', 22)}${padStart(count(stats.filtered), 16)}${padStart(percent(stats.filtered, stats.total), 10)}`,
    row('All', run.totalLocations, stats.total),
    '',
    ...cleanTotalLines(run),
  ];
}

function rowLines({ rowCounts: rows, rejectedRows }: RunResult): string[] {
  const line = (name: string, n: number) => `${padEnd(name, 44)}${padStart(count(n), 16)}`;
  return [
    line('Rows of the input', rows.total),
    line('  classified with their location', rows.classified),
    line('  location below the minimum of downloads', rows.belowMinimum),
    line('  no location', rows.noLocation),
    line('  no readable timestamp', rows.noTimestamp),
    line('  outside the time window', rows.outsideWindow),
    line('Lines that could not be read at all', rejectedRows),
  ];
}

function taxonomy(run: RunResult): string[] {
  const groups = new Map<string, { locations: number; downloads: number }>();
  run.verdicts.rows.forEach((verdict, i) => {
    const path = [verdict.behaviorType, verdict.automationCategory, verdict.subcategory]
      .filter((part) => part !== null)
      .join(' › ');
    const group = groups.get(path) ?? { locations: 0, downloads: 0 };
    group.locations += 1;
    group.downloads += run.downloads[i]!;
    groups.set(path, group);
  });
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([path, { locations, downloads }]) =>
        `${padEnd(clipText(path, 52), 52)}${padStart(count(locations), 10)}${padStart(count(downloads), 16)}`,
    );
}

/** Users of several coordinates of a city are counted once per coordinate, which the column says. */
function cities(run: RunResult): string[] {
  const users = run.features.get('unique_users');
  const { country, city } = run.features.attributes;
  const groups = new Map<
    string,
    { country: string; city: string; locations: number; users: number; downloads: number }
  >();
  run.features.keys.forEach((_, i) => {
    const place = { country: country[i] ?? '–', city: city[i] ?? '–' };
    const id = JSON.stringify(place);
    const group = groups.get(id) ?? { ...place, locations: 0, users: 0, downloads: 0 };
    groups.set(id, group);
    group.locations += 1;
    group.users += users?.[i] ?? Number.NaN;
    group.downloads += run.downloads[i]!;
  });
  const large = [...groups.values()]
    .filter((group) => group.downloads > 100_000)
    .sort((a, b) => b.downloads - a.downloads || (a.city < b.city ? -1 : 1));
  if (large.length === 0) return ['none'];
  const header = `${padEnd('Country', 18)}${padEnd('City', 22)}${padStart('Locs', 6)}${padStart('Users (sum)', 13)}${padStart('Downloads', 14)}${padStart('DL/User', 12)}`;
  return [
    header,
    ...large
      .slice(0, 50)
      .map(
        (group) =>
          `${padEnd(clipText(group.country, 16), 18)}${padEnd(clipText(group.city, 20), 22)}${padStart(count(group.locations), 6)}${padStart(Number.isNaN(group.users) ? '–' : count(group.users), 13)}${padStart(count(group.downloads), 14)}${padStart(measure(group.downloads / group.users), 12)}`,
      ),
  ];
}

/** Every location of a label, most downloads first. */
function locationLines(run: RunResult, label: Label): string[] {
  const users = run.features.get('unique_users');
  const { country, city } = run.features.attributes;
  const rows = [...run.verdicts.rows.keys()]
    .filter((i) => run.verdicts.rows[i]!.label === label)
    .sort((a, b) => run.downloads[b]! - run.downloads[a]! || a - b);
  if (rows.length === 0) return ['none'];
  const header = `${padEnd('Country', 18)}${padEnd('City', 22)}${padEnd('Location', 22)}${padStart('Users', 9)}${padStart('Downloads', 12)}  Confidence and reason`;
  const line = (i: number) => {
    const verdict = run.verdicts.rows[i]!;
    const place = `${padEnd(clipText(country[i] ?? '–', 16), 18)}${padEnd(clipText(city[i] ?? '–', 20), 22)}${padEnd(clipText(run.features.keys[i]!, 20), 22)}`;
    const counts = `${padStart(users ? count(users[i]!) : '–', 9)}${padStart(count(run.downloads[i]!), 12)}`;
    return `${place}${counts}  ${measure(verdict.confidence)}  ${clipText(verdict.reasons[0]?.sentence ?? '', 140)}`;
  };
  return [header, ...rows.map(line)];
}

/** Hubs near a larger one in the same country are one place. */
function hubPlaces(run: RunResult): string[] {
  const hubs = groupsOf(run).filter(({ canonical }) => run.verdicts.rows[canonical]!.label === 'hub');
  if (hubs.length === 0) return ['none'];
  const several = hubs.filter(({ members }) => members.length > 1);
  const line = ({ name, canonical, members, downloads }: LocationGroup) =>
    `${padEnd(clipText(run.features.attributes.country[canonical] ?? '–', 16), 18)}${padEnd(clipText(name, 28), 30)}${padStart(count(members.length), 6)}${padStart(count(downloads), 14)}`;
  const header = `${padEnd('Country', 18)}${padEnd('Place', 30)}${padStart('Locs', 6)}${padStart('Downloads', 14)}`;
  const [all, places] = [counted(run.hubLocations, 'location'), counted(hubs.length, 'place')];
  return [
    `Hub locations as places: ${all} ${run.hubLocations === 1 ? 'is' : 'are'} ${places}.`,
    ...(several.length > 0 ? [header, ...several.map(line)] : []),
  ];
}

function method(run: RunResult): string[] {
  return [
    `Each location was classified by "${run.method}" from ${run.features.columns.size} features, computed over ${count(run.rowCounts.classified)} downloads.`,
    `Unusual locations were scored by an isolation forest (contamination ${run.contamination}, seed ${run.randomState}).`,
    `The source was read ${run.plan.sourceScans} times to compute features.`,
  ];
}

/** Only what was computed, with its own meaning. */
const features = (run: RunResult): string[] =>
  [...run.features.columns.keys()].map((name) => `${padEnd(name, 34)} ${run.features.specs.get(name)?.meaning ?? ''}`);
