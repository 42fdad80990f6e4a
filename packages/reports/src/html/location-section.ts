import type { RunResult } from '@deeplogbot/core';
import { scriptJson } from './escape.js';
import { pageData } from './page-data.js';
import { section } from './parts.js';

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

/** The table of all locations, with what its program needs. */
export function locationSection(run: RunResult, room: number): string {
  if (run.totalLocations === 0)
    return section('locations', 'All locations', '<p class="muted">No location was classified.</p>');
  const data = pageData(run, room);
  const head = COLUMNS.map(
    ([column, name]) =>
      `<th scope="col" data-column="${column}" aria-sort="none"><button type="button">${name}</button></th>`,
  );
  const fits = data.leftOut > 0 ? ` ${data.features.length} features are here; location_analysis.csv has all.` : '';
  return section(
    'locations',
    'All locations',
    `<p class="muted" id="locations-hint">Choose a location for its reasons and features. A column’s name sorts by it; arrow keys go from location to location.${fits}</p>
<noscript><p>This table needs scripts; location_analysis.csv holds the same rows.</p></noscript>
<form class="filters" id="filters" role="search" aria-label="Filter locations">
<label>Words<input id="filter-text" type="search" autocomplete="off"></label>
<label>Verdict<select id="filter-label"><option value="">all</option><option value="organic">Organic</option><option value="hub">Hub</option><option value="bot">Bot</option><option value="insufficient_evidence">Insufficient evidence</option></select></label>
<label>Country<select id="filter-country"><option value="">all</option></select></label>
<label>Downloads, at least<input id="filter-downloads" type="number" min="0" inputmode="numeric"></label>
<label class="check"><input id="filter-review" type="checkbox">for review only</label>
</form>
<div class="pager"><button type="button" id="page-before" disabled>Previous</button><button type="button" id="page-after" disabled>Next</button><span id="locations-count" role="status">Loading…</span></div>
<div class="scroll" tabindex="0" role="region" aria-label="Table of locations"><table id="locations-table" aria-describedby="locations-hint"><thead><tr>${head.join('')}</tr></thead><tbody id="locations-body"></tbody></table></div>
<dialog id="details" aria-labelledby="detail-title"><form method="dialog"><button class="close">Close</button></form><div id="details-content"></div></dialog>
<script type="application/json" id="locations-data">${scriptJson(data)}</script>`,
  );
}
