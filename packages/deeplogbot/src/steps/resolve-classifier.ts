import { readFile } from 'node:fs/promises';
import { type Classifier, ConfigError, type Engine, nearestName, type Provider } from '@deeplogbot/core';
import { conductClassifier, deepClassifier, modelFromText, type TrainedModel } from '@deeplogbot/models';
import { parseRules, type RuleSet, rulesClassifier, taxonomyOf } from '@deeplogbot/rules';
import type { LabelledKey } from '../options.js';
import { readLabels } from './labels.js';

/** What decides which classifier a run has. */
export interface ClassifierChoice {
  readonly classificationMethod: 'rules' | 'deep' | Classifier;
  readonly rules: string;
  readonly model?: string;
  readonly labels?: string | readonly LabelledKey[];
}

/**
 * The classifier that options name: a value itself, the provider's rules checked against the features that exist, or the
 * deep method with its model and labels. The engine reads label files.
 */
export async function resolveClassifier(
  choice: ClassifierChoice,
  provider: Provider,
  knownFeatures: readonly string[],
  engine: Engine,
): Promise<Classifier> {
  const { classificationMethod: method } = choice;
  if (typeof method !== 'string') return method;
  const { text, file } = await rulesText(choice.rules, provider);
  const rules = parseRules(text, { file, knownFeatures: knownFeatures.map((name) => ({ name })) });
  return method === 'deep' ? resolveDeep(choice, provider, rules, engine) : rulesClassifier(rules);
}

async function resolveDeep(
  choice: ClassifierChoice,
  provider: Provider,
  rules: RuleSet,
  engine: Engine,
): Promise<Classifier> {
  const model = await modelOf(choice.model, provider);
  const labels = choice.labels === undefined ? undefined : await readLabels(choice.labels, engine);
  const { conduct } = provider;
  if (conduct && !model) {
    return conductClassifier({ rules: rulesClassifier(rules), conduct, ...(labels && { labels }) });
  }
  return deepClassifier({
    ...(model && { model }),
    ...(labels && { labels }),
    minimumDownloads: rules.minimumDownloads,
    subcategories: taxonomyOf(rules),
  });
}

/** The model of a file, or the provider's own; a model of another provider is refused. */
async function modelOf(path: string | undefined, provider: Provider): Promise<TrainedModel | undefined> {
  if (path === undefined) return provider.model && modelFromText(await provider.model(), `${provider.name}'s model`);
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
  return model;
}

async function rulesText(rules: string, provider: Provider): Promise<{ text: string; file: string }> {
  const shipped = provider.rules[rules];
  if (shipped !== undefined) return { text: shipped, file: `${provider.name}/${rules}.yaml` };
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
  return { text, file: rules };
}
