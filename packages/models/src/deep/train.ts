import { CLASSES, type ClassName, ConfigError, type FeatureTable, type RunControl } from '@deeplogbot/core';
import { type BaggingOptions, fitBagged } from './bagged-boosting.js';
import { type Calibration, calibratedBoth, FEW_EVENTS, fitCalibration } from './calibration.js';
import { conformalThreshold } from './conformal.js';
import { matrixOf, measuresOf, PORTABLE_FEATURES } from './portable.js';
import type { Population, TrainedModel } from './trained-model.js';

export interface TrainOptions extends RunControl {
  /** Label of each row of the table; null for a row without one. */
  readonly labels: readonly (ClassName | null)[];
  readonly provider: string;
  /** Columns to learn from. @defaultValue those of {@link PORTABLE_FEATURES} that the table has */
  readonly features?: readonly string[];
  /** Share of true labels that the sets of classes shall hold. @defaultValue 0.9 */
  readonly coverage?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
  /** What the labels are, for the manifest. @defaultValue '' */
  readonly source?: string;
  readonly boosting?: BaggingOptions;
}

/** Few leaves, few columns a tree: found by repeated cross-validation on 625 labelled locations, see docs/deep-accuracy.md. */
export const BAGGING: BaggingOptions = {
  bags: 10,
  bagShare: 0.7,
  rounds: 30,
  learningRate: 0.16,
  maxLeaves: 4,
  minSamplesLeaf: 4,
  l2: 2,
  columnSample: 0.3,
};

/** Rows that a calibration of its own needs. */
const LEAST_TO_CALIBRATE = 60;

/**
 * Fits a model on labelled rows: bagged gradient boosting, calibrated and given its conformal threshold on what the bags
 * did not see, apart for keys below {@link FEW_EVENTS} events.
 *
 * @throws ConfigError `TOO_FEW_LABELS` below 20 labels or with one class only.
 */
export function trainModel(table: FeatureTable, options: TrainOptions): TrainedModel {
  const { coverage = 0.9, randomState = 42, source = '' } = options;
  const rows = Int32Array.from(options.labels.keys()).filter((row) => options.labels[row] !== null);
  const labels = Array.from(rows, (row) => options.labels[row]!);
  const counts = Object.fromEntries(CLASSES.map((name) => [name, labels.filter((label) => label === name).length]));
  checkLabels(counts as Record<ClassName, number>, labels.length);
  const measures = measuresOf(table);
  const features = options.features ?? PORTABLE_FEATURES.filter((name) => measures(name));
  const columns = matrixOf(measures, features, table.rows).map((column) =>
    Float64Array.from(rows, (row) => column[row]!),
  );
  const { model, outOfBag } = fitBagged(
    { columns, labels, classes: CLASSES, ...(options.signal && { signal: options.signal }) },
    { ...BAGGING, ...options.boosting, randomState },
  );
  const classOf = Int32Array.from(labels, (label) => CLASSES.indexOf(label));
  const events = measures('total_downloads');
  const few = Uint8Array.from(rows, (row) => ((events?.[row] ?? Number.POSITIVE_INFINITY) < FEW_EVENTS ? 1 : 0));
  const calibration = calibrateBoth(outOfBag, classOf, few);
  const probabilities = calibratedBoth(outOfBag, few, calibration);
  return {
    provider: options.provider,
    features,
    population: columns.map(populationOf),
    scores: model,
    calibration,
    conformal: { coverage, threshold: conformalThreshold(probabilities, classOf, coverage) },
    manifest: { rows: rows.length, labels: counts as Record<ClassName, number>, randomState, source },
  };
}

function checkLabels(counts: Readonly<Record<ClassName, number>>, total: number): void {
  const present = CLASSES.filter((name) => counts[name] > 0);
  if (total >= 20 && present.length >= 2) return;
  throw new ConfigError(
    'TOO_FEW_LABELS',
    `There are ${total} labels (${CLASSES.map((name) => `${name} ${counts[name]}`).join(', ')}).`,
    { hint: 'Label at least 20 locations of at least two classes, or classify without labels.' },
  );
}

type Both = TrainedModel['calibration'];

function calibrateBoth(scores: readonly Float64Array[], classOf: Int32Array, few: Uint8Array): Both {
  const part = (wanted: number): Calibration | undefined => {
    const rows = Int32Array.from(few.keys()).filter((row) => few[row] === wanted);
    if (rows.length < LEAST_TO_CALIBRATE) return undefined;
    return fitCalibration(
      scores.map((column) => Float64Array.from(rows, (row) => column[row]!)),
      rows.map((row) => classOf[row]!),
    );
  };
  const all = fitCalibration(scores, classOf);
  return { many: part(0) ?? all, few: part(1) ?? all };
}

function populationOf(column: Float64Array): Population {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p05: at(0.05), median: at(0.5), p95: at(0.95) };
}
