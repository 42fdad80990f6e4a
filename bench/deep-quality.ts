/*
 * How good the deep method is, and what each part of it is worth.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-quality.ts labels [repetitions]   repeated 5-fold cross-validation on the public labels
 *   npx tsx --tsconfig tsconfig.json bench/deep-quality.ts logs [seed …]          generated logs, without labels and with 200
 *
 * Every figure is of delivered labels, after all stages that are on.
 */
import { CLASSES, type ClassName, createRandom, type Verdict } from '@deeplogbot/core';
import {
  conformalSet,
  type DeepOptions,
  deepClassifier,
  evaluateLabels,
  modelFromText,
  PORTABLE_FEATURES,
  stratifiedFolds,
  type TrainedModel,
  trainModel,
} from '@deeplogbot/models';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { generatedTable } from './generated-table.js';
import { labelledLocations } from './tune-rules.js';

const CONTEXT = { randomState: 42, contamination: 0.15 };

interface Variant {
  readonly name: string;
  readonly features?: readonly string[];
  readonly options?: DeepOptions;
}

const MEASURES = PORTABLE_FEATURES.slice(0, 14);
const VARIANTS: readonly Variant[] = [
  { name: 'as shipped' },
  { name: 'without derived measures', features: MEASURES },
  { name: 'with soft priors, weight ½', options: { stages: { priors: 0.5 } } },
  { name: 'with reconciliation 0.7 / 0.8', options: { stages: { reconciliation: true } } },
  { name: 'with hub protection of version 0.1.0', options: { stages: { hubProtection: 'v1' } } },
  { name: 'with hub protection of the later version', options: { stages: { hubProtection: 'v9' } } },
];

interface Scores {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly logLoss: number;
  readonly calibrationError: number;
  readonly coverage: number;
  readonly setSize: number;
}

function score(labels: readonly ClassName[], verdicts: readonly Verdict[], covered: number, size: number): Scores {
  const evaluation = evaluateLabels(
    labels,
    verdicts.map(({ label }) => label),
    verdicts.map(({ probabilities }) => probabilities),
    { resamples: 1 },
  );
  return {
    accuracy: evaluation.accuracy.value,
    macroF1: evaluation.macroF1.value,
    logLoss: evaluation.logLoss!,
    calibrationError: evaluation.calibrationError!,
    coverage: covered / labels.length,
    setSize: size / labels.length,
  };
}

async function crossValidate(repetitions: number): Promise<void> {
  const { table, labels } = await labelledLocations();
  const all = VARIANTS.map((): Scores[] => []);
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const fold = stratifiedFolds(labels, 5, repetition);
    const verdicts = VARIANTS.map((): Verdict[] => []);
    const sets = VARIANTS.map(() => ({ covered: 0, size: 0 }));
    for (let f = 0; f < 5; f++) {
      const held = [...fold.keys()].filter((row) => fold[row] === f);
      const known = labels.map((label, row) => (fold[row] === f ? null : label));
      const models = new Map<readonly string[] | undefined, TrainedModel>();
      for (const [v, { features, options }] of VARIANTS.entries()) {
        const settings = { labels: known, provider: 'ebi', randomState: repetition, ...(features && { features }) };
        const model = models.get(features) ?? trainModel(table, settings);
        models.set(features, model);
        const { rows } = await deepClassifier({ ...options, model, selfTraining: false }).classify(
          table.pick(held),
          CONTEXT,
        );
        held.forEach((row, i) => {
          const verdict = rows[i]!;
          verdicts[v]![row] = verdict;
          const set = conformalSet(verdict.probabilities, model.conformal.threshold);
          sets[v]!.covered += set.includes(CLASSES.indexOf(labels[row]!)) ? 1 : 0;
          sets[v]!.size += set.length;
        });
      }
    }
    VARIANTS.forEach((_, v) => {
      all[v]!.push(score(labels, verdicts[v]!, sets[v]!.covered, sets[v]!.size));
    });
  }
  console.log(
    `${repetitions} × 5-fold cross-validation on ${labels.length} labelled locations, mean (standard deviation of repetitions)\n`,
  );
  console.log(
    '| | accuracy | macro-F1 | log-loss | calibration error | coverage of 90 % sets | set size |\n|---|---|---|---|---|---|---|',
  );
  VARIANTS.forEach(({ name }, v) => {
    console.log(
      `| ${name} | ${(['accuracy', 'macroF1', 'logLoss', 'calibrationError', 'coverage', 'setSize'] as const).map((key) => spread(all[v]!, key)).join(' | ')} |`,
    );
  });
}

