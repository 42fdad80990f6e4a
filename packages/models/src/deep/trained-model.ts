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
  if (json.format !== FORMAT) throw invalid(name, 'it is JSON of another kind');
  if (typeof json.version === 'number' && json.version > MODEL_VERSION) {
    throw new InputError('NEWER_MODEL', `${name} has version ${json.version}; this package reads ${MODEL_VERSION}.`, {
      hint: 'Use a newer deeplogbot, or train the model again.',
    });
  }
  if (json.version !== MODEL_VERSION)
    throw invalid(name, `its version is ${JSON.stringify(json.version ?? 'missing')}`);
  const scores = boostingFromJson(json.scores);
  if (scores.classes.join() !== CLASSES.join()) throw invalid(name, `its classes are ${scores.classes.join(', ')}`);
  const head = headOf(json);
  const odd = Object.entries(head).find(([, value]) => value === undefined);
  if (odd) throw invalid(name, `its ${odd[0]} is damaged`);
  const { provider, features, population, calibration, conformal, manifest } = head as Head;
  if (features.length !== scores.features || population.length !== features.length)
    throw invalid(name, 'its features do not fit its trees');
  return { provider, features, population, scores, calibration, conformal, manifest };
}

type Head = Omit<TrainedModel, 'scores'>;

/** What a model file holds beside its trees; undefined where a part is not as it is written. */
function headOf(json: Record<string, unknown>): { [Part in keyof Head]: Head[Part] | undefined } {
  const { provider, features, population, calibration, conformal, manifest } = json as unknown as Head;
  const both = [calibration?.many, calibration?.few];
  const counts = manifest?.labels ?? {};
  return {
    provider: typeof provider === 'string' ? provider : undefined,
    features: areAll(features, (each) => typeof each === 'string') ? features : undefined,
    population: areAll(population, (at) => areFinite([at?.p05, at?.median, at?.p95])) ? population : undefined,
    calibration: both.every(isCalibration) ? calibration : undefined,
    conformal: areFinite([conformal?.coverage, conformal?.threshold]) ? conformal : undefined,
    manifest: areFinite([manifest?.rows, manifest?.randomState, ...CLASSES.map((each) => counts[each])])
      ? manifest
      : undefined,
  };
}

const areAll = <T>(values: readonly T[] | undefined, test: (value: T) => boolean): boolean =>
  Array.isArray(values) && values.every(test);

const areFinite = (values: readonly unknown[] | undefined): boolean => areAll(values, Number.isFinite);

const isCalibration = (found: Calibration | undefined): boolean =>
  areFinite([found?.scale, ...CLASSES.map((_, k) => found?.bias?.[k])]) &&
  found!.scale > 0 &&
  found!.bias.length === CLASSES.length;

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
