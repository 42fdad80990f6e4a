import { fusionLearner, gradientBoosting, modelFromJson } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { table } from './support.js';

const { columns, labels } = table(120, 1);

describe('fusionLearner', () => {
  it.each(['gradient-boosting', 'random-forest', 'logistic'] as const)('learns and reads again by name: %s', (name) => {
    const model = fusionLearner(name).fit(columns, labels);
    expect(model.kind).toBe(name);
    const again = modelFromJson(JSON.parse(JSON.stringify(model)));
    expect(again.kind).toBe(name);
    expect(again.predictProbabilities(columns)).toEqual(model.predictProbabilities(columns));
  });

  it('takes learners and models as they are', () => {
    const learner = gradientBoosting({ rounds: 2 });
    expect(fusionLearner(learner)).toBe(learner);
    const model = learner.fit(columns, labels);
    expect(fusionLearner(model).fit([], [])).toBe(model);
  });

  it('refuses other names', () => {
    expect(() => fusionLearner('toString' as 'logistic')).toThrow('There is no fusion named "toString".');
    expect(() => modelFromJson({ kind: 'vae' })).toThrow('has "vae" at kind; it must be one of gradient-boosting');
  });
});
