import { ConfigError, type FeatureTable, type RunControl } from '@deeplogbot/core';
import { calibratedBoth, FEW_EVENTS } from './calibration.js';
import type { Measures } from './measures.js';
import { matrixOf } from './portable.js';
import { scoresInTurns } from './scores-in-turns.js';
import type { TrainedModel } from './trained-model.js';

/** Calibrated probabilities of a fitted model, one array per class, and what it could not read. */
export interface ModelScores {
  readonly probabilities: readonly Float64Array[];
  readonly warnings: readonly string[];
}

/**
 * What a fitted model says of every row.
 *
 * @throws ConfigError `MODEL_LACKS_FEATURES` when the table has less than half of the model's columns.
 */
export async function scoreModel(
  model: TrainedModel,
  table: FeatureTable,
  measures: Measures,
  control: RunControl,
): Promise<ModelScores> {
  const missing = model.features.filter((name) => !measures(name));
  if (missing.length * 2 > model.features.length) {
    throw new ConfigError(
      'MODEL_LACKS_FEATURES',
      `The model reads ${model.features.length} features; the table lacks ${missing.length}: ${missing.join(', ')}.`,
      { hint: 'Train a model on this kind of log, or classify without one.' },
    );
  }
  const columns = matrixOf(measures, model.features, table.rows);
  const scores = await scoresInTurns(model.scores, columns, control);
  return {
    probabilities: calibratedBoth(scores, fewEvents(measures, table.rows), model.calibration),
    warnings: table.rows > 0 ? unmeasuredNote(model, measures) : [],
  };
}

function unmeasuredNote(model: TrainedModel, measures: Measures): string[] {
  const blind = model.features.filter((name) => !measures(name)?.some((value) => !Number.isNaN(value)));
  return blind.length > 0 ? [`Features of the model that are not measurable here: ${blind.join(', ')}.`] : [];
}

/** 1 for rows of few events, which are the uncertain ones. */
export function fewEvents(measures: Measures, rows: number): Uint8Array {
  const total = measures('total_downloads');
  return Uint8Array.from({ length: rows }, (_, row) => (total && total[row]! < FEW_EVENTS ? 1 : 0));
}
