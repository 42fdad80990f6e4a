import type { RunResult } from '@deeplogbot/core';
import { LABEL_STYLE } from '../charts/palette.js';
import { groupsOf } from '../geo/location-groups.js';
import { count, counted } from '../plain-text.js';
import { section, table } from './parts.js';

const SHOWN = 20;

/** Locations of every class that are one place under several coordinates, most downloads first; nothing where the run does not group. */
export function places(run: RunResult): string {
  if (run.groupRadiusKm === 0 || run.totalLocations === 0) return '';
  const groups = groupsOf(run);
  const several = groups.filter(({ members }) => members.length > 1).sort((a, b) => b.downloads - a.downloads);
  const { country } = run.features.attributes;
  const near = `within ${run.groupRadiusKm} km`;
  const said =
    several.length === 0
      ? `No two locations of a class and country lie ${near} of each other.`
      : `Locations of a class and country ${near} of a larger one are one place: ${count(run.totalLocations)} locations are ${counted(groups.length, 'place')}. location_groups.csv has all.`;
  const rows = several
    .slice(0, SHOWN)
    .map(({ canonical, name, members, downloads }) => [
      name,
      country[canonical] ?? null,
      LABEL_STYLE[run.verdicts.rows[canonical]!.label].name,
      members.length,
      downloads,
    ]);
  const names = ['Place', 'Country', 'Verdict', 'Locations', 'Downloads'];
  return section(
    'groups',
    'Locations that are one place',
    `<p class="muted">${said}</p>${rows.length > 0 ? table({ names, rows }) : ''}`,
  );
}
