import { CLASSES, type ClassName, InputError } from '@deeplogbot/core';
import { type BoostingModel, boostingFromJson } from '../boosting/gradient-boosting.js';
import type { Calibration } from './calibration.js';

const FORMAT = 'deeplogbot-model';
export const MODEL_VERSION = 1;

/** Where a feature lies in the rows a model was fitted on. */
export interface Population {
  readonly p05: number;
  readonly median: number;
  readonly p95: number;
}

/** What a model was made from. Nothing in it depends on the day or the machine. */
export interface TrainingManifest {
  readonly rows: number;
  readonly labels: Readonly<Record<ClassName, number>>;
  readonly randomState: number;
  readonly source: string;
}

/** A model fitted on labels, with all that is needed to use it on another log. */
export interface TrainedModel {
  readonly provider: string;
  /** Columns it reads, in order. */
  readonly features: readonly string[];
  readonly population: readonly Population[];
  readonly scores: BoostingModel;
  /** For keys with enough events, and for those with few. */
  readonly calibration: { readonly many: Calibration; readonly few: Calibration };
  /** Coverage asked for, and the least probability of a class in the set. */
  readonly conformal: { readonly coverage: number; readonly threshold: number };
  readonly manifest: TrainingManifest;
}

/** The bytes of a model file: the same for the same input, options and seed. */
export const modelToText = (model: TrainedModel): string =>
  `${JSON.stringify({ format: FORMAT, version: MODEL_VERSION, ...model, scores: model.scores.toJSON() })}\n`;

/**
 * Reads a model file.
 *
 * @throws InputError `INVALID_MODEL` for a file that is truncated or no model, `NEWER_MODEL` for a version this package does not know.
 */
export function modelFromText(text: string, name: string): TrainedModel {
  const json = parse(text, name);
  if (json.format !== FORMAT) throw invalid(name, `its format is ${JSON.stringify(json.format)}`);
  if (typeof json.version === 'number' && json.version > MODEL_VERSION) {
    throw new InputError('NEWER_MODEL', `${name} has version ${json.version}; this package reads ${MODEL_VERSION}.`, {
      hint: 'Use a newer deeplogbot, or train the model again.',
    });
  }
  if (json.version !== MODEL_VERSION) throw invalid(name, `its version is ${JSON.stringify(json.version)}`);
  const { provider, features, population, calibration, conformal, manifest } = json as unknown as TrainedModel;
  const scores = boostingFromJson(json.scores);
  const named = Array.isArray(features) && features.every((feature) => typeof feature === 'string');
  if (!named || features.length !== scores.features) throw invalid(name, 'its features do not fit its trees');
  if (typeof provider !== 'string' || population?.length !== features.length)
    throw invalid(name, 'its head lacks parts');
  if (scores.classes.join() !== CLASSES.join()) throw invalid(name, `its classes are ${scores.classes.join(', ')}`);
  for (const { scale, bias } of [calibration?.many, calibration?.few].map((c) => c ?? ({} as Calibration))) {
    if (!(scale > 0) || bias?.length !== CLASSES.length) throw invalid(name, 'its calibration is damaged');
  }
  if (!(conformal?.threshold >= 0) || !manifest?.labels) throw invalid(name, 'its head lacks parts');
  return { provider, features, population, scores, calibration, conformal, manifest };
}

function parse(text: string, name: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch (cause) {
    throw invalid(name, 'it is cut off or no JSON', cause);
  }
  throw invalid(name, 'it holds no object');
}

const invalid = (name: string, why: string, cause?: unknown) =>
  new InputError('INVALID_MODEL', `${name} is not a model of deeplogbot: ${why}.`, {
    hint: 'Name a file that "deeplogbot train" wrote, whole.',
    ...(cause === undefined ? {} : { cause }),
  });
