import { ConfigError } from '@deeplogbot/core';
import { boostingFromJson, gradientBoosting } from './boosting/gradient-boosting.js';
import { logisticFromJson, logisticRegression } from './logistic-regression.js';
import type { Learner, ProbabilisticModel } from './model.js';
import { field, invalidModel } from './model-json.js';
import { forestFromJson, randomForest } from './random-forest.js';

/** What can turn features into probabilities: a name, a learner with options of its own, or a model that exists. */
export type Fusion = FusionName | Learner | ProbabilisticModel;

export type FusionName = keyof typeof KINDS;

const KINDS = {
  'gradient-boosting': { learner: () => gradientBoosting(), read: boostingFromJson },
  'random-forest': { learner: () => randomForest(), read: forestFromJson },
  logistic: { learner: () => logisticRegression(), read: logisticFromJson },
} as const satisfies Record<string, { learner: () => Learner; read: (json: unknown) => ProbabilisticModel }>;

/**
 * The learner that a fusion stands for; a model that exists becomes a learner that gives it back whatever it is fitted on.
 *
 * @throws ConfigError `UNKNOWN_FUSION` for a name that is none of them.
 */
export function fusionLearner(fusion: Fusion): Learner {
  if (typeof fusion !== 'string') return 'fit' in fusion ? fusion : { kind: fusion.kind, fit: () => fusion };
  if (Object.hasOwn(KINDS, fusion)) return KINDS[fusion].learner();
  throw new ConfigError('UNKNOWN_FUSION', `There is no fusion named ${JSON.stringify(fusion)}.`, {
    hint: `Use ${Object.keys(KINDS).join(', ')}, a learner or a model.`,
  });
}

/** Reads a model of any kind of this package. @throws InputError `INVALID_MODEL` that names what is wrong. */
export function modelFromJson(json: unknown): ProbabilisticModel {
  const kind = field(json, 'kind');
  if (typeof kind === 'string' && Object.hasOwn(KINDS, kind)) return KINDS[kind as FusionName].read(json);
  throw invalidModel('kind', kind, `one of ${Object.keys(KINDS).join(', ')}`);
}
