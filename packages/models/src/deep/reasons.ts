import { CLASSES, type ClassName, type FeatureTable, type Reason } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { treeShap } from '../tree-shap.js';
import type { Measures } from './measures.js';
import { matrixOf } from './portable.js';
import type { SelfTrained } from './self-training.js';
import type { TrainedModel } from './trained-model.js';

/** The reasons for a label of a row, most telling first. */
export type Explainer = (row: number, label: ClassName) => readonly Reason[];

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
  if (!explained) return () => [];
  const { model, features, columns } = explained;
  const medians = features.map((_, f) => median(columns[f]!));
  let from = -1;
  let contributions: readonly (readonly Float64Array[])[] = [];
  return (row, label) => {
    if (from < 0 || row < from || row >= from + CHUNK) {
      from = row - (row % CHUNK);
      contributions = contributionsOf(model, columns, from);
    }
    const weights = towards(contributions, CLASSES.indexOf(label), row - from);
    const order = [...features.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
    const speaking = order.filter((f) => weights[f]! > 0);
    const telling = speaking.filter((f) => Number.isFinite(columns[f]![row]!) && columns[f]![row]! !== medians[f]!);
    return (input.onlyTelling && telling.length > 0 ? telling : speaking)
      .slice(0, input.count)
      .map((f) => reason(features[f]!, columns[f]![row]!, medians[f]!, weights[f]!, label, input.word));
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

function contributionsOf(model: BoostingModel, columns: readonly Float64Array[], from: number) {
  const { trees, features, baseline } = model;
  return treeShap(
    { trees, features, baseline, scale: 1 },
    columns.map((column) => column.subarray(from, from + CHUNK)),
  ).contributions;
}

function towards(contributions: readonly (readonly Float64Array[])[], label: number, at: number): Float64Array {
  const others = contributions.length - 1;
  return Float64Array.from(contributions[label]!, (column, f) => {
    const rest = contributions.reduce((sum, each, k) => (k === label ? sum : sum + each[f]![at]!), 0);
    return column[at]! - rest / others;
  });
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
