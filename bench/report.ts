import { InputError } from '@deeplogbot/core';
import type { PartResult } from './parts.js';
import { median } from './peer/table.js';

/** What an answer must reach before its time is reported. */
export interface Bounds {
  readonly rows: number;
  readonly locations: number;
  readonly macroF1: number;
}

export interface Report {
  readonly rows: number;
  readonly locations: number;
  readonly hardware: Readonly<Record<string, string | number>>;
  /** As they ran; a part that ran several times stands there as often. */
  readonly parts: readonly PartResult[];
}

/** Stops the benchmark when a part lost rows or locations or its labels are poor: a wrong answer is never timed. */
export function checkAnswer(result: PartResult, bounds: Bounds): void {
  const demand = (what: string, found: number | undefined, wanted: number) => {
    if (found === wanted) return;
    throw wrong(`${what} is ${found}, not ${wanted}`, result.part);
  };
  demand('the number of rows', result.rows, bounds.rows);
  if (!result.part.startsWith('rules')) return;
  demand('the number of annotated rows', result.annotatedRows, bounds.rows);
  demand('the number of locations', result.locations, bounds.locations);
  demand('the number of locations without a verdict', result.quality?.missing, 0);
  const f1 = result.quality?.macroF1WithoutVisitors ?? 0;
  if (!(f1 >= bounds.macroF1)) throw wrong(`macro-F1 is ${f1.toFixed(3)}, below ${bounds.macroF1}`, result.part);
}

const wrong = (what: string, part: string) =>
  new InputError('BENCH_WRONG_ANSWER', `In the part "${part}" ${what}.`, {
    hint: 'The run is wrong, so its time means nothing; find out why first.',
  });

/** The report as a Markdown table and the ratios. */
export function tableOf(report: Report): string {
  const { parts, hardware } = report;
  const machine = Object.entries(hardware).map(([name, value]) => `${name}: ${value}`);
  return [
    `${report.rows.toLocaleString('en')} rows, ${report.locations.toLocaleString('en')} locations; ${machine.join(', ')}`,
    '',
    '| part | seconds | processor seconds | rows/s | peak MiB | source scans | macro-F1 |',
    '|---|---|---|---|---|---|---|',
    ...[...new Set(parts.map(({ part }) => part))].map((name) => lineOf(parts.filter(({ part }) => part === name))),
    '',
    ...ratios(parts).map(([name, value, aim]) => `${name}: ${value.toFixed(2)} (aim ≤ ${aim})`),
  ].join('\n');
}

/** All runs of one part. */
function lineOf(runs: readonly PartResult[]): string {
  const { part, sourceScans, quality } = runs[0]!;
  const cell = (of: (run: PartResult) => number, text: (value: number) => string) => {
    const values = runs.map(of);
    return runs.length === 1 ? text(values[0]!) : `${text(median(values))} (${values.map(text).join(', ')})`;
  };
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const cells = [
    part,
    cell(
      ({ seconds }) => seconds,
      (value) => value.toFixed(2),
    ),
    cell(
      ({ cpuSeconds }) => cpuSeconds,
      (value) => value.toFixed(1),
    ),
    cell(({ rows, seconds }) => rows / seconds, whole),
    cell(({ peakMiB }) => peakMiB, whole),
    sourceScans ?? '',
    quality ? quality.macroF1WithoutVisitors.toFixed(3) : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The ratios of medians that the benchmark is about; those whose parts did not run are left out. */
export function ratios(parts: readonly PartResult[]): [name: string, value: number, aim: number][] {
  const middle = (name: string, of: (part: PartResult) => number | undefined): number | undefined => {
    const values = parts.filter(({ part }) => part === name).flatMap((part) => of(part) ?? []);
    return values.length > 0 ? median(values) : undefined;
  };
  const seconds = (name: string) => middle(name, (part) => part.seconds);
  const cpu = (name: string) => middle(name, (part) => part.cpuSeconds);
  const annotate = middle('rules-native', ({ steps }) => steps?.find(({ name }) => name === 'annotate')?.seconds);
  const pairs: [string, number | undefined, number | undefined, number][] = [
    ['rules run / floor', seconds('rules-native'), seconds('floor'), 1.8],
    ['the same in processor time', cpu('rules-native'), cpu('floor'), 1.8],
    ['annotate / plain copy with the same join', annotate, seconds('copy'), 1.5],
    ['wasm / native', seconds('rules-wasm'), seconds('rules-native'), 6],
  ];
  return pairs.flatMap(([name, a, b, aim]) => (a === undefined || b === undefined ? [] : [[name, a / b, aim]]));
}
