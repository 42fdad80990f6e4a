import { type FeatureTable, nextTurn, type RunResult, type Verdict } from '@deeplogbot/core';

import { oncePerRun } from '../once-per-run.js';
import { SUMMARISED } from '../statistics/feature-summary.js';
import { medianOf, type PackedColumn, packedSize, packNumbers, packTexts, threeDigits } from './packed-column.js';

export interface PageFeature {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  /** Over all rows of the run; null where nothing is measurable. */
  readonly median: number | null;
}

/** What the program of the page must know of a table. Columns are those of {@link PageData}; numbers are set to the right. */
export interface TableSpec {
  /** Begins the ids of the table's elements. */
  readonly id: string;
  /** What a row is, one and many. */
  readonly words: readonly [one: string, many: string];
  /** Column that the rows are ordered by at first, largest first. */
  readonly order: string;
  /** Column of verdicts; value → its name and the class of its colour. */
  readonly label: string;
  readonly labels: Readonly<Record<string, readonly [name: string, style: string]>>;
  /** Columns that words are looked for in. */
  readonly searched: readonly string[];
  /** Columns with a control `filter-COLUMN`: the value chosen, at least the number, 1 where it is checked. */
  readonly filters: Readonly<Record<'equal' | 'atLeast' | 'checked', readonly string[]>>;
  /** Columns of `filters.equal` whose values the program offers. */
  readonly offered: readonly string[];
  /** Heading of the panel of details: these columns, then the numbers with their words. */
  readonly subtitle: readonly string[];
  readonly amounts: readonly (readonly [column: string, word: string])[];
}

export interface PageData {
  readonly table: TableSpec;
  readonly rows: number;
  /** First the columns of the table, then one per entry of `features`. */
  readonly columns: readonly PackedColumn[];
  readonly features: readonly PageFeature[];
  /** Features that did not fit. */
  readonly leftOut: number;
}

const LOCATIONS: TableSpec = {
  id: 'locations',
  words: ['location', 'locations'],
  order: 'downloads',
  label: 'label',
  labels: {
    organic: ['Organic', 'organic'],
    hub: ['Hub', 'hub'],
    bot: ['Bot', 'bot'],
    insufficient_evidence: ['Insufficient evidence', 'insufficient_evidence'],
  },
  searched: ['location', 'city', 'country', 'subcategory', 'reasons'],
  filters: { equal: ['label', 'country'], atLeast: ['downloads'], checked: ['review'] },
  offered: ['country'],
  subtitle: ['city', 'country'],
  amounts: [
    ['downloads', 'downloads'],
    ['users', 'users'],
  ],
};

/** What the table of locations and the panel of details show. Features are added in the order of importance while there is room, `room` in characters. */
export function pageData(run: RunResult, room: number): PageData {
  const { columns, features } = packedOf(run);
  const size = columns.reduce((sum, column) => sum + packedSize(column), 0);
  const added = whatFits(features, room - size);
  return { table: LOCATIONS, rows: run.totalLocations, ...added, columns: [...columns, ...added.columns] };
}

/** Packs what {@link pageData} is going to need, at most as much as fits into `room`, with turns for others. */
export async function preparePageData(run: RunResult, room: number): Promise<void> {
  const { columns, features } = packedOf(run);
  let left = room - columns.reduce((sum, column) => sum + packedSize(column), 0);
  for (let i = 0; i < features.length && left > 0; i++) {
    await nextTurn();
    left -= packedSize(features.at(i).column);
  }
}

interface Packed {
  readonly columns: readonly PackedColumn[];
  readonly features: PackedFeatures;
}

const packedOf = oncePerRun((run): Packed => {
  const rows = Uint32Array.from(run.features.keys, (_, row) => row);
  return { columns: tableColumns(run), features: new PackedFeatures(run.features, rows, featureOrder(run)) };
});

interface PackedFeature {
  readonly column: PackedColumn;
  readonly feature: PageFeature;
}

/** Features of some rows in an order, each packed when it is first asked for. */
class PackedFeatures {
  private readonly packed: PackedFeature[] = [];

  constructor(
    private readonly table: FeatureTable,
    private readonly rows: Uint32Array,
    private readonly names: readonly string[],
  ) {}

