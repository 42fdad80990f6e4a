/*
 * What was tried on the public labels (deep-variants.ts) against what ships, over the same splits.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-experiments.ts [repetitions]
 *
 * Differences come with their standard error by the corrected resampled test (Nadeau & Bengio, Machine Learning 2003):
 * folds of repeated cross-validation share rows, so the variance of their mean is s² (1/n + held/learned), not s²/n.
 */
import { CLASSES, type ClassName } from '@deeplogbot/core';
import {
  calibrated,
  evaluateLabels,
  fitCalibration,
  matrixOf,
  measuresOf,
  PORTABLE_FEATURES,
  stratifiedFolds,
} from '@deeplogbot/models';
import { PARTS, pick, type Scores, type Split, VARIANTS, type Variant } from './deep-variants.js';
import { labelledLocations } from './tune-rules.js';

const FOLDS = 5;
const SHARES = [0.219, 0.653, 0.128];
const MEASURES = ['accuracy', 'macroF1', 'logLoss'] as const;
type Measured = Record<(typeof MEASURES)[number], number>;

const repetitions = Number(process.argv[2] ?? 10);
const { table, labels, agreed } = await labelledLocations();
/** How often what ships had each row right. */
const right = new Int32Array(labels.length);
const results = new Map(VARIANTS.map(({ name }) => [name, [] as Measured[]]));
const columnsOf = new Map(
  VARIANTS.map(({ more }) => [
    more,
    [...matrixOf(measuresOf(table), PORTABLE_FEATURES, table.rows), ...(more?.(table) ?? [])],
  ]),
);

for (let seed = 1; seed <= repetitions; seed++) {
  const fold = stratifiedFolds(labels, FOLDS, seed);
  for (let f = 0; f < FOLDS; f++) {
    const held = [...fold.keys()].filter((row) => fold[row] === f);
    const learned = [...fold.keys()].filter((row) => fold[row] !== f);
    const fitted = new Map<string, Scores>();
    for (const variant of VARIANTS) {
      const columns = columnsOf.get(variant.more)!;
      const split: Split = {
        columns: pick(columns, learned),
        labels: learned.map((row) => labels[row]!),
        agreed: learned.map((row) => agreed[row]!),
        held: pick(columns, held),
        seed,
      };
      const scores = (part: string) => {
        const key = `${part} ${variant.more?.name}`;
        if (!fitted.has(key)) fitted.set(key, PARTS[part]!(split));
        return fitted.get(key)!;
      };
      const truth = held.map((row) => labels[row]!);
      const said = blended(variant, split, scores);
      results.get(variant.name)!.push(judge(truth, said));
      if (variant !== VARIANTS[0]) continue;
      for (const [i, row] of held.entries()) right[row]! += said.labels[i] === truth[i] ? 1 : 0;
    }
  }
}
console.log(
  `${repetitions} × ${FOLDS}-fold cross-validation, mean, and difference from the first row (standard error)\n`,
);
console.log('| | accuracy | macro-F1 | log-loss |\n|---|---|---|---|');
for (const { name } of VARIANTS)
  console.log(`| ${name} | ${MEASURES.map((measure) => cell(name, measure)).join(' | ')} |`);

const never = right.filter((times) => times === 0).length;
const always = right.filter((times) => times === repetitions).length;
console.log(`\nRows that ${VARIANTS[0]!.name} has right each time: ${always}; never: ${never}; of ${labels.length}.`);

interface Said {
  readonly labels: readonly ClassName[];
  readonly probabilities: readonly (readonly [number, number, number])[];
}

/** What the blended parts say of the rows held out: calibrated on what they did not see, the class as the deep method takes it. */
function blended(variant: Variant, split: Split, scores: (part: string) => Scores): Said {
  const parts = Object.entries(variant.parts).map(([part, weight]) => ({ weight, ...scores(part) }));
  const blend = (of: 'held' | 'outOfBag') =>
    CLASSES.map((_, k) =>
      parts[0]![of][k]!.map((_, row) => parts.reduce((sum, p) => sum + p.weight * p[of][k]![row]!, 0)),
    );
  const classOf = Int32Array.from(split.labels, (label) => CLASSES.indexOf(label));
  const p = calibrated(blend('held'), fitCalibration(blend('outOfBag'), classOf));
  const probabilities = Array.from(p[0]!, (_, row) => [p[0]![row]!, p[1]![row]!, p[2]![row]!] as const);
  const power = variant.balance ?? 0.2;
  const said = probabilities.map((row) => {
    const weighed = row.map((value, k) => value / Math.exp(power * Math.log(SHARES[k]!)));
    return CLASSES[weighed.indexOf(Math.max(...weighed))]!;
  });
  return { labels: said, probabilities };
}

function judge(truth: readonly ClassName[], said: Said): Measured {
  const { accuracy, macroF1, logLoss } = evaluateLabels(truth, said.labels, said.probabilities, { resamples: 1 });
  return { accuracy: accuracy.value, macroF1: macroF1.value, logLoss: logLoss! };
}

function cell(name: string, measure: keyof Measured): string {
  const of = (variant: string) => results.get(variant)!.map((each) => each[measure]);
  const own = of(name);
  const shown = mean(own).toFixed(3);
  if (name === VARIANTS[0]!.name) return shown;
  const differences = own.map((value, i) => value - of(VARIANTS[0]!.name)[i]!);
  const centre = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / (differences.length - 1);
  const error = Math.sqrt(variance * (1 / differences.length + 1 / (FOLDS - 1)));
  return `${shown}, ${centre < 0 ? '−' : '+'}${Math.abs(centre).toFixed(3)} (${error.toFixed(3)})`;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
