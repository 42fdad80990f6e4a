import { ConfigError } from '@deeplogbot/core';
import { meaningProblems, shapeProblems, unknownName } from './check.js';
import { compileRules } from './compile.js';
import { mergeDocuments, withoutDisabled } from './merge.js';
import { parseSource, type Source } from './source.js';
import type { KnownFeature, RuleDocument, RuleProblem, RuleSet } from './types.js';

export interface ParseRulesOptions {
  /** Name of the file for messages. @defaultValue 'rules.yaml' */
  readonly file?: string;
  /** Features that rules may use, with their domains. Without it any name is accepted. */
  readonly knownFeatures?: readonly KnownFeature[];
  /** Rules that this file changes: patterns merge by `id`. Goes before what the file names as `extends`. */
  readonly base?: RuleSet;
  /** YAML of the rule sets that a file may name as `extends`, by their names. */
  readonly sets?: Readonly<Record<string, string>>;
}

/** All problems of a rule file at once, in the order of the file. */
export class RulesError extends ConfigError {
  constructor(
    file: string,
    readonly problems: readonly RuleProblem[],
  ) {
    const list = problems.map((p) => `  ${p.file}:${p.line}:${p.column} ${p.message}`).join('\n');
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super('RULES_INVALID', `${printable(file)} has ${count}:\n${printable(list)}`, {
      hint: 'Correct the lines named above; docs/rules.md describes every key (deeplogbot --help says where it is).',
    });
  }
}

/** Control characters become visible escapes, so that a file name or key cannot steer a terminal. */
const printable = (text: string): string =>
  [...text]
    .map((c) => {
      const code = c.codePointAt(0) ?? 0;
      const control = (code < 32 && c !== '\n') || (code >= 127 && code < 160);
      return control ? `\\x${code.toString(16).padStart(2, '0')}` : c;
    })
    .join('');

/**
 * Reads rules from YAML text, strictly: unknown keys and features, wrong types, duplicate keys and ids, empty ranges and bounds
 * outside a feature's domain are refused together in one {@link RulesError} (code `RULES_INVALID`).
 */
export function parseRules(yamlText: string, options: ParseRulesOptions = {}): RuleSet {
  const { file = 'rules.yaml', knownFeatures } = options;
  const source = parseSource(yamlText, file);
  refuse(file, source.problems);
  const base = options.base ?? extendedSet(source, file, options);
  refuse(file, [...shapeProblems(source), ...meaningProblems(source, knownFeatures, base === undefined)]);
  const { extends: _, ...own } = source.data as RuleDocument;
  const document = base ? mergeDocuments(base.document, own) : (withoutDisabled(own) as RuleDocument);
  if (base) refuse(file, meaningProblems(merged(source, document), knownFeatures, true));
  return compileRules(document, file);
}

/** The rule set that a file names as the one that it changes; undefined for a file that stands by itself. */
function extendedSet(
  source: Source,
  file: string,
  { sets = {}, knownFeatures }: ParseRulesOptions,
): RuleSet | undefined {
  const name = (source.data as RuleDocument | null)?.extends;
  if (typeof name !== 'string') return undefined;
  const known = Object.keys(sets);
  if (!known.includes(name)) refuse(file, [source.problem(['extends'], unknownName('rule set', name, known))]);
  return parseRules(sets[name]!, { file: `${name}.yaml`, ...(knownFeatures && { knownFeatures }) });
}

/** The merged document under the places of the file that changed it; positions inside lists differ, so only the section is named. */
const merged = (source: Source, data: RuleDocument): Source => ({
  ...source,
  data,
  problem: (path, message) => source.problem(path.slice(0, 2), `merged with the base, ${message}`),
});

function refuse(file: string, problems: readonly RuleProblem[]): void {
  if (problems.length === 0) return;
  throw new RulesError(
    file,
    [...problems].sort((a, b) => a.line - b.line || a.column - b.column),
  );
}
