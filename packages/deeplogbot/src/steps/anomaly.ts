import {
  byImportance,
  checkAborted,
  type FeatureSpec,
  type FeatureTable,
  type ImportanceKind,
  type Importances,
  nextTurn,
  type Provider,
  type QueryContext,
  type RunControl,
} from '@deeplogbot/core';
import {
  anomalyScores,
  type FittedDetector,
  inTurns,
  isolationSteps,
  permutationSteps,
  scoreDistinct,
  standardiseInPlace,
  surrogateSteps,
} from '@deeplogbot/models';

export interface AnomalyOptions extends RunControl {
  readonly contamination: number;
  readonly randomState: number;
}

const SPECS: readonly FeatureSpec[] = [
  {
    name: 'anomaly_score',
    extractor: 'isolation_forest',
    unit: '1',
    min: -1,
    max: 1,
    meaning: 'How soon random splits isolate the location among all others; above 0 it is among the most unusual.',
    formula: 's(x) − Q(s, 1 − contamination), s of Liu, Ting & Zhou (2008)',
    nullWhen: 'never',
  },
  {
    name: 'is_anomaly',
    extractor: 'isolation_forest',
    unit: '1',
    min: 0,
    max: 1,
    meaning: '1 where anomaly_score is above 0: about the share `contamination` of all locations.',
    formula: 'anomaly_score > 0',
    nullWhen: 'never',
  },
];

/** The table of `scoreAnomalies`, and how much the forest relies on each feature it saw when that is asked for. */
export interface Anomalies {
  readonly features: FeatureTable;
  /** Permutation importances of the forest, then both of its surrogate; empty unless asked for. */
  readonly importances: readonly Importances[];
}

/** Rows that permutation importances look at. */
const IMPORTANCE_ROWS = 5000;

/** Rows that the forest scores between two turns of the event loop. */
const ROWS = 2048;

/** `scoreAnomalies` with importances, and with turns of the event loop. */
export async function detectAnomalies(
  features: FeatureTable,
  provider: Provider,
  options: AnomalyOptions & { readonly computeImportances?: boolean },
): Promise<Anomalies> {
  if (features.rows === 0) return { features: withScores(features, new Float64Array(), options), importances: [] };
  const { forest, columns, names } = await inTurns(grownSteps(features, provider, options), options, 'anomaly');
  const scores = new Float64Array(features.rows);
  const score = scoreDistinct(columns.length, (part) => forest.scores(part));
  for (let from = 0; from < features.rows; from += ROWS) {
    scores.set(score(columns.map((column) => column.subarray(from, from + ROWS))), from);
    await nextTurn();
    checkAborted(options, 'anomaly');
  }
  const scored = withScores(features, scores, options);
  if (!options.computeImportances) return { features: scored, importances: [] };
  return { features: scored, importances: await importancesOf({ forest, columns, names }, scored, options) };
}

/** What the score relies on: asked of the forest itself, and of a surrogate that learns `is_anomaly`. */
async function importancesOf(
  { forest, columns, names }: Grown,
  scored: FeatureTable,
  options: AnomalyOptions,
): Promise<Importances[]> {
  const ranked = (kind: ImportanceKind, rows: number, values: Float64Array): Importances => ({
    kind,
    rows,
    features: byImportance(names.map((feature, i) => ({ feature, importance: values[i]! }))),
  });
  const { randomState } = options;
  const rows = Math.min(scored.rows, IMPORTANCE_ROWS);
  const within = <T>(steps: Iterator<unknown, T>) => inTurns(steps, options, 'anomaly');
  const direct = await within(permutationSteps(forest, columns, { rows: IMPORTANCE_ROWS, randomState }));
  const surrogate = await within(surrogateSteps(columns, scored.need('is_anomaly'), { randomState }));
  return [
    ranked('permutation', rows, direct),
    ...(surrogate ? [ranked('surrogate_gini', scored.rows, surrogate.gini)] : []),
    ...(surrogate ? [ranked('surrogate_permutation', surrogate.rows, surrogate.permutation)] : []),
  ];
}

/** A forest, and what it was grown on. */
export interface Grown {
  readonly forest: FittedDetector;
  readonly columns: readonly Float64Array[];
  readonly names: readonly string[];
}

/** Yields after each column and each tree. */
export function* grownSteps(
  features: FeatureTable,
  provider: Provider,
  options: AnomalyOptions,
): Generator<undefined, Grown> {
  const names = (provider.anomalyFeatures ?? [...features.columns.keys()]).filter((name) => features.get(name));
  const columns: Float64Array[] = [];
  for (const name of names) {
    columns.push(standardiseInPlace(finiteColumn(features, name)));
    yield undefined;
  }
  const settings = { trees: 200, sampleSize: 256, randomState: options.randomState };
  return { forest: yield* isolationSteps(columns, settings, options), columns, names };
}

/** Adds `anomaly_score` and `is_anomaly`. */
export function withScores(
  features: FeatureTable,
  scores: Float64Array,
  { contamination }: AnomalyOptions,
): FeatureTable {
  const { score, isAnomaly } = anomalyScores(scores, contamination);
  return features.with({ anomaly_score: score, is_anomaly: Float64Array.from(isAnomaly) }, SPECS);
}

/** A copy of a column, made by parts: one of millions of rows may not be in memory. An infinite ratio (nothing to compare with) says no more than a missing one. */
function finiteColumn(features: FeatureTable, name: string): Float64Array {
  const values = new Float64Array(features.rows);
  for (let from = 0; from < features.rows; from += PART) {
    const part = features.range(name, from, Math.min(from + PART, features.rows))!;
    for (let i = 0; i < part.length; i++) values[from + i] = Number.isFinite(part[i]!) ? part[i]! : Number.NaN;
  }
  return values;
}

/** Rows of a column that are read at once. */
const PART = 65_536;

/** Features that read the anomaly score. */
export function deriveAfterAnomaly(features: FeatureTable, provider: Provider, context: QueryContext): FeatureTable {
  return (provider.afterAnomaly ?? []).reduce((table, node) => {
    const specs = Object.entries(node.columns).map(([name, spec]) => ({ name, extractor: node.name, ...spec }));
    return table.with(node.compute(table, context), specs);
  }, features);
}
