import { readFile } from 'node:fs/promises';
import { type Classifier, ConfigError, nearestName, type Provider } from '@deeplogbot/core';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';

/** The classifier that an option names: the value itself, or the provider's rules checked against the features that exist. */
export async function resolveClassifier(
  method: 'rules' | Classifier,
  rules: string,
  provider: Provider,
  knownFeatures: readonly string[],
): Promise<Classifier> {
  if (typeof method !== 'string') return method;
  const { text, file } = await rulesText(rules, provider);
  return rulesClassifier(parseRules(text, { file, knownFeatures: knownFeatures.map((name) => ({ name })) }));
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
