import type { ClassName, FeatureTable, Importances, Reason, RunControl } from '@deeplogbot/core';
import { MeanContributions } from './mean-contributions.js';
import type { Measures } from './measures.js';
import { matrixOf } from './portable.js';
import type { SelfTrained } from './self-training.js';
import { ShapParts } from './shap-parts.js';
import type { TrainedModel } from './trained-model.js';

/** Explains rows in their order. */
export interface Explainer {
  /** The reasons for a label of a row, most telling first. Works its part of the rows out where that was not prepared. */
  reasons(row: number, label: ClassName): readonly Reason[];
  /** Whether the row lies outside the part that was worked out last. */
  needs(row: number): boolean;
  /** Works out the part of the rows that this one lies in, with turns of the event loop. */
  prepare(row: number, control: RunControl): Promise<void>;
  /** The mean absolute contributions over the rows that were worked out so far; undefined where nothing can be explained. */
  importances(): Importances | undefined;
}

type Explainable = Pick<SelfTrained, 'model' | 'features' | 'columns'>;

export interface ExplainInput {
  readonly table: FeatureTable;
  readonly measures: Measures;
  /** Reasons per row. */
  readonly count: number;
  readonly model?: TrainedModel;
  readonly own?: Explainable & { readonly alone?: Explainable };
  /** What a row is called in a sentence. @defaultValue 'location' */
  readonly word?: string;
  /** Leave out features that are not measurable or as in the median row, where others are left. @defaultValue false */
  readonly onlyTelling?: boolean;
}

/** Share of its absolute contributions that must be left of a fitted model's sum; a sum of opposites would be blown up. */
const LEAST_NET = 0.2;
/** Columns of what another model says: the one that was fitted elsewhere, or what the log's exemplars alone taught. */
const SAID = /^(base|exemplars)_(organic|bot|hub)$/;
type Sayer = 'base' | 'exemplars';

/**
 * Explains by exact Shapley values of the raw scores: of the fusion model where the log was learned from itself, else of
 * the fitted model. What counts for a label is its contribution less the mean of the other classes'. Where what another
 * model says is itself a feature and both say the same, its contribution is handed on to the features
 * that it read, in proportion to theirs (Chen, Lundberg and Lee, Nature Communications 2022, for series of models).
 */
export function explainer(input: ExplainInput): Explainer {
  const explained = input.count > 0 ? whatToExplain(input) : undefined;
  if (!explained)
    return { reasons: () => [], needs: () => false, prepare: async () => undefined, importances: () => undefined };
  const { outer, inner, means } = explained;
  const parts = [outer, ...inner.map(([, each]) => each)];
  return {
    needs: (row) => outer.needs(row),
    importances: () => means.result(),
    prepare: async (row, control) => {
      for (const part of parts) await part.prepare(row, control);
    },
    reasons: (row, label) => {
      for (const part of parts) part.ensure(row);
      const speaking = contributionsTo(explained, row, label)
        .filter(({ weight }) => weight > 0)
        .sort((a, b) => b.weight - a.weight);
      const telling = speaking.filter(({ value, median }) => Number.isFinite(value) && value !== median);
      return (input.onlyTelling && telling.length > 0 ? telling : speaking).slice(0, input.count).map((each, place) => {
        const meaning = place === 0 ? input.table.specs.get(each.feature)?.meaning : undefined;
        return reason(each, label, input.word, meaning);
      });
    },
  };
}

interface Explained {
  readonly outer: ShapParts;
  /** Models whose words others read, each before those that it reads itself. */
  readonly inner: readonly (readonly [Sayer, ShapParts])[];
  readonly means: MeanContributions;
}

