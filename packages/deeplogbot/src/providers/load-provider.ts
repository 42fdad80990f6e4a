import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import {
  ConfigError,
  defineProvider,
  defineSchema,
  type LogSchema,
  nearestName,
  type Provider,
} from '@deeplogbot/core';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { getProvider } from './builtin.js';

/** A provider from a folder, and which schema fields its file wrote down. */
export interface LoadedProvider {
  readonly provider: Provider;
  readonly explicitFields: ReadonlySet<keyof LogSchema>;
}

/** A name, a folder or a value to a provider. */
export async function loadProvider(provider: string | Provider): Promise<LoadedProvider> {
  if (typeof provider !== 'string') return { provider, explicitFields: new Set() };
  if (await isProviderFolder(provider)) return loadProviderFolder(provider);
  return { provider: getProvider(provider), explicitFields: new Set() };
}

async function isProviderFolder(path: string): Promise<boolean> {
  const looksLikePath = path.includes('/') || path.includes(sep) || path.startsWith('.');
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EINVAL') return undefined;
    throw error;
  });
  if (found?.isDirectory()) return true;
  if (!looksLikePath) return false;
  throw new ConfigError('PROVIDER_NOT_FOUND', `There is no provider folder at ${path}.`, {
    hint: 'Name a folder that holds a provider.yaml, or a shipped provider.',
  });
}

const FILE = 'provider.yaml';
const KEYS = ['name', 'display_name', 'description', 'extends', 'schema', 'rules'] as const;

/**
 * Reads `provider.yaml` and the rule file it names. Features come from the provider it extends (`ebi` unless it says
 * otherwise), so that a new log format needs no code. All problems of the file are reported at once, with their lines.
 */
export async function loadProviderFolder(folder: string): Promise<LoadedProvider> {
  const path = join(folder, FILE);
  const { values, at } = parseProviderYaml(await readText(path), path);
  const base = getProvider(typeof values.extends === 'string' ? values.extends : 'ebi');
  const partial = schemaFields(values.schema ?? {}, at);
  const rulesFile = values.rules === undefined ? undefined : insideFolder(folder, values.rules, path);
  const rulesText = rulesFile === undefined ? undefined : await readText(rulesFile);
  const provider = defineProvider({
    ...base,
    name: values.name,
    displayName: values.display_name ?? values.name,
    description: values.description ?? base.description,
    schema: defineSchema(partial, base.schema),
    rules: rulesText === undefined ? base.rules : { ...base.rules, default: rulesText },
    ...(rulesFile && { ruleFiles: { ...base.ruleFiles, default: rulesFile } }),
  });
  return { provider, explicitFields: new Set(Object.keys(partial) as (keyof LogSchema)[]) };
}

interface ProviderYaml {
  readonly name: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly extends?: string;
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly rules?: string;
}

type Locate = (...keys: readonly string[]) => string;

function parseProviderYaml(text: string, path: string): { values: ProviderYaml; at: Locate } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const at: Locate = (...keys) => {
    const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return `${path}:${line}:${col}`;
  };
  const problems = document.errors.map(
    (error) => `${path}:${error.linePos?.[0].line ?? 1} ${error.message.split('\n')[0]}`,
  );
  if (problems.length > 0) throw invalid(path, problems);
  const values = toValues(document, path);
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw invalid(path, [`${path}:1 must be a map`]);
  problems.push(...problemsOf(values as Record<string, unknown>, at));
  if (problems.length > 0) throw invalid(path, problems);
  return { values: values as ProviderYaml, at };
}

/** A file whose aliases unfold to far more than it says is refused, not unfolded. */
function toValues(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    if (error instanceof ReferenceError) throw invalid(path, [`${path}: ${error.message}`]);
    throw error;
  }
}

