import { CLASSES } from '@deeplogbot/core';
import type { Exemplars } from './exemplars.js';
import type { TrainedModel } from './trained-model.js';

/** What the probabilities of a log were learned from. */
export interface Learned {
  /** What the log itself was seen to hold; absent where the model judged alone. */
  readonly exemplars?: Exemplars;
  /** Labels that were learned from. */
  readonly labels: number;
  readonly model?: TrainedModel;
}

const NAMES = { organic: 'people', bot: 'bots', hub: 'hubs' } as const;

/** What figures rest on and what no interval covers, as a sentence without its stop. */
export function basisOf({ exemplars, labels, model }: Learned): string {
  const fitted = model ? [`a model of ${model.manifest.rows} labelled locations`] : [];
  if (!exemplars) return `This rests on ${fitted.join()}`;
  const counts = CLASSES.map((name) => `${exemplars.counts[name]} of ${NAMES[name]}`);
  const own = `exemplars that the log shows itself (${counts.join(', ')})`;
  const all = [...(labels > 0 ? [labels === 1 ? '1 label' : `${labels} labels`] : []), ...fitted, own];
  const sentence = `This rests on ${all.join(' and ')}`;
  return labels > 0
    ? sentence
    : `No labels were given: ${sentence.replace('This', 'this')}. A kind of visitor that all of these misjudge as a whole is in no interval`;
}
