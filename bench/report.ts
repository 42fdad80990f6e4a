import { InputError } from '@deeplogbot/core';
import type { PartResult } from './parts.js';

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

/** The report as two Markdown tables and the ratios. */
export function tableOf(report: Report): string {
  const { parts, hardware } = report;
  const lines = parts.map((part) =>
    [
      part.part,
      part.seconds.toFixed(2),
      part.cpuSeconds.toFixed(1),
      Math.round(part.rows / part.seconds).toLocaleString('en'),
      part.peakMiB.toLocaleString('en'),
      part.sourceScans ?? '',
      part.quality ? part.quality.macroF1WithoutVisitors.toFixed(3) : '',
    ].join(' | '),
  );
  const machine = Object.entries(hardware).map(([name, value]) => `${name}: ${value}`);
  return [
    `${report.rows.toLocaleString('en')} rows, ${report.locations.toLocaleString('en')} locations; ${machine.join(', ')}`,
    '',
    '| part | seconds | processor seconds | rows/s | peak MiB | source scans | macro-F1 |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
    ...ratios(parts).map(([name, value, aim]) => `${name}: ${value.toFixed(2)} (aim ≤ ${aim})`),
  ].join('\n');
}

/** The ratios that the benchmark is about; those whose parts did not run are left out. */
export function ratios(parts: readonly PartResult[]): [name: string, value: number, aim: number][] {
  const seconds = (name: string) => parts.find(({ part }) => part === name)?.seconds;
  const cpu = (name: string) => parts.find(({ part }) => part === name)?.cpuSeconds;
  const native = parts.find(({ part }) => part === 'rules-native');
  const annotate = native?.steps?.find(({ name }) => name === 'annotate')?.seconds;
  const pairs: [string, number | undefined, number | undefined, number][] = [
    ['rules run / floor', seconds('rules-native'), seconds('floor'), 2.5],
    ['the same in processor time', cpu('rules-native'), cpu('floor'), 2.5],
    ['annotate / plain copy with the same join', annotate, seconds('copy'), 1.5],
    ['wasm / native', seconds('rules-wasm'), seconds('rules-native'), 6],
  ];
  return pairs.flatMap(([name, a, b, aim]) => (a === undefined || b === undefined ? [] : [[name, a / b, aim]]));
}
