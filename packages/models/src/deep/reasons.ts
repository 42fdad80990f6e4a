import {
  CLASSES,
  type ClassName,
  type FeatureTable,
  type Importances,
  type Reason,
  type RunControl,
} from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { type TreeExplanation, treeShap, treeShapSteps } from '../tree-shap.js';
import { MeanContributions } from './mean-contributions.js';
import type { Measures } from './measures.js';
import { matrixOf } from './portable.js';
import type { SelfTrained } from './self-training.js';
import type { TrainedModel } from './trained-model.js';
import { inTurns } from './turns.js';

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

export interface ExplainInput {
  readonly table: FeatureTable;
  readonly measures: Measures;
  /** Reasons per row. */
  readonly count: number;
  readonly model?: TrainedModel;
  readonly own?: Pick<SelfTrained, 'model' | 'features' | 'columns'>;
  /** What a row is called in a sentence. @defaultValue 'location' */
  readonly word?: string;
  /** Leave out features that are not measurable or as in the median row, where others are left. @defaultValue false */
  readonly onlyTelling?: boolean;
}

/** Rows explained at a time: contributions of all of them at once would not fit for a large log. */
const CHUNK = 2048;
const BASE = /^base_(organic|bot|hub)$/;

/**
 * Explains by exact Shapley values of the raw scores: of the fusion model where the log was learned from itself (the
 * fitted model is one of its features), else of the fitted model. What counts for a label is its contribution less the
 * mean of the other classes'.
 */
export function explainer(input: ExplainInput): Explainer {
  const explained = input.count > 0 ? whatToExplain(input) : undefined;
  if (!explained)
    return { reasons: () => [], needs: () => false, prepare: async () => undefined, importances: () => undefined };
  const { model, features, columns } = explained;
  const medians: number[] = [];
  const { trees, baseline } = model;
  const ensemble = { trees, features: model.features, baseline, scale: 1 };
  let from = -1;
  let contributions: readonly (readonly Float64Array[])[] = [];
  const means = new MeanContributions(features);
  const explain = (worked: TreeExplanation) => {
    contributions = worked.contributions;
    means.add(from, contributions);
  };
  const needs = (row: number) => from < 0 || row < from || row >= from + CHUNK;
  const partOf = (row: number) => {
    from = row - (row % CHUNK);
    return columns.map((column) => column.subarray(from, from + CHUNK));
  };
  return {
    needs,
    importances: () => means.result(),
    prepare: async (row, control) => {
      await inTurns(medianSteps(columns, medians), control);
      explain(await inTurns(treeShapSteps(ensemble, partOf(row)), control));
    },
    reasons: (row, label) => {
      for (const _ of medianSteps(columns, medians));
      if (needs(row)) explain(treeShap(ensemble, partOf(row)));
      const weights = towards(contributions, CLASSES.indexOf(label), row - from);
      const speaking = [...features.keys()].filter((f) => weights[f]! > 0);
      speaking.sort((a, b) => weights[b]! - weights[a]! || a - b);
      const telling = speaking.filter((f) => Number.isFinite(columns[f]![row]!) && columns[f]![row]! !== medians[f]!);
      return (input.onlyTelling && telling.length > 0 ? telling : speaking)
        .slice(0, input.count)
        .map((f) => reason(features[f]!, columns[f]![row]!, medians[f]!, weights[f]!, label, input.word));
    },
  };
}

interface Explained {
  readonly model: BoostingModel;
  readonly features: readonly string[];
  readonly columns: readonly Float64Array[];
}

function whatToExplain({ own, model, measures, table }: ExplainInput): Explained | undefined {
  if (own?.model) return { ...own, model: own.model };
  return (
    model && { model: model.scores, features: model.features, columns: matrixOf(measures, model.features, table.rows) }
  );
}

function towards(contributions: readonly (readonly Float64Array[])[], label: number, at: number): Float64Array {
  const others = contributions.length - 1;
  return Float64Array.from(contributions[label]!, (column, f) => {
    const rest = contributions.reduce((sum, each, k) => (k === label ? sum : sum + each[f]![at]!), 0);
    return column[at]! - rest / others;
  });
}

/** Fills in the medians that are still missing, and yields after each. */
function* medianSteps(columns: readonly Float64Array[], medians: number[]): Generator<undefined, void> {
  while (medians.length < columns.length) {
    medians.push(median(columns[medians.length]!));
    yield undefined;
  }
}

function median(column: Float64Array): number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  return sorted.length === 0 ? Number.NaN : sorted[Math.floor((sorted.length - 1) / 2)]!;
}

const shown = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

function reason(
  feature: string,
  value: number,
  median: number,
  contribution: number,
  label: ClassName,
  word = 'location',
): Reason {
  return {
    id: `feature:${feature}`,
    feature,
    ...(!Number.isNaN(value) && { value }),
    contribution,
    sentence: sentence(feature, value, median, label, word),
  };
}

function sentence(feature: string, value: number, median: number, label: ClassName, word: string): string {
  const base = BASE.exec(feature);
  if (base)
    return `The model of labelled locations gives ${base[1]} ${shown(Math.exp(value))}, which speaks for ${label}.`;
  if (Number.isNaN(value)) return `${feature} is not measurable here, which speaks for ${label}.`;
  return `${feature} is ${shown(value)} where the median ${word} has ${shown(median)}, which speaks for ${label}.`;
}
