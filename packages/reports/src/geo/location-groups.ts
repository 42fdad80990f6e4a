import type { Reporter, RunResult } from '@deeplogbot/core';
import { oncePerRun } from '../once-per-run.js';
import { csvLines } from '../tables/csv.js';
import { groupLocations, type LocationGroup } from './groups.js';

/** Groups of near locations of every class, within the radius and by the names of the run. */
export function groupsOf(run: RunResult): readonly LocationGroup[] {
  const groups = groupsByCity(run);
  if (run.placeNames.size === 0) return groups;
  return groups.map((group) => ({
    ...group,
    name: run.placeNames.get(run.features.keys[group.canonical]!) ?? group.name,
  }));
}

const groupsByCity = oncePerRun(({ features, downloads, verdicts, groupRadiusKm }) => {
  const { keys, attributes } = features;
  const users = features.get('unique_users');
  const kind = verdicts.rows.map(({ label }) => label);
  return groupLocations({ keys, ...attributes, downloads, users, kind }, { groupRadiusKm });
});

/**
 * `location_groups.csv`: which locations of a class and country lie within `groupRadiusKm` of a larger one and are the same place under several
 * coordinates; one row per location, its group named by the canonical member. Not written when the radius is 0.
 */
export const locationGroups: Reporter = {
  name: 'location-groups',
  early: true,
  async write(run, target) {
    if (run.groupRadiusKm === 0) return [];
    const { keys, attributes } = run.features;
    const groups = groupsOf(run);
    const rows = groups.flatMap((group, number) => group.members.map((row) => ({ row, group, number: number + 1 })));
    const degrees = (value: number | undefined) => (value === undefined ? null : Math.round(value * 1e5) / 1e5);
    return [
      await target.write(
        'location_groups.csv',
        csvLines(
          [
            'group',
            'name',
            'canonical_location',
            'label',
            'country',
            'geo_location',
            'downloads',
            'group_locations',
            'group_downloads',
            'centroid_latitude',
            'centroid_longitude',
          ],
          [
            rows.map(({ number }) => number),
            rows.map(({ group }) => group.name),
            rows.map(({ group }) => keys[group.canonical]!),
            rows.map(({ row }) => run.verdicts.rows[row]!.label),
            rows.map(({ row }) => attributes.country[row] ?? null),
            rows.map(({ row }) => keys[row]!),
            rows.map(({ row }) => run.downloads[row]!),
            rows.map(({ group }) => group.members.length),
            rows.map(({ group }) => group.downloads),
            rows.map(({ group }) => degrees(group.centroid?.latitude)),
            rows.map(({ group }) => degrees(group.centroid?.longitude)),
          ],
        ),
      ),
    ];
  },
};
