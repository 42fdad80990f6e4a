import { type FeatureSpec, type RunResult, reasonText, type Verdict } from '@deeplogbot/core';
import { oncePerRun } from '../once-per-run.js';

/** A column of the location table: how it is called, what it means, and its value per location. */
export interface LocationColumn {
  readonly name: string;
  readonly type: 'text' | 'boolean' | 'number';
  readonly unit: string;
  readonly range: string;
  readonly meaning: string;
  readonly nullWhen: string;
  /** NULL is null, or NaN in a column of floats. */
  readonly values: ArrayLike<string | number | boolean | null>;
}

/** The table of a run: key, attributes, verdict, then every feature in the provider's order. Columns and their order depend on the provider alone. */
export const locationTable = oncePerRun((run: RunResult): readonly LocationColumn[] => {
  const { keys, attributes, columns, specs } = run.features;
  const text = (
    name: string,
    meaning: string,
    nullWhen: string,
    values: readonly (string | null)[],
  ): LocationColumn => ({ name, type: 'text', unit: '', range: '', meaning, nullWhen, values });
  return [
    text('geo_location', 'The location that was classified, as the log spells it.', 'never', keys),
    text('country', 'Its most frequent country.', 'no row has one', attributes.country),
    text('city', 'Its most frequent city.', 'no row has one', attributes.city),
    number('downloads', 'rows', 'Downloads in the window.', 'never', run.downloads),
    ...verdictColumns(run.verdicts.rows),
    ...[...columns].map(([name, values]) => featureColumn(name, specs.get(name), values)),
  ];
});

const number = (
  name: string,
  unit: string,
  meaning: string,
  nullWhen: string,
  values: ArrayLike<number>,
  range = '',
): LocationColumn => ({ name, type: 'number', unit, range, meaning, nullWhen, values });

function verdictColumns(rows: readonly Verdict[]): LocationColumn[] {
  const NEVER = 'never';
  const FEW = 'insufficient evidence';
  const text = (
    name: string,
    meaning: string,
    nullWhen: string,
    of: (verdict: Verdict) => string | null,
  ): LocationColumn => ({ name, type: 'text', unit: '', range: '', meaning, nullWhen, values: rows.map(of) });
  const flag = (name: string, meaning: string, of: (verdict: Verdict) => boolean): LocationColumn => ({
    name,
    type: 'boolean',
    unit: '',
    range: '',
    meaning,
    nullWhen: NEVER,
    values: rows.map(of),
  });
  const share = (name: string, meaning: string, of: (verdict: Verdict) => number) =>
    number(name, '1', meaning, FEW, Float64Array.from(rows, of), '0 … 1');
  return [
    text('label', 'bot, hub, organic or insufficient_evidence.', NEVER, (verdict) => verdict.label),
    text(
      'behavior_type',
      'Level 1: organic, automated or insufficient_evidence.',
      NEVER,
      (verdict) => verdict.behaviorType,
    ),
    text(
      'automation_category',
      'Level 2: bot or legitimate_automation.',
      'not automated',
      (verdict) => verdict.automationCategory,
    ),
    text('subcategory', 'Level 3 of the taxonomy.', FEW, (verdict) => verdict.subcategory),
    flag('is_bot', 'label is bot.', (verdict) => verdict.label === 'bot'),
    flag('is_hub', 'label is hub.', (verdict) => verdict.label === 'hub'),
    flag('is_organic', 'label is organic.', (verdict) => verdict.label === 'organic'),
    share('classification_confidence', 'Confidence that the label is right.', (verdict) => verdict.confidence),
    share('p_organic', 'Probability of organic.', (verdict) => verdict.probabilities[0]),
    share('p_bot', 'Probability of bot.', (verdict) => verdict.probabilities[1]),
    share('p_hub', 'Probability of hub.', (verdict) => verdict.probabilities[2]),
    flag('needs_review', 'A person should look at it.', (verdict) => verdict.needsReview),
    text('classification_reason', 'Why, as sentences.', 'no reason was given', reasonText),
    text(
      'first_reason',
      'The first of the reasons: the id of a rule, or feature: and the name of what a model goes by.',
      'no reason was given',
      ({ reasons }) => reasons[0]?.id ?? null,
    ),
  ];
}

const featureColumn = (name: string, spec: FeatureSpec | undefined, values: Float64Array): LocationColumn => ({
  name,
  type: 'number',
  unit: spec?.unit ?? '',
  range: spec ? rangeText(spec) : '',
  meaning: spec?.meaning ?? '',
  nullWhen: spec?.nullWhen ?? '',
  values,
});

const rangeText = ({ min, max }: FeatureSpec): string => {
  if (min === undefined && max === undefined) return '';
  return `${min ?? '−∞'} … ${max ?? '∞'}`;
};
