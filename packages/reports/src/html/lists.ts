import type { Label, Reason, RunResult } from '@deeplogbot/core';
import { count, counted } from '../plain-text.js';
import { withoutValues } from '../reason-text.js';
import { saidBy } from '../said.js';
import { wordsOf } from '../words.js';
import { escapeHtml } from './escape.js';
import { list, section, table } from './parts.js';

const SHOWN = 10;

/** The largest bots, hubs and organic locations, each with its reason. */
export function largest(run: RunResult): string {
  return section(
    'largest',
    'Largest locations and why',
    (
      [
        ['bot', 'Bots'],
        ['hub', 'Hubs'],
        ['organic', 'Organic locations'],
      ] as const
    )
      .map(([label, name]) => `<h3>${name}</h3>${largestOf(run, label)}`)
      .join('\n'),
  );
}

function largestOf(run: RunResult, label: Label): string {
  const rows = run.verdicts.rows
    .flatMap((verdict, i) => (verdict.label === label ? [i] : []))
    .sort((a, b) => run.downloads[b]! - run.downloads[a]! || a - b)
    .slice(0, SHOWN);
  if (rows.length === 0) return '<p class="muted">None.</p>';
  const users = run.features.get('unique_users');
  const { city, country } = run.features.attributes;
  return table(
    {
      names: ['Location', 'Place', 'Downloads', 'Users', 'Confidence', 'Why'],
      rows: rows.map((i) => [
        run.features.keys[i]!,
        [city[i], country[i]].filter(Boolean).join(', ') || null,
        run.downloads[i]!,
        users ? users[i]! : null,
        run.verdicts.rows[i]!.confidence,
        tellingReasons(run.verdicts.rows[i]!.reasons, 2)
          .map(({ sentence }) => sentence)
          .join(' ') || null,
      ]),
    },
    `largest, ${label}`,
  );
}

/** Begins the ids of what a model says of a feature; other reasons are rules. */
const FEATURE = 'feature:';

/** What the model of labelled locations says of a class. */
const BASE = /^feature:base_(organic|bot|hub)$/;

/** The first reasons, only one of which may be what the model of labelled locations says: it would say the same twice. */
function tellingReasons(reasons: readonly Reason[], most: number): readonly Reason[] {
  const first = reasons.findIndex(({ id }) => BASE.test(id));
  return reasons.filter(({ id }, i) => i === first || !BASE.test(id)).slice(0, most);
}

/** A reason as a reader knows it: the id of a rule, the name of a feature, what the model says. */
const reasonName = (id: string): string => {
  const feature = id.replace(/^feature:/, '');
  return (id === feature ? undefined : saidBy(feature)?.who) ?? feature;
};

/** What a reason means, without the values of one location. */
function reasonMeaning({ features }: RunResult, { id, sentence, meaning }: Reason): string | null {
  if (!id.startsWith(FEATURE)) return withoutValues(sentence);
  const feature = id.slice(FEATURE.length);
  return features.specs.get(feature)?.meaning ?? meaning ?? saidBy(feature)?.what ?? null;
}

interface Branch {
  locations: number;
  downloads: number;
  readonly below: Map<string, Branch>;
}

const branch = (): Branch => ({ locations: 0, downloads: 0, below: new Map() });

/** Locations and downloads of each level of the taxonomy. */
export function taxonomy(run: RunResult): string {
  const root = branch();
  run.verdicts.rows.forEach(({ behaviorType, automationCategory, subcategory }, i) => {
    let at = root;
    for (const level of [behaviorType, automationCategory, subcategory]) {
      if (level === null) continue;
      at.below.set(level, at.below.get(level) ?? branch());
      at = at.below.get(level)!;
      at.locations += 1;
      at.downloads += run.downloads[i]!;
    }
  });
  return section(
    'taxonomy',
    'Taxonomy',
    root.below.size === 0 ? '<p class="muted">No location was classified.</p>' : tree(root),
  );
}

