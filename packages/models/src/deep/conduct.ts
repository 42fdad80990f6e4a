import {
  CLASSES,
  type ClassName,
  type ConductLearning,
  createRandom,
  type FeatureTable,
  type RunControl,
} from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { inTurns } from '../turns.js';
import { type BaggingOptions, baggingSteps } from './bagged-boosting.js';
import { calibrated, calibrationSteps } from './calibration.js';
import { conformalThreshold } from './conformal.js';
import { matrixOf, measuresOf } from './portable.js';
import { pickSteps } from './row-picks.js';
import { scoresInTurns } from './scores-in-turns.js';
import { varyingSteps } from './self-training.js';

/** Few leaves and half the rows a bag: what is learned shall hold for keys that are no exemplars. */
const BAGGING: BaggingOptions = {
  bags: 8,
  bagShare: 0.5,
  rounds: 40,
  learningRate: 0.1,
  maxLeaves: 6,
  minSamplesLeaf: 4,
  l2: 4,
  columnSample: 0.3,
  maxBins: 64,
};
const MOST_PER_CLASS = 2500;
const LABEL_WEIGHT = 3;
/** Exemplars of each class without which nothing is learned. */
const FEWEST = 10;
const COVERAGE = 0.9;

/** What a log taught of its people and programs. */
export interface LearnedConduct {
  readonly model: BoostingModel;
  readonly features: readonly string[];
  readonly columns: readonly Float64Array[];
  /** Per class and row; hubs are not learned and stay near 0. */
  readonly probabilities: readonly Float64Array[];
  /** Least probability with which a class cannot be ruled out, from exemplars that were held out. */
  readonly threshold: number;
  readonly counts: Readonly<Record<'organic' | 'bot', number>>;
}

/** Too few exemplars of one class. */
export interface NothingLearned {
  readonly counts: Readonly<Record<'organic' | 'bot', number>>;
}

export interface ConductInput extends RunControl {
  readonly table: FeatureTable;
  readonly conduct: ConductLearning;
  readonly labels?: ReadonlyMap<string, ClassName>;
  readonly randomState: number;
}

/**
 * Bagged boosting on the exemplars of people and programs, calibrated and given its conformal threshold by exemplars that
 * a bag did not see. Exemplars are the clear cases, so the probabilities of others are at best as good as these.
 */
export async function learnConduct(input: ConductInput): Promise<LearnedConduct | NothingLearned> {
  const { table, conduct, randomState } = input;
  const training = trainingRows(input);
  const { labels } = training;
  const counts = {
    organic: labels.filter((name) => name === 'organic').length,
    bot: labels.filter((name) => name === 'bot').length,
  };
  if (Math.min(counts.organic, counts.bot) < FEWEST) return { counts };
  const measures = measuresOf(table);
  const known = new Set(conduct.features);
  const features = (await inTurns(varyingSteps(table, measures), input)).filter((name) => known.has(name));
  const columns = matrixOf(measures, features, table.rows);
  const data = {
    columns: await inTurns(pickSteps(columns, training.rows), input),
    labels,
    classes: CLASSES,
    weights: balanced(training, counts),
    ...(input.signal && { signal: input.signal }),
  };
  const { model, outOfBag } = await inTurns(baggingSteps(data, { ...BAGGING, randomState }), input);
  const classOf = Int32Array.from(labels, (name) => CLASSES.indexOf(name));
  const calibration = await inTurns(calibrationSteps(outOfBag, classOf, data.weights), input);
  return {
    model,
    features,
    columns,
    counts,
    probabilities: calibrated(await scoresInTurns(model, columns, input), calibration),
    threshold: conformalThreshold(calibrated(outOfBag, calibration), classOf, COVERAGE),
  };
}

interface TrainingRows {
  readonly rows: readonly number[];
  readonly labels: readonly ('organic' | 'bot')[];
  readonly weights: readonly number[];
}

function trainingRows({ table, conduct, labels, randomState }: ConductInput): TrainingRows {
  const exemplars = conduct.exemplars(table);
  const random = createRandom(randomState);
  const rows: number[] = [];
  const names: ('organic' | 'bot')[] = [];
  const weights: number[] = [];
  const add = (row: number, name: 'organic' | 'bot', weight: number) => {
    rows.push(row);
    names.push(name);
    weights.push(weight);
  };
  for (const name of ['organic', 'bot'] as const) {
    const members = [...exemplars[name].keys()].filter((i) => exemplars[name][i]! > 0 && !labels?.has(table.keys[i]!));
    for (const i of random.sample(members.length, MOST_PER_CLASS))
      add(members[i]!, name, exemplars[name][members[i]!]!);
  }
  table.keys.forEach((key, row) => {
    const label = labels?.get(key);
    if (label === 'organic' || label === 'bot') add(row, label, LABEL_WEIGHT);
  });
  return { rows, labels: names, weights };
}

/** Weights whose class sums are equal. */
function balanced({ labels, weights }: TrainingRows, counts: LearnedConduct['counts']): Float64Array {
  const mean = (counts.organic + counts.bot) / 2;
  return Float64Array.from(weights, (weight, i) => (weight * mean) / counts[labels[i]!]);
}