function whatToExplain({ own, model, measures, table }: ExplainInput): Explained | undefined {
  const fitted = model && {
    model: model.scores,
    features: model.features,
    columns: matrixOf(measures, model.features, table.rows),
  };
  const first = own?.model ? { ...own, model: own.model } : fitted;
  if (!first) return undefined;
  const means = new MeanContributions(first.features);
  const outer = new ShapParts(first.model, first.features, first.columns, (from, found) => means.add(from, found));
  const inner: [Sayer, ShapParts][] = [];
  if (first === fitted) return { outer, means, inner };
  const alone = own?.alone;
  if (alone?.model) inner.push(['exemplars', new ShapParts(alone.model, alone.features, alone.columns)]);
  const isRead = [...first.features, ...(alone?.features ?? [])].some((name) => SAID.exec(name)?.[1] === 'base');
  if (fitted && isRead) inner.push(['base', new ShapParts(fitted.model, fitted.features, fitted.columns)]);
  return { outer, means, inner };
}

/** What one feature of a row says for a label. */
interface Contribution {
  readonly feature: string;
  readonly value: number;
  readonly median: number;
  readonly weight: number;
}

const contributionsTo = ({ outer, inner }: Explained, row: number, label: ClassName): readonly Contribution[] =>
  inner.reduce<readonly Contribution[]>(
    (found, [sayer, parts]) => handedOn(found, sayer, contributionsOf(parts, row, label)),
    contributionsOf(outer, row, label),
  );

/** Contributions in which that of what a model says is replaced by what it read; unchanged where it says otherwise. */
function handedOn(
  found: readonly Contribution[],
  sayer: Sayer,
  read: readonly Contribution[],
): readonly Contribution[] {
  const said = found.filter(({ feature }) => SAID.exec(feature)?.[1] === sayer);
  const handed = sumOf(said);
  const net = sumOf(read);
  const agrees = handed > 0 && net > LEAST_NET * read.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  if (!agrees) return found;
  const scale = handed / net;
  const merged = new Map(found.filter((each) => !said.includes(each)).map((each) => [each.feature, each]));
  for (const each of read) {
    const known = merged.get(each.feature);
    merged.set(each.feature, { ...each, weight: (known?.weight ?? 0) + each.weight * scale });
  }
  return [...merged.values()];
}

const sumOf = (contributions: readonly Contribution[]): number =>
  contributions.reduce((sum, { weight }) => sum + weight, 0);

const contributionsOf = (parts: ShapParts, row: number, label: ClassName): Contribution[] =>
  Array.from(parts.towards(row, label), (weight, f) => ({
    feature: parts.features[f]!,
    value: parts.value(f, row),
    median: parts.median(f),
    weight,
  }));

const shown = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

const percent = (share: number): string => (share < 0.001 ? 'less than 0.1 %' : `${shown(100 * share)} %`);

function reason(
  { feature, value, median, weight }: Contribution,
  label: ClassName,
  word = 'location',
  meaning = '',
): Reason {
  return {
    id: `feature:${feature}`,
    feature,
    ...(!Number.isNaN(value) && { value }),
    contribution: weight,
    sentence: `${opening(meaning)}${sentence(feature, value, median, label, word)}`,
  };
}

/** What a feature measures, in front of the first reason, which summaries show alone; how to read its values and what stands in parentheses is left out. */
function opening(meaning: string): string {
  const clause = meaning.replaceAll(/ \([^)]*\)/g, '').split(/[;.](?:\s|$)/)[0]!;
  return clause === '' ? '' : `${clause}: `;
}

function sentence(feature: string, value: number, median: number, label: ClassName, word: string): string {
  const [, sayer, said] = SAID.exec(feature) ?? [];
  if (said) {
    const who = sayer === 'base' ? 'The model of labelled locations gives' : "The log's own exemplars give";
    return `${who} ${said} ${percent(Math.exp(value))}, which speaks for ${label}.`;
  }
  if (Number.isNaN(value)) return `${feature} is not measurable here, which speaks for ${label}.`;
  if (shown(value) === shown(median))
    return `${feature} is ${shown(value)}, as at the median ${word}, which speaks for ${label}.`;
  return `${feature} is ${shown(value)} where the median ${word} has ${shown(median)}, which speaks for ${label}.`;
}