function tree({ below }: Branch): string {
  if (below.size === 0) return '';
  const items = [...below]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, each]) =>
        `<li>${escapeHtml(name.replaceAll('_', ' '))} <span class="muted">${counted(each.locations, 'location')}, ${counted(each.downloads, 'download')}</span>${tree(each)}</li>`,
    );
  return `<ul class="tree">${items.join('')}</ul>`;
}

interface ReasonGroup {
  readonly label: Label;
  /** As the first location has it. */
  readonly reason: Reason;
  locations: number;
  downloads: number;
  first: number;
}

/** How many locations each rule, or each feature that a model names, speaks for. */
export function reasonCounts(run: RunResult): string {
  const groups = new Map<string, ReasonGroup>();
  run.verdicts.rows.forEach(({ label, reasons }, i) => {
    const downloads = run.downloads[i]!;
    reasons.forEach((reason, place) => {
      const { id } = reason;
      const group = groups.get(`${label} ${id}`) ?? { label, reason, locations: 0, downloads: 0, first: 0 };
      group.locations += 1;
      group.downloads += downloads;
      group.first += Number(place === 0);
      groups.set(`${label} ${id}`, group);
    });
  });
  if (groups.size === 0) return '<p class="muted">The method gives no reasons.</p>';
  const rows = [...groups.values()]
    .sort((a, b) => b.locations - a.locations || (a.reason.id < b.reason.id ? -1 : 1))
    .slice(0, 60);
  return table({
    names: ['Reason', 'What it says', 'Verdict', 'Locations', 'First reason of', 'Downloads'],
    rows: rows.map(({ reason, label, locations, first, downloads }) => [
      reasonName(reason.id),
      reasonMeaning(run, reason),
      label.replaceAll('_', ' '),
      locations,
      first,
      downloads,
    ]),
  });
}

/** Rows of the input that have no verdict, and what the log could not tell. */
export function leftOut(run: RunResult, notMeasured: readonly (readonly [what: string, why: string])[]): string {
  const { rowCounts: rows, schema } = run;
  const [thing, event] = wordsOf(schema);
  const lines: readonly (readonly [string, number])[] = [
    [`classified with their ${thing}`, rows.classified],
    [`${thing} below ${counted(schema.minLocationDownloads, event)}`, rows.belowMinimum],
    [`no ${thing}`, rows.noLocation],
    ['no readable timestamp', rows.noTimestamp],
    ['outside the time window', rows.outsideWindow],
    ['lines that could not be read at all (in no other figure)', run.rejectedRows],
  ];
  const missing = notMeasured.map(([what, why]) => `${escapeHtml(what)}: ${escapeHtml(why)}`);
  return section(
    'left-out',
    'What was left out, and why',
    `${table({ names: ['Rows', 'Number'], rows: lines })}${missing.length > 0 ? `<h3>Not measured</h3>${list(missing)}` : ''}`,
  );
}

/** What went in, with which options: enough to make the run again. */
export function provenance(run: RunResult): string {
  const facts: readonly (readonly [string, string | number])[] = [
    ...run.inputs.map(
      ({ path, bytes, digest }) =>
        ['Input', `${path.split(/[/\\]/).at(-1)}, ${count(bytes)} bytes, ${digest}`] as const,
    ),
    ['Provider', run.provider],
    ['Method', run.method],
    ['Definitions', run.definitions],
    ['Engine', run.engine],
    ['Seed', run.randomState],
    ['Contamination', run.contamination],
    ['Features', run.features.columns.size],
    ['Scans of the log for features', run.plan.sourceScans],
    ...Object.entries(run.schema).map(
      ([name, value]) => [`schema.${name}`, value === null ? '–' : String(value)] as const,
    ),
  ];
  return section(
    'provenance',
    'How this was made',
    table({ names: ['What', 'Value'], rows: facts.map(([what, value]) => [what, String(value)]) }),
  );
}
