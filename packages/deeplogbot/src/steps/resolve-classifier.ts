import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type Classifier,
  ConfigError,
  type Engine,
  nearestName,
  type Provider,
  type VerdictSource,
} from '@deeplogbot/core';
import { conductClassifier, deepClassifier, modelFromText, type TrainedModel } from '@deeplogbot/models';
import { type KnownFeature, parseRules, type RuleSet, rulesClassifier, taxonomyOf } from '@deeplogbot/rules';
import type { LabelledKey } from '../options.js';
import { readLabels } from './read-labels.js';

/** What decides which classifier a run has. */
export interface ClassifierChoice {
  readonly classificationMethod: 'rules' | 'deep' | Classifier;
  readonly rules: string;
  readonly model?: string;
  readonly labels?: string | readonly LabelledKey[];
}

/**
 * The classifier that options name: a value itself, the provider's rules checked against the features that exist, or the
 * deep method with its model and labels. Bounds of rules are held against the ranges of features that are given with one. The engine
 * reads label files.
 */
export async function resolveClassifier(
  choice: ClassifierChoice,
  provider: Provider,
  known: readonly (string | KnownFeature)[],
  engine: Engine,
): Promise<Classifier> {
  const { classificationMethod: method } = choice;
  if (typeof method !== 'string') return method;
  const { text, file, name } = await rulesText(choice.rules, provider);
  const features = known.map((each) => (typeof each === 'string' ? { name: each } : each));
  const rules = parseRules(text, { file, knownFeatures: features, sets: provider.rules });
  const source = sourceOf('rules', name, text);
  if (method !== 'deep') return { ...rulesClassifier(rules), sources: [source] };
  const { sources, ...classifier } = await resolveDeep(choice, provider, rules, engine);
  return { ...classifier, sources: [source, ...sources] };
}

/** Features with the ranges that their specs name. */
export const knownFeatures = (columns: Readonly<Record<string, Omit<KnownFeature, 'name'>>>): KnownFeature[] =>
  Object.entries(columns).map(([name, { min, max }]) => ({
    name,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  }));

/** The file that messages about a rule set name: where its text was read from, else provider and name. */
export const rulesFileOf = (provider: Provider, rules: string): string =>
  provider.ruleFiles?.[rules] ?? `${provider.name}/${rules}.yaml`;

const sourceOf = (kind: VerdictSource['kind'], name: string, text: string): VerdictSource => ({
  kind,
  name,
  digest: createHash('sha256').update(text).digest('hex'),
});

async function resolveDeep(
  choice: ClassifierChoice,
  provider: Provider,
  rules: RuleSet,
  engine: Engine,
): Promise<Classifier & { readonly sources: readonly VerdictSource[] }> {
  const found = await modelOf(choice.model, provider);
  const labels = choice.labels === undefined ? undefined : await readLabels(choice.labels, engine);
  const labelsName = typeof choice.labels === 'string' ? basename(choice.labels) : 'labels';
  const { conduct } = provider;
  const known = labels && { labels: labels.byKey };
  const classifier =
    conduct && !found
      ? conductClassifier({ rules: rulesClassifier(rules), conduct, ...known })
      : deepClassifier({
          ...(found && { model: found.model }),
          ...known,
          minimumDownloads: rules.minimumDownloads,
          rules: rulesClassifier(rules, { inWords: false }),
          subcategories: taxonomyOf(rules),
        });
  const sources = [
    ...(found ? [sourceOf('model', found.name, found.text)] : []),
    ...(labels ? [sourceOf('labels', labelsName, JSON.stringify([...labels.byKey].sort()))] : []),
  ];
  return { ...(labels ? withWarnings(classifier, labels.warnings) : classifier), sources };
}

const withWarnings = (classifier: Classifier, warnings: readonly string[]): Classifier => ({
  ...classifier,
  classify: async (features, context) => {
    const verdicts = await classifier.classify(features, context);
    return { ...verdicts, warnings: [...warnings, ...verdicts.warnings] };
  },
});

interface NamedModel {
  readonly model: TrainedModel;
  readonly name: string;
  readonly text: string;
}

/** The model of a file, or the provider's own; a model of another provider is refused. */
async function modelOf(path: string | undefined, provider: Provider): Promise<NamedModel | undefined> {
  if (path === undefined) return provider.model && ownModel(provider.name, await provider.model());
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError('MODEL_NOT_FOUND', `The model ${JSON.stringify(path)} cannot be read.`, {
      hint: 'Name a file that "deeplogbot train" wrote.',
      cause,
    });
  });
  const model = modelFromText(text, path);
  if (model.provider !== provider.name) {
    throw new ConfigError('FOREIGN_MODEL', `${path} is a model of "${model.provider}", not of "${provider.name}".`, {
      hint: 'Train one for this provider, or name the provider with -p.',
    });
  }
  return { model, name: basename(path), text };
}

function ownModel(provider: string, text: string): NamedModel {
  const name = `${provider}'s model`;
  return { model: modelFromText(text, name), name, text };
}

/** Their text; `name` is without the folder, which differs from machine to machine. */
async function rulesText(rules: string, provider: Provider): Promise<{ text: string; file: string; name: string }> {
  const shipped = provider.rules[rules];
  const own = `${provider.name}/${rules}.yaml`;
  if (shipped !== undefined) return { text: shipped, file: rulesFileOf(provider, rules), name: own };
  const text = await readFile(rules, 'utf8').catch((cause: unknown) => {
    const known = Object.keys(provider.rules);
    const near = nearestName(rules, known);
    throw new ConfigError(
      'RULES_NOT_FOUND',
      `There are no rules ${JSON.stringify(rules)}: neither a rule set of "${provider.name}" (${known.join(', ')}) nor a readable file.`,
      {
        hint: near ? `Did you mean "${near}"?` : 'Name one of these sets or a YAML file.',
        cause,
      },
    );
  });
  return { text, file: rules, name: basename(rules) };
}
