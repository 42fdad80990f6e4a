import { CLASSES, type ClassName, type Verdict } from '@deeplogbot/core';
import { calibrated, calibratedBoth, FEW_EVENTS, UNCALIBRATED } from './calibration.js';
import { type Measures, type RowOf, rowReader } from './measures.js';
import { cutsOf, type FlipSubject, flipSteps, type NearestFlip } from './nearest-flip.js';
import { pooled } from './pooling.js';
import { withRhythm } from './rhythm.js';
import { baseColumns, exemplarColumns, type SelfTrained } from './self-training.js';
import type { TrainedModel } from './trained-model.js';

type Readable = Pick<SelfTrained, 'model' | 'features' | 'columns'>;

/** What decides the labels of a log: a fitted model, what was learned from the log, or both. */
export interface Fusing {
  readonly measures: Measures;
  readonly rows: number;
  readonly model?: TrainedModel;
  readonly own?: Readable & { readonly alone?: Readable };
  /** Of the fitted model in the pool, 0 … 1. */
  readonly weight: number;
  /** Rhythm of people of each row, which changes leave as it is. */
  readonly rhythm: Float64Array;
  /** The label that is delivered for probabilities of a row. */
  readonly deliver: (probabilities: readonly number[], row: RowOf) => ClassName;
}

/** Looks for the flip of a row, some changes at a time. */
export type FlipSearch = (row: number) => Generator<undefined, NearestFlip | null>;

/**
 * Prepares the search for the nearest change of one measure that flips the delivered label of a row, through the fitted
 * model, what the fusion makes of what that says, and the pool of both; one feature at a time, for callers that let others
 * run in between. Undefined where something decides that has no trees.
 */
export function* fusedFlips(fusing: Fusing): Generator<undefined, FlipSearch | undefined> {
  const { model, own, measures } = fusing;
  if (own ? !own.model || (own.alone && !own.alone.model) : !model) return undefined;
  const learned = new Map(
    [own, own?.alone].flatMap((fit) => fit?.features.map((name, f) => [name, fit.columns[f]!] as const) ?? []),
  );
  const features = [...new Set([...learned.keys(), ...(model?.features ?? [])])].filter((name) => !isSaid(name));
  const columns: Float64Array[] = [];
  const spans: number[] = [];
  const cuts: (readonly number[])[] = [];
  for (const name of features) {
    const measured = measures(name);
    const column = measured ?? learned.get(name) ?? new Float64Array(fusing.rows).fill(Number.NaN);
    columns.push(column);
    spans.push(spanOf(column));
    // Scores of other stages would not move by themselves.
    cuts.push(measured ? cutsOfBoth(fusing, name) : []);
    yield undefined;
  }
  const read = rowReader(measures);
  return (row) => {
    const labelsOf = (copies: readonly Float64Array[]) => labelsOfCopies(fusing, features, copies, row, read(row));
    const values = columns.map((column) => column[row]!);
    return flipSteps({ features, spans, cuts, labelsOf } satisfies FlipSubject, values);
  };
}

function cutsOfBoth({ model, own }: Fusing, name: string): readonly number[] {
  const learned = [own, own?.alone].flatMap((fit) => (fit ? cutsOf(fit.model!.trees, fit.features.indexOf(name)) : []));
  const fitted = model ? cutsOf(model.scores.trees, model.features.indexOf(name)) : [];
  return [...new Set(Float64Array.from([...learned, ...fitted]).sort())];
}

const SAID_NAMES = new Set(CLASSES.flatMap((name) => [`base_${name}`, `exemplars_${name}`]));
const isSaid = (name: string) => SAID_NAMES.has(name);

/** The delivered labels of copies of a row. */
function labelsOfCopies(
  { model, own, weight, rhythm, deliver }: Fusing,
  names: readonly string[],
  copies: readonly Float64Array[],
  row: number,
  read: RowOf,
): ClassName[] {
  const at = new Map(names.map((name, f) => [name, copies[f]!] as const));
  const count = copies[0]!.length;
  const base = model && withRhythm(scored(model, at, count), new Float64Array(count).fill(rhythm[row]!));
  const learned = own?.model && calibrated(ownScores(own, at, base), UNCHANGED);
  const p = base && learned ? pooled(base, learned, weight) : (learned ?? base)!;
  return Array.from({ length: count }, (_, i) =>
    deliver(
      p.map((column) => column[i]!),
      (name) => at.get(name)?.[i] ?? read(name),
    ),
  );
}

const UNCHANGED = UNCALIBRATED(CLASSES.length);

function scored(model: TrainedModel, at: ReadonlyMap<string, Float64Array>, count: number): Float64Array[] {
  const total = at.get('total_downloads');
  const few = Uint8Array.from({ length: count }, (_, i) => (total && total[i]! < FEW_EVENTS ? 1 : 0));
  const scores = model.scores.rawScores(model.features.map((name) => at.get(name)!));
  return calibratedBoth(scores, few, model.calibration);
}

function ownScores(
  { model, features, alone }: NonNullable<Fusing['own']>,
  at: ReadonlyMap<string, Float64Array>,
  base: readonly Float64Array[] | undefined,
): Float64Array[] {
  const said = { ...baseColumns(base), ...(alone && exemplarColumns(ownScores(alone, at, base))) };
  return model!.rawScores(features.map((name) => said[name] ?? at.get(name)!));
}

/** Rows that the spread of a feature is told from, evenly spaced. */
const SPAN_ROWS = 2000;

function spanOf(column: Float64Array): number {
  const step = Math.max(1, Math.ceil(column.length / SPAN_ROWS));
  const seen = Float64Array.from({ length: Math.ceil(column.length / step) }, (_, i) => column[i * step]!);
  const sorted = seen.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return at(0.95) - at(0.05);
}

const shown = (value: number) => String(Number(value.toPrecision(4)));

/** The verdict with what would change it as its last reason; itself where nothing does. */
export function withFlip(verdict: Verdict, flip: NearestFlip | null): Verdict {
  if (!flip) return verdict;
  const { feature, from, to, label } = flip;
  const sentence = `It would be ${label} if ${feature} were ${shown(to)} instead of ${shown(from)}.`;
  return {
    ...verdict,
    reasons: [...verdict.reasons, { id: 'nearest_flip', feature, value: from, threshold: to, sentence }],
  };
}