function spread(scores: readonly Scores[], key: keyof Scores): string {
  const values = scores.map((each) => each[key]);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return `${mean.toFixed(3)} (${sd.toFixed(3)})`;
}

async function overLogs(seeds: readonly number[]): Promise<void> {
  const model = modelFromText(await ebiProvider.model!(), 'the shipped model');
  const variants: readonly (readonly [string, (labels: ReadonlyMap<string, ClassName>) => DeepOptions])[] = [
    ['shipped model and exemplars', () => ({ model })],
    ['… and temporal consistency', () => ({ model, stages: { temporalConsistency: true } })],
    ['… and autoencoder', () => ({ model, stages: { vae: true } })],
    [
      '… and autoencoder and deep isolation forest',
      () => ({ model, stages: { vae: true, deepIsolationForest: true } }),
    ],
    ['… with logistic fusion', () => ({ model, fusion: 'logistic' })],
    ['… with random forest fusion', () => ({ model, fusion: 'random-forest' })],
    ['… with hub protection of version 0.1.0', () => ({ model, stages: { hubProtection: 'v1' } })],
    ['… with reconciliation', () => ({ model, stages: { reconciliation: true } })],
    ['… with soft priors, weight ½', () => ({ model, stages: { priors: 0.5 } })],
    ['shipped model alone', () => ({ model, selfTraining: false })],
    ['exemplars alone', () => ({})],
    ['exemplars and 200 labels', (labels) => ({ labels })],
    ['shipped model, exemplars and 200 labels', (labels) => ({ model, labels })],
  ];
  console.log('\nGenerated logs, macro-F1 of locations with at least 3 downloads\n');
  console.log(
    `| | ${seeds.map((seed) => `seed ${seed}`).join(' | ')} | kinds with errors |\n|---|${seeds.map(() => '---|').join('')}---|`,
  );
  const logs = await Promise.all(seeds.map(generatedTable));
  for (const [name, options] of variants) {
    const wrong = new Map<string, number>();
    const cells: string[] = [];
    for (const [s, { table, labels, kinds }] of logs.entries()) {
      const drawn = createRandom(seeds[s]!).sample(table.rows, 200);
      const known = new Map([...drawn].map((row) => [table.keys[row]!, labels[row]!] as const));
      const { rows } = await deepClassifier({ ...options(known), reasons: 0 }).classify(table, CONTEXT);
      const judged = [...rows.keys()].filter(
        (row) =>
          rows[row]!.label !== 'insufficient_evidence' && !(name.includes('labels') && known.has(table.keys[row]!)),
      );
      for (const row of judged)
        if (rows[row]!.label !== labels[row]) wrong.set(kinds[row]!, (wrong.get(kinds[row]!) ?? 0) + 1);
      cells.push(
        evaluateLabels(
          judged.map((row) => labels[row]!),
          judged.map((row) => rows[row]!.label),
          undefined,
          { resamples: 1 },
        ).macroF1.value.toFixed(3),
      );
    }
    console.log(
      `| ${name} | ${cells.join(' | ')} | ${[...wrong].map(([kind, n]) => `${kind} ${n}`).join(', ') || 'none'} |`,
    );
  }
}

const [, , what = 'labels', ...rest] = process.argv;
if (what === 'logs') await overLogs(rest.length > 0 ? rest.map(Number) : [1, 2, 3]);
else await crossValidate(Number(rest[0] ?? 10));
