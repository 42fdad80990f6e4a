import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClassName, createRandom, type FeatureTable, type Label, type Verdicts } from '@deeplogbot/core';
import { cleanTotal, deepClassifier, evaluateLabels, modelFromText, type TrainedModel } from '@deeplogbot/models';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { runBotAnnotator } from 'deeplogbot';
import { FOREIGN_SCHEMA, type Regime } from './regimes.js';
import { type KnownPlace, writeRegime } from './write.js';

/** The features of a log of a regime, and what each of its places is, in the order of its rows. */
export interface KnownTable {
  readonly table: FeatureTable;
  readonly known: readonly KnownPlace[];
  /** What rules make of the places. */
  readonly byRules: readonly Label[];
}

/** Writes a log of the regime into the folder and measures its places. */
export async function tableOf(regime: Regime, seed: number, folder: string): Promise<KnownTable> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${regime.name.replace(/\W+/g, '-')}-${seed}.parquet`);
  const known = new Map((await writeRegime(regime, seed, path)).map((place) => [place.key, place] as const));
  const run = await runBotAnnotator({
    input: path,
    outputDir: join(folder, 'out'),
    outputStrategy: 'reports_only',
    reporters: [],
    ...(regime.foreign && { schema: FOREIGN_SCHEMA }),
  });
  return {
    table: run.features,
    known: run.features.keys.map((key) => known.get(key)!),
    byRules: run.verdicts.rows.map(({ label }) => label),
  };
}

/** How the deep method did on places with a verdict; those whose label it was given are left out. */
export interface RegimeScore {
  readonly macroF1: number;
  /** Places called a bot, and bots that were found. */
  readonly called: number;
  readonly found: number;
  /** Wrong verdicts by kind and what was said. */
  readonly wrong: ReadonlyMap<string, number>;
  readonly people: PeopleFound;
}

/** What the clean total said of downloads of people, and what is true. */
export interface PeopleFound {
  /** Share of people among the downloads that are left: as expected, and as it is. */
  readonly said: number;
  readonly true: number;
  /** Whether the 95 % interval holds the downloads of people, to a thousandth of them. */
  readonly isInside: boolean;
}

/** Classifies with the shipped model and, where asked for, so many labels of places drawn with the seed. */
export async function scoreRegime({ table, known }: KnownTable, seed: number, labelled = 0): Promise<RegimeScore> {
  const drawn = createRandom(seed).sample(table.rows, labelled);
  const labels = new Map<string, ClassName>([...drawn].map((row) => [table.keys[row]!, known[row]!.label]));
  const options = { model: await shippedModel(), reasons: 0, ...(labelled > 0 && { labels }) };
  const verdicts = await deepClassifier(options).classify(table, { randomState: 42, contamination: 0.15 });
  const { rows } = verdicts;
  const judged = [...rows.keys()].filter(
    (row) => rows[row]!.label !== 'insufficient_evidence' && !labels.has(table.keys[row]!),
  );
  const truth = judged.map((row) => known[row]!.label);
  const said = judged.map((row) => rows[row]!.label);
  const wrong = new Map<string, number>();
  for (const [i, row] of judged.entries()) {
    if (said[i] === truth[i]) continue;
    const what = `${known[row]!.kind} as ${said[i]}`;
    wrong.set(what, (wrong.get(what) ?? 0) + 1);
  }
  return {
    macroF1: evaluateLabels(truth, said, undefined, { resamples: 1 }).macroF1.value,
    called: said.filter((label) => label === 'bot').length,
    found: said.filter((label, i) => label === 'bot' && truth[i] === 'bot').length,
    wrong,
    people: peopleFound(
      verdicts,
      table.need('total_downloads'),
      known.map(({ label }) => label),
    ),
  };
}

/** Holds the clean total of verdicts against the truth; places without a verdict are in no figure. */
export function peopleFound(
  { rows, secondView }: Pick<Verdicts, 'rows' | 'secondView'>,
  downloads: Float64Array,
  truth: readonly ClassName[],
): PeopleFound {
  const { delivered, low, high, organicShare } = cleanTotal(rows, downloads, { secondView });
  const sum = (isCounted: (row: number) => boolean) =>
    downloads.reduce((total, n, row) => (isCounted(row) ? total + n : total), 0);
  const people = sum((row) => rows[row]!.label !== 'insufficient_evidence' && truth[row] === 'organic');
  const left = sum((row) => rows[row]!.label === 'organic' && truth[row] === 'organic');
  const isInside = people >= 0.999 * low && people <= 1.001 * high;
  return { said: organicShare, true: left / delivered, isInside };
}

/** Macro-F1 of rules on places with a verdict. */
export function scoreRules({ known, byRules }: KnownTable): number {
  const judged = [...known.keys()].filter((row) => byRules[row] !== 'insufficient_evidence');
  const [truth, said] = [judged.map((row) => known[row]!.label), judged.map((row) => byRules[row]!)];
  return evaluateLabels(truth, said, undefined, { resamples: 1 }).macroF1.value;
}

let shipped: Promise<TrainedModel> | undefined;
function shippedModel(): Promise<TrainedModel> {
  shipped ??= ebiProvider.model!().then((text) => modelFromText(text, 'the shipped model'));
  return shipped;
}
