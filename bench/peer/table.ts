import type { Method } from './systems.js';

/** One run of one system. */
export interface Run {
  readonly system: 'ours' | 'reference';
  readonly method: Method;
  /** `limit`: ended at the limit, so its seconds are a lower bound. `failed`: ended by itself without an answer. */
  readonly outcome: 'done' | 'limit' | 'failed';
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly macroF1?: number;
  readonly macroF1WithoutVisitors?: number;
}

export interface Comparison {
  readonly rows: number;
  readonly locations: number;
  readonly limit: number;
  readonly runs: readonly Run[];
}

export interface Cell {
  readonly method: Method;
  /** Reference / ours, by the medians; a lower bound where the reference reached the limit. */
  readonly wall: number;
  readonly cpu: number;
  /** Ours / reference. */
  readonly memory: number;
  /** Ours − reference; undefined where one of them has no answer. */
  readonly f1?: number;
  readonly bound: boolean;
}

/** Times faster that the project aims at, by rows. */
const SPEED_AIMS: Readonly<Record<Method, readonly (readonly [rows: number, aim: number])[]>> = {
  rules: [
    [10_000_000, 30],
    [5_000_000, 15],
    [1_000_000, 10],
  ],
  deep: [[5_000_000, 12]],
};

/** The ratio to reach at this size; undefined where none is set. */
export const speedAim = (method: Method, rows: number): number | undefined =>
  SPEED_AIMS[method].find(([from]) => rows >= from)?.[1];

/** Middle value; of an even number the lower one of the two. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;

/** Both systems of each method side by side; methods without a run of both that counts are left out. */
export function cells({ runs }: Comparison): Cell[] {
  return (['rules', 'deep'] as const).flatMap((method): Cell[] => {
    const of = (system: Run['system']) =>
      runs.filter((run) => run.system === system && run.method === method && run.outcome !== 'failed');
    const [ours, reference] = [of('ours'), of('reference')];
    if (reference.length === 0 || ours.length === 0 || ours.some(({ outcome }) => outcome === 'limit')) return [];
    const ratio = (what: 'seconds' | 'cpuSeconds' | 'peakMiB') =>
      median(reference.map((run) => run[what])) / median(ours.map((run) => run[what]));
    const f1 = (list: readonly Run[]) => list.find(({ outcome }) => outcome === 'done')?.macroF1;
    const [own, other] = [f1(ours), f1(reference)];
    return [
      {
        method,
        wall: ratio('seconds'),
        cpu: ratio('cpuSeconds'),
        memory: 1 / ratio('peakMiB'),
        ...(own === undefined || other === undefined ? {} : { f1: own - other }),
        bound: reference.some(({ outcome }) => outcome === 'limit'),
      },
    ];
  });
}

/** The runs and the ratios as two Markdown tables. */
export function comparisonTable(comparison: Comparison): string {
  const { rows, locations, runs, limit } = comparison;
  const lines = runs.map((run) =>
    [
      run.system,
      run.method,
      run.outcome === 'limit' ? `> ${limit} (limit)` : run.outcome === 'failed' ? 'failed' : run.seconds.toFixed(1),
      run.cpuSeconds.toFixed(1),
      run.peakMiB.toLocaleString('en'),
      run.macroF1?.toFixed(3) ?? '',
      run.macroF1WithoutVisitors?.toFixed(3) ?? '',
    ].join(' | '),
  );
  return [
    `${rows.toLocaleString('en')} rows, ${locations.toLocaleString('en')} locations`,
    '',
    '| system | method | seconds | processor seconds | peak MiB | macro-F1 | without visitors |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
    '| method | times faster, wall | processor | aim | memory, ours / reference (aim ≤ 0.5) | macro-F1, ours − reference (aim > 0) |',
    '|---|---|---|---|---|---|',
    ...cells(comparison).map((cell) => `| ${cellLine(cell, rows)} |`),
  ].join('\n');
}

function cellLine(cell: Cell, rows: number): string {
  const aim = speedAim(cell.method, rows);
  const reached = (yes: boolean) => (yes ? 'reached' : 'missed');
  const at = (value: number) => `${cell.bound ? '> ' : ''}${value.toFixed(1)}`;
  return [
    cell.method,
    at(cell.wall),
    at(cell.cpu),
    aim === undefined ? 'none' : `${aim}: ${reached(cell.wall >= aim)}`,
    `${cell.memory.toFixed(2)} ${reached(cell.memory <= 0.5)}`,
    cell.f1 === undefined ? 'no answer' : `${cell.f1.toFixed(3)} ${reached(cell.f1 > 0)}`,
  ].join(' | ');
}
