import { defineDerived, float64, type PlanNode } from '@deeplogbot/core';
import { clip, flagAbove, quantiles } from './moments.js';

const INPUTS = 'one of its inputs is';

/** Malicious against legitimate automation, each a weighted sum of scaled features. */
export const composites = defineDerived({
  name: 'composites',
  from: [
    'file_exploration_score',
    'bot_farm_score',
    'geographic_stability',
    'targets_latest_only',
    'activity_density',
    'file_mirroring_score',
    'user_authenticity_score',
    'persistence_score',
    'protocol_legitimacy_score',
  ],
  columns: {
    malicious_bot_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Signs of a farm or a crawler.',
      formula:
        '0.25 S(file_exploration_score) + 0.30 S(bot_farm_score) + 0.20 (1 − geographic_stability) + 0.15 targets_latest_only + 0.10 (1 − activity_density)',
      nullWhen: INPUTS,
    }),
    legitimate_automation_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Signs of mirrors and pipelines.',
      formula:
        '0.30 S(file_mirroring_score) + 0.25 S(user_authenticity_score) + 0.20 geographic_stability + 0.25 S(persistence_score) + 0.15 protocol_legitimacy_score',
      nullWhen: INPUTS,
    }),
    bot_vs_legitimate_score: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'Above 0 rather malicious, below 0 rather legitimate.',
      formula: 'malicious_bot_score − legitimate_automation_score',
      nullWhen: INPUTS,
    }),
    is_likely_malicious: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 if the score is above 0.3.',
      formula: 'bot_vs_legitimate_score > 0.3',
      nullWhen: INPUTS,
    }),
    is_likely_legitimate_automation: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 if the score is below −0.3.',
      formula: 'bot_vs_legitimate_score < −0.3',
      nullWhen: INPUTS,
    }),
  },
  compute: (table) => {
    const raw = (name: string) => table.need(name).map((value) => clip(value, 0, 1));
    const scaled = (name: string) => robustScale(table.need(name));
    const weigh = (parts: readonly (readonly [number, Float64Array])[]) =>
      parts[0]![1].map((_, i) =>
        clip(
          parts.reduce((sum, [weight, values]) => sum + weight * values[i]!, 0),
          0,
          1,
        ),
      );
    const not = (values: Float64Array) => values.map((value) => 1 - value);
    const malicious = weigh([
      [0.25, scaled('file_exploration_score')],
      [0.3, scaled('bot_farm_score')],
      [0.2, not(raw('geographic_stability'))],
      [0.15, table.need('targets_latest_only')],
      [0.1, not(raw('activity_density'))],
    ]);
    const legitimate = weigh([
      [0.3, scaled('file_mirroring_score')],
      [0.25, scaled('user_authenticity_score')],
      [0.2, raw('geographic_stability')],
      [0.25, scaled('persistence_score')],
      [0.15, raw('protocol_legitimacy_score')],
    ]);
    const difference = malicious.map((value, i) => value - legitimate[i]!);
    return {
      malicious_bot_score: malicious,
      legitimate_automation_score: legitimate,
      bot_vs_legitimate_score: difference,
      is_likely_malicious: flagAbove(difference, 0.3),
      is_likely_legitimate_automation: flagAbove(
        difference.map((value) => -value),
        0.3,
      ),
    };
  },
});

/** (v − Q₀.₀₁) ÷ (Q₀.₉₉ − Q₀.₀₁) within [0, 1]; 0 for all where the two agree. */
function robustScale(values: Float64Array): Float64Array {
  const [low, high] = quantiles(values, [0.01, 0.99]) as [number, number];
  const range = high - low;
  return values.map((value) => (Number.isNaN(value) ? value : range < 1e-10 ? 0 : clip((value - low) / range, 0, 1)));
}

export const compositeNodes: readonly PlanNode[] = [composites];
