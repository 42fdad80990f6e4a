import type { RunResult, Verdict } from '@deeplogbot/core';
import { deflateSync, strToU8 } from 'fflate';
import { SUMMARISED } from '../statistics/feature-summary.js';

/**
 * One column of the table of locations as the page gets it: distinct values in ascending order, and for each row the number of its
 * value; 0 is NULL, so that sorting by numbers sorts by values. Both are raw DEFLATE in base64: `values` a JSON array, `codes` one, two or four
 * bytes a row, first all lowest bytes, then all second ones, and so on.
 */
export interface PackedColumn {
  readonly name: string;
  readonly kind: 'text' | 'number';
  readonly values: string;
  readonly codes: string;
  readonly bytes: 1 | 2 | 4;
}

export interface PageFeature {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  /** Over all locations; null where nothing is measurable. */
  readonly median: number | null;
}

export interface PageData {
  readonly rows: number;
  /** First the columns of the table, then one per entry of `features`. */
  readonly columns: readonly PackedColumn[];
  readonly features: readonly PageFeature[];
  /** Features that did not fit. */
  readonly leftOut: number;
}

/** What the table and the panel of details show. Features are added in the order of importance while there is room, `room` in characters. */
export function pageData(run: RunResult, room: number): PageData {
  const columns = tableColumns(run);
  const features: PageFeature[] = [];
  let size = columns.reduce((sum, column) => sum + column.values.length + column.codes.length, 0);
  const wanted = featureOrder(run);
  for (const name of wanted) {
    const values = run.features.need(name);
    const column = packNumbers(name, Array.from(values, threeDigits));
    size += column.values.length + column.codes.length;
    if (size > room) break;
    columns.push(column);
    const spec = run.features.specs.get(name);
    features.push({ name, unit: spec?.unit ?? '', meaning: spec?.meaning ?? '', median: medianOf(values) });
  }
  return { rows: run.totalLocations, columns, features, leftOut: wanted.length - features.length };
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
    packNumbers('downloads', [...run.downloads]),
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
function reasonsOf({ label, reasons }: Verdict): string | null {
  const kept = label === 'bot' || label === 'hub' ? reasons.slice(0, 5) : reasons.slice(0, 1);
  const sentence = (text: string) => (label === 'organic' ? text.replace(/ \([^()]*\)\.?$/, '.') : text);
  return kept.length === 0 ? null : kept.map(({ id, sentence: text }) => `${id}\t${sentence(text)}`).join('\n');
}

/** Those that reasons name most often, then the usual ones, then the rest in the order of the table. */
function featureOrder(run: RunResult): readonly string[] {
  const named = new Map<string, number>();
  for (const { reasons } of run.verdicts.rows) {
    for (const { feature } of reasons) if (feature !== undefined) named.set(feature, (named.get(feature) ?? 0) + 1);
  }
  const often = [...named].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const all = new Set([...often, ...SUMMARISED, ...run.features.columns.keys()]);
  return [...all].filter((name) => run.features.get(name)?.some(Number.isFinite)).slice(0, 60);
}

const threeDigits = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(3)));

function medianOf(values: Float64Array): number | null {
  const x = values.filter(Number.isFinite).sort();
  if (x.length === 0) return null;
  return threeDigits((x[(x.length - 1) >> 1]! + x[x.length >> 1]!) / 2);
}

function packTexts(name: string, values: readonly (string | null)[]): PackedColumn {
  const distinct = [...new Set(values.filter((value) => value !== null))].sort();
  return pack(name, 'text', distinct, values);
}

/** NaN is NULL. */
function packNumbers(name: string, values: readonly number[]): PackedColumn {
  const known = values.map((value) => (Number.isFinite(value) ? value : null));
  const distinct = [...new Set(known.filter((value) => value !== null))].sort((a, b) => a - b);
  return pack(name, 'number', distinct, known);
}

function pack<T>(
  name: string,
  kind: PackedColumn['kind'],
  distinct: readonly T[],
  values: readonly (T | null)[],
): PackedColumn {
  const codeOf = new Map<T | null, number>(distinct.map((value, i) => [value, i + 1]));
  const bytes = distinct.length < 256 ? 1 : distinct.length < 65_536 ? 2 : 4;
  const planes = new Uint8Array(values.length * bytes);
  values.forEach((value, row) => {
    const code = codeOf.get(value) ?? 0;
    for (let byte = 0; byte < bytes; byte++) planes[byte * values.length + row] = (code >>> (8 * byte)) & 255;
  });
  return { name, kind, values: packed(strToU8(JSON.stringify(distinct))), codes: packed(planes), bytes };
}

/** Lone surrogates have become replacement characters by now. */
function packed(bytes: Uint8Array): string {
  const small = deflateSync(bytes, { level: 6 });
  let text = '';
  for (let at = 0; at < small.length; at += 8192) text += String.fromCharCode(...small.subarray(at, at + 8192));
  return btoa(text);
}
