import type { ClassName, FeatureTable, Importances, Reason, RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { Contributions, SAID, type Sayer } from './contributions.js';
import { MeanContributions } from './mean-contributions.js';
import type { Measures } from './measures.js';
import { matrixOf, meaningOf } from './portable.js';
import type { SelfTrained } from './self-training.js';
import { ColumnMedians, ShapParts, type Worked } from './shap-parts.js';
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
type Trees = Explainable & { readonly model: BoostingModel };

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

const RULES = /^rules_(organic|bot|hub)$/;

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
  const { contributions, means } = explained;
  return {
    needs: (row) => contributions.needs(row),
    importances: () => means.result(),
    prepare: (row, control) => contributions.prepare(row, control),
    reasons: (row, label) => {
      return mostTelling(contributions, row, label, input).map((each, rank) => {
        const derived = meaningOf(each.feature);
        const meaning = input.table.specs.get(each.feature)?.meaning ?? derived;
        const said = reason(each, label, input.word, rank === 0 ? meaning : undefined);
        return derived === undefined ? said : { ...said, meaning: derived };
      });
    },
  };
}

interface Explained {
  readonly contributions: Contributions;
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
  const medians = new ColumnMedians();
  const partsOf = ({ model, features, columns }: Trees, worked?: Worked) =>
    new ShapParts(model, features, columns, medians, worked);
  const outer = partsOf(first, (from, found) => means.add(from, found));
  const inner: [Sayer, ShapParts][] = [];
  if (first === fitted) return { contributions: new Contributions(outer, inner), means };
  const alone = own?.alone;
  if (alone?.model) inner.push(['exemplars', partsOf({ ...alone, model: alone.model })]);
  const isRead = [...first.features, ...(alone?.features ?? [])].some((name) => SAID.exec(name)?.[1] === 'base');
  if (fitted && isRead) inner.push(['base', partsOf(fitted)]);
  return { contributions: new Contributions(outer, inner), means };
}

/** What one feature of a row says for a label. */
interface Contribution {
  readonly feature: string;
  readonly value: number;
  readonly median: number;
  readonly weight: number;
}

/** The features that speak most for a label. */
function mostTelling(
  contributions: Contributions,
  row: number,
  label: ClassName,
  { count, onlyTelling = false }: ExplainInput,
): Contribution[] {
  const weights = contributions.towards(row, label);
  const isTelling = (place: number) => {
    const value = contributions.value(place, row);
    return Number.isFinite(value) && value !== contributions.median(place);
  };
  const speaking = [...weights.keys()].filter((place) => weights[place]! > 0);
  speaking.sort((a, b) => weights[b]! - weights[a]!);
  const telling = onlyTelling ? speaking.filter(isTelling) : [];
  return (telling.length > 0 ? telling : speaking).slice(0, count).map((place) => ({
    feature: contributions.features[place]!,
    value: contributions.value(place, row),
    median: contributions.median(place),
    weight: weights[place]!,
  }));
}

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
  const [, byRules] = RULES.exec(feature) ?? [];
  if (byRules) return `The rules ${value === 1 ? 'say' : 'do not say'} ${byRules}, which speaks for ${label}.`;
  if (said) {
    const who = sayer === 'base' ? 'The model of labelled locations gives' : "The log's own exemplars give";
    return `${who} ${said} ${percent(Math.exp(value))}, which speaks for ${label}.`;
  }
  if (Number.isNaN(value)) return `${feature} is not measurable here, which speaks for ${label}.`;
  if (shown(value) === shown(median))
    return `${feature} is ${shown(value)}, as at the median ${word}, which speaks for ${label}.`;
  return `${feature} is ${shown(value)} where the median ${word} has ${shown(median)}, which speaks for ${label}.`;
}