function problemsOf(values: Readonly<Record<string, unknown>>, at: Locate): string[] {
  const problems: string[] = [];
  for (const key of Object.keys(values)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    problems.push(`${at(key)} unknown key "${key}"${remedyOf(key)}`);
  }
  if (values.name === undefined) problems.push(`${at()} "name" is missing`);
  for (const key of ['name', 'display_name', 'description', 'extends', 'rules'] as const) {
    if (values[key] !== undefined && typeof values[key] !== 'string') problems.push(`${at(key)} "${key}" must be text`);
  }
  if (
    values.schema !== undefined &&
    (typeof values.schema !== 'object' || values.schema === null || Array.isArray(values.schema))
  ) {
    problems.push(`${at('schema')} "schema" must be a map of fields`);
  }
  return problems;
}

/** Fields of the log one level too high are the commonest mistake. */
function remedyOf(key: string): string {
  const near = nearestName(key, KEYS);
  if (near) return `; did you mean "${near}"?`;
  const field = nearestName(camelCase(key), SCHEMA_FIELDS);
  return field ? `; the field "${snakeCase(field)}" belongs below "schema"` : '';
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `location_field` and `locationField` alike. */
function schemaFields(fields: Readonly<Record<string, unknown>>, at: Locate): Partial<LogSchema> {
  for (const name of Object.keys(fields)) requireField(name, at);
  const entries = Object.entries(fields).map(([name, value]) => [camelCase(name), value] as const);
  const partial = Object.fromEntries(entries) as Partial<LogSchema>;
  try {
    defineSchema(partial);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const wrong = Object.keys(fields).find((name) => !accepted(name, fields[name]));
    const place = wrong === undefined ? at('schema') : at('schema', wrong);
    const spelling = wrong === undefined || wrong !== camelCase(wrong) ? inSnakeCase : (text: string) => text;
    throw new ConfigError(error.code, `${place} ${spelling(error.message)}`, {
      hint: spelling(error.hint),
      cause: error,
    });
  }
  return partial;
}

const SCHEMA_FIELDS = Object.keys(defineSchema({}));

/** Names of fields in a sentence as a file has them. */
const inSnakeCase = (text: string): string =>
  text.replaceAll(/\b[a-z]+[A-Z]\w*/g, (word) => (SCHEMA_FIELDS.includes(word) ? snakeCase(word) : word));

/** Names it, and the nearest one that is known, in the spelling of the file. */
function requireField(name: string, at: Locate): void {
  if (SCHEMA_FIELDS.includes(camelCase(name))) return;
  const names = name === camelCase(name) && name !== name.toLowerCase() ? SCHEMA_FIELDS : SCHEMA_FIELDS.map(snakeCase);
  const near = nearestName(name, names);
  throw new ConfigError('UNKNOWN_SCHEMA_FIELD', `${at('schema', name)} The schema has no field "${name}".`, {
    hint: near ? `Did you mean "${near}"?` : `Known fields: ${names.join(', ')}.`,
  });
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Whether a field is right by itself: tells which line of several is the wrong one. */
function accepted(name: string, value: unknown): boolean {
  try {
    defineSchema({ [camelCase(name)]: value });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** A file named in a provider folder may not lie outside it. */
function insideFolder(folder: string, name: string, path: string): string {
  const root = resolve(folder);
  if (resolve(root, name).startsWith(root + sep)) return join(folder, name);
  throw invalid(path, [`"rules" names ${JSON.stringify(name)}, which lies outside the provider folder`]);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError('PROVIDER_FILE_UNREADABLE', `Cannot read ${path}: ${error.code ?? error.message}.`, {
      hint: 'Create the file, or correct the path.',
      cause: error,
    });
  });
}

const invalid = (path: string, problems: readonly string[]) =>
  new ConfigError('PROVIDER_INVALID', `${path} is not a valid provider:\n  ${problems.join('\n  ')}`, {
    hint: 'Correct the lines named above; `deeplogbot providers init NEW_DIR` writes a valid one to compare with.',
  });
