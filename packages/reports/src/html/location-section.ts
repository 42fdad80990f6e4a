import type { RunResult } from '@deeplogbot/core';
import { pageData } from './page-data.js';
import { section } from './parts.js';
import { tableSection } from './table-section.js';

const COLUMNS = [
  ['location', 'Location'],
  ['city', 'City'],
  ['country', 'Country'],
  ['label', 'Verdict'],
  ['downloads', 'Downloads'],
  ['users', 'Users'],
  ['per_user', 'Per user'],
  ['confidence', 'Confidence'],
] as const;

const CONTROLS = `<label>Verdict<select id="filter-label"><option value="">all</option><option value="organic">Organic</option><option value="hub">Hub</option><option value="bot">Bot</option><option value="insufficient_evidence">Insufficient evidence</option></select></label>
<label>Country<select id="filter-country"><option value="">all</option></select></label>
<label>Downloads, at least<input id="filter-downloads" type="number" min="0" inputmode="numeric"></label>
<label class="check"><input id="filter-review" type="checkbox">for review only</label>`;

/** The table of all locations, with what its program needs. */
export function locationSection(run: RunResult, room: number): string {
  if (run.totalLocations === 0)
    return section('locations', 'All locations', '<p class="muted">No location was classified.</p>');
  const data = pageData(run, room);
  const fits = data.leftOut > 0 ? ` ${data.features.length} features are here; location_analysis.csv has all.` : '';
  return tableSection({
    title: 'All locations',
    data,
    columns: COLUMNS,
    hint: `Choose a location for its reasons and features. A column’s name sorts by it; arrow keys go from location to location.${fits}`,
    file: 'location_analysis.csv',
    controls: CONTROLS,
  });
}