  get length(): number {
    return this.names.length;
  }

  at(i: number): PackedFeature {
    this.packed[i] ??= this.pack(this.names[i]!);
    return this.packed[i];
  }

  private pack(name: string): PackedFeature {
    const { table, rows } = this;
    const values = table.need(name);
    const shown = new Float64Array(rows.length);
    for (let i = 0; i < shown.length; i++) shown[i] = threeDigits(values[rows[i]!]!);
    const spec = table.specs.get(name);
    const feature = { name, unit: spec?.unit ?? '', meaning: spec?.meaning ?? '', median: medianOf(values) };
    return { column: packNumbers(name, shown), feature };
  }
}

type Fitting = Pick<PageData, 'columns' | 'features' | 'leftOut'>;

/** The columns of features for some rows, in order, while there is room. */
export const featureColumns = (
  table: FeatureTable,
  rows: Uint32Array,
  wanted: readonly string[],
  room: number,
): Fitting => whatFits(new PackedFeatures(table, rows, wanted), room);

function whatFits(wanted: PackedFeatures, room: number): Fitting {
  const fitting: PackedFeature[] = [];
  let left = room;
  for (let i = 0; i < wanted.length; i++) {
    const packed = wanted.at(i);
    left -= packedSize(packed.column);
    if (left < 0) break;
    fitting.push(packed);
  }
  return {
    columns: fitting.map(({ column }) => column),
    features: fitting.map(({ feature }) => feature),
    leftOut: wanted.length - fitting.length,
  };
}

function tableColumns(run: RunResult): PackedColumn[] {
  const { keys, attributes } = run.features;
  const rows = run.verdicts.rows;
  return [
    packTexts('location', keys),
    packTexts('city', attributes.city),
    packTexts('country', attributes.country),
    packTexts(
      'label',
      rows.map(({ label }) => label),
    ),
    packNumbers('downloads', run.downloads),
    packNumbers('users', Array.from(run.features.get('unique_users') ?? keys.map(() => Number.NaN), threeDigits)),
    packNumbers(
      'per_user',
      Array.from(run.features.get('downloads_per_user') ?? keys.map(() => Number.NaN), threeDigits),
    ),
    packNumbers(
      'confidence',
      rows.map(({ confidence }) => threeDigits(confidence)),
    ),
    packTexts(
      'subcategory',
      rows.map(({ subcategory }) => subcategory),
    ),
    packTexts('reasons', rows.map(reasonsOf)),
    packNumbers(
      'review',
      rows.map(({ needsReview }) => Number(needsReview)),
    ),
  ];
}

/** One line per reason, its rule first. What rules out a location as a bot or hub is worth the room; why a person is one fits in one sentence. */
export function reasonsOf({ label, reasons }: Verdict): string | null {
  const kept = label === 'bot' || label === 'hub' ? reasons.slice(0, 5) : reasons.slice(0, 1);
  const sentence = (text: string) => (label === 'organic' ? text.replace(/ \([^()]*\)\.?$/, '.') : text);
  return kept.length === 0 ? null : kept.map(({ id, sentence: text }) => `${id}\t${sentence(text)}`).join('\n');
}

/** Those that reasons name most often, then the usual ones, then the rest in the order of the table. */
export function featureOrder(run: RunResult): readonly string[] {
  const named = new Map<string, number>();
  for (const { reasons } of run.verdicts.rows) {
    for (const { feature } of reasons) if (feature !== undefined) named.set(feature, (named.get(feature) ?? 0) + 1);
  }
  const often = [...named].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const all = new Set([...often, ...SUMMARISED, ...run.features.columns.keys()]);
  const isQuantity = (name: string) => run.features.specs.get(name)?.names === undefined;
  return [...all].filter((name) => isQuantity(name) && isMeasured(run.features, name)).slice(0, 60);
}

/** Rows of a column that are read at once. */
const PART = 65_536;

/** Whether any row has a value; a column that is not in memory is read no further than to the first. */
function isMeasured(table: FeatureTable, name: string): boolean {
  for (let from = 0; from < table.rows; from += PART) {
    const part = table.range(name, from, Math.min(from + PART, table.rows));
    if (!part) return false;
    if (part.some(Number.isFinite)) return true;
  }
  return false;
}
