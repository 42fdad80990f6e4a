import { readdir } from 'node:fs/promises';
import { ConfigError, columnsOf, type Provider, ROLES } from '@deeplogbot/core';
import { openOutputDir } from '@deeplogbot/core/node';
import { parseRules } from '@deeplogbot/rules';
import { loadProvider, loadProviderFolder } from '../providers/load-provider.js';
import { knownFeatures, rulesFileOf } from '../steps/resolve-classifier.js';

/** Loads a provider folder and checks its rules against the features it would have; returns what a person wants to hear. */
export async function validateProvider(folder: string): Promise<string> {
  const { provider } = await loadProviderFolder(folder);
  const known = [...provider.extractors, ...(provider.afterAnomaly ?? [])].flatMap((node) =>
    knownFeatures(node.columns),
  );
  for (const [name, text] of Object.entries(provider.rules)) {
    parseRules(text, {
      file: rulesFileOf(provider, name),
      knownFeatures: known,
    });
  }
  return `${folder} is a valid provider: "${provider.name}" with ${known.length} features.`;
}

/** What a provider is, for a person. */
export async function describeProvider(name: string): Promise<string> {
  const { provider } = await loadProvider(name);
  return [
    `${provider.name}: ${provider.displayName}`,
    provider.description,
    '',
    'Columns',
    ...ROLES.map((role) => `  ${role.padEnd(12)}${columnsOf(provider.schema, role).join(', ') || '–'}`),
    '',
    `Rules: ${Object.keys(provider.rules).join(', ')}`,
    `Features: ${featureCount(provider)}`,
  ].join('\n');
}

/** The text of one of a provider's rule sets, to be copied and changed. */
export async function rulesOf(name: string, set: string): Promise<string> {
  const { provider } = await loadProvider(name);
  const known = Object.keys(provider.rules);
  if (!known.includes(set)) {
    throw new ConfigError('RULES_NOT_FOUND', `"${provider.name}" has no rule set ${JSON.stringify(set)}.`, {
      hint: `It has ${known.join(', ')}.`,
    });
  }
  return provider.rules[set]!;
}

const featureCount = (provider: Provider): number =>
  provider.extractors.reduce((sum, node) => sum + Object.keys(node.columns).length, 0);

/** Writes a provider folder to begin with; refuses a folder that holds something. */
export async function initProvider(folder: string): Promise<readonly string[]> {
  const output = await openOutputDir(folder);
  if ((await readdir(folder)).length > 0) {
    throw new ConfigError('FOLDER_NOT_EMPTY', `${folder} already holds files.`, {
      hint: 'Name a new or empty folder.',
    });
  }
  const { provider } = await loadProvider('ebi');
  const files = { 'provider.yaml': PROVIDER_YAML, 'rules.yaml': provider.rules.default };
  return Promise.all(Object.entries(files).map(([name, text]) => output.write(name, text)));
}

const PROVIDER_YAML = `# A log format of your own: say which column means what, then tune rules.yaml.
name: my-repository
display_name: My repository
description: Download log of my repository.
extends: ebi # where the features come from
schema:
  location_field: geo_location # or a list of columns, joined by commas
  country_field: country
  city_field: geoip_city_name # null if the log has none
  user_field: user
  project_field: accession
  file_field: filename
  method_field: method
  timestamp_field: timestamp
  min_year: 2020
rules: rules.yaml
`;
