import type { Label, RunResult } from '@deeplogbot/core';
import { peopleLines, shareOfPeople } from '../clean-total.js';
import { count, counted } from '../plain-text.js';
import { knownCountry } from '../statistics/regions.js';
import { share, unbroken } from './parts.js';

/** What the run found, in one sentence and five numbers. */
export function answer(run: RunResult): string {
  const { stats } = run;
  const rest = [counted(run.organicLocations, 'location'), dataSets(run), countries(run)].filter(
    (part) => part !== null,
  );
  const sentence =
    stats.total === 0
      ? 'The log holds no downloads.'
      : `<strong>${count(stats.normal)} of ${count(stats.total)} downloads (${share(stats.normal, stats.total)})</strong> are left after bots and hubs are filtered out. They come from ${listed(rest)}.`;
  return `<p class="answer">${sentence}</p>${certainty(run)}
<ul class="cards">
${card('organic', 'Organic', run.organicLocations, stats.normal, run)}
${card('hub', 'Hubs', run.hubLocations, stats.hubs, run)}
${card('bot', 'Bots', run.botLocations, stats.bots, run)}
${card('insufficient_evidence', 'Insufficient evidence', run.insufficientLocations, stats.insufficientEvidence, run)}
<li><span>Without a verdict</span><strong>${count(stats.filtered)}</strong><span class="muted">rows without place or time, or outside the window</span></li>
</ul>`;
}

/** How sure the total is; nothing where no location has probabilities. */
function certainty(run: RunResult): string {
  const { delivered, expected, high } = run.cleanTotal;
  if (expected === 0 && high === 0) return '';
  const share = delivered === 0 ? [] : [`Of what is left ${shareOfPeople(run)} is expected to be of people`];
  return `\n${[...share, ...peopleLines(run)].map((line) => `<p class="muted">${unbroken(line)}.</p>`).join('\n')}`;
}

const card = (label: Label, name: string, locations: number, downloads: number, { stats }: RunResult): string =>
  `<li class="${label}"><span>${name}</span><strong>${count(downloads)}</strong><span class="muted">downloads (${share(downloads, stats.total)}) from ${counted(locations, 'location')}</span></li>`;

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** Data sets that organic locations downloaded; nothing where that was not measured. */
function dataSets({ usage }: RunResult): string | null {
  const project = usage?.dimensions.project;
  if (project === undefined || project.notMeasured !== null) return null;
  const reached = project.rows.filter(({ value, downloads }) => value !== null && downloads.organic > 0).length;
  return `reach ${project.rows.length < project.distinct ? 'at least ' : ''}${counted(reached, 'data set')}`;
}

function countries(run: RunResult): string | null {
  if (run.schema.countryField === null) return null;
  const named = run.features.attributes.country.filter(
    (country, i) => run.verdicts.rows[i]!.label === 'organic' && knownCountry(country),
  );
  const { size } = new Set(named);
  return `lie in ${count(size)} ${size === 1 ? 'country' : 'countries'}`;
}
