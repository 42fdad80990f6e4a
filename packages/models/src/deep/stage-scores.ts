import type { RunControl } from '@deeplogbot/core';
import { deepIsolationForest } from '../deep-isolation-forest.js';
import { organicVae } from '../organic-vae.js';
import { temporalConsistency } from '../temporal-consistency.js';
import type { Exemplars } from './exemplars.js';
import type { Measures } from './measures.js';
import { matrixOf } from './portable.js';

/** Stages whose scores the fusion may see. All are off unless asked for; what each is worth is in docs/deep.md. */
export interface ScoreStages {
  /** Reconstruction error and latent code of an autoencoder of organic exemplars. @defaultValue false */
  readonly vae: boolean;
  /** Isolation forest on random networks over the latent code, or over the features where there is none. @defaultValue false */
  readonly deepIsolationForest: boolean;
  /** Abruptness of the years and months. @defaultValue false */
  readonly temporalConsistency: boolean;
}

export interface StageInput extends RunControl {
  readonly measures: Measures;
  readonly rows: number;
  /** Columns that the autoencoder and the forest see. */
  readonly features: readonly string[];
  readonly exemplars: Exemplars;
  readonly randomState: number;
}

export interface StageScores {
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly warnings: readonly string[];
}

/** The scores of the stages that are on, one column each; the latent code has sixteen. */
export async function stageScores(input: StageInput, stages: Partial<ScoreStages>): Promise<StageScores> {
  const columns: Record<string, Float64Array> = {};
  const warnings: string[] = [];
  const seen = () => matrixOf(input.measures, input.features, input.rows).map(symmetricLog);
  let latent: readonly Float64Array[] | undefined;
  if (stages.vae) {
    const vae = await autoencode(input, seen());
    if (vae.reason) warnings.push(vae.reason);
    columns.vae_reconstruction_error = vae.reconstructionError;
    vae.latent.forEach((code, i) => {
      columns[`vae_latent_${i + 1}`] = code;
    });
    latent = vae.latent;
  }
  if (stages.deepIsolationForest) {
    const over = latent ?? seen().map((column) => column.map((value) => (Number.isNaN(value) ? 0 : value)));
    const control = input.signal ? { signal: input.signal } : {};
    columns.deep_isolation_score = deepIsolationForest({ randomState: input.randomState })
      .fit(over, control)
      .scores(over);
  }
  if (stages.temporalConsistency) columns.temporal_consistency = temporal(input);
  return { columns, warnings };
}

/** Heavy tails drawn in: sign(x) · ln(1 + |x|). */
const symmetricLog = (column: Float64Array) => column.map((x) => Math.sign(x) * Math.log1p(Math.abs(x)));

function autoencode({ exemplars, randomState, signal }: StageInput, columns: readonly Float64Array[]) {
  const rows = Int32Array.from(exemplars.organic.keys()).filter((row) => exemplars.organic[row]! > 0);
  const weights = Float64Array.from(rows, (row) => exemplars.organic[row]!);
  return organicVae(columns, { rows, weights }, { randomState, ...(signal && { signal }) });
}

function temporal({ measures, rows }: StageInput): Float64Array {
  const [fractionLatestYear, spikeRatio, recentActivityRatio, yearOverYearCv, momentumScore] = matrixOf(
    measures,
    ['fraction_latest_year', 'spike_ratio', 'recent_activity_ratio', 'year_over_year_cv', 'momentum_score'],
    rows,
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return temporalConsistency({ fractionLatestYear, spikeRatio, recentActivityRatio, yearOverYearCv, momentumScore })
    .score;
}
