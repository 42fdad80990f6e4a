import type { RunControl, RunResult } from '@deeplogbot/core';
import type { LocationGroup } from '../geo/groups.js';
import { groupsOf } from '../geo/location-groups.js';
import { gazetteerNamer } from './gazetteer-namer.js';
import type { PlaceNamer, PlaceToName } from './place-namer.js';

/**
 * Names of a run's places by the key of their canonical location, where they differ from the default: first from the gazetteer, then from a
 * namer of the caller's, which sees what the gazetteer said.
 */
export async function placeNames(
  run: RunResult,
  namer: PlaceNamer | null,
  control: RunControl = {},
): Promise<{ readonly names: ReadonlyMap<string, string>; readonly warnings: readonly string[] }> {
  const groups = [...groupsOf(run)].sort((a, b) => b.downloads - a.downloads || a.canonical - b.canonical);
  const places = groups.map((group) => placeOf(run, group));
  const listed = await gazetteerNamer.names(places, control);
  const better = places.map((place, i) => ({ ...place, defaultName: listed.names[i] ?? place.defaultName }));
  const asked = namer ? await namer.names(better, control) : { names: [], warnings: [] };
  const names = new Map<string, string>();
  groups.forEach(({ canonical }, i) => {
    const name = asked.names[i] ?? listed.names[i];
    if (name) names.set(run.features.keys[canonical]!, name);
  });
  return { names, warnings: asked.warnings };
}

function placeOf({ features, downloads }: RunResult, group: LocationGroup): PlaceToName {
  const { country, city } = features.attributes;
  const bySize = [...group.members].sort((a, b) => downloads[b]! - downloads[a]! || a - b);
  const cities = bySize.flatMap((row) => city[row] || []);
  return {
    defaultName: group.name,
    country: country[group.canonical] ?? null,
    cities: [...new Set(cities)],
    locations: group.members.length,
    centroid: group.centroid,
  };
}
