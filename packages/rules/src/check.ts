import { nearestName } from '@deeplogbot/core';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isPlainMap, type PlainMap } from './plain-map.js';
import { GROUP_KEYS, PATTERN_KEYS, RULES_SCHEMA } from './schema.js';
import type { Path, Source } from './source.js';
import type { KnownFeature, RuleProblem } from './types.js';

/** Made for the first file; that the schema itself is one is for a test to say, and costs more than all else here. */
const validator = (): ValidateFunction =>
  (compiled ??= new Ajv({ ...OPTIONS, meta: false, validateSchema: false }).compile(RULES_SCHEMA));

const OPTIONS = { allErrors: true, allowUnionTypes: true, strictTypes: false, verbose: true } as const;

let compiled: ValidateFunction | undefined;

/** Everything that is wrong with the shape of a file. */
export function shapeProblems(source: Source): RuleProblem[] {
  const validate = validator();
  if (validate(source.data)) return [];
  return (validate.errors ?? []).map((error) => source.problem(placeOf(error), sentence(error)));
}

const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const placeOf = (error: ErrorObject): Path =>
  error.keyword === 'additionalProperties'
    ? [...segments(error.instancePath), String(error.params.additionalProperty)]
    : segments(error.instancePath);

function sentence(error: ErrorObject): string {
  const where = segments(error.instancePath).join('.') || 'the file';
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
    return unknownName('key', String(error.params.additionalProperty), known);
  }
  if (error.keyword === 'enum') return `${where} must be one of ${(error.params.allowedValues as string[]).join(', ')}`;
  return `${where} ${error.message ?? 'is not valid'}`;
}

/** A sentence on a name that is not known, with the nearest known one, or all of them where they are few. */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  const rest = known.length > 20 ? '' : `; known: ${known.join(', ')}`;
  return `unknown ${kind} ${JSON.stringify(name)}${near ? `; did you mean "${near}"?` : rest}`;
}

/** Everything that is wrong with the meaning of a file of the right shape: features, ranges, repeated ids. `complete`: no base adds to it. */
export function meaningProblems(
  source: Source,
  known: readonly KnownFeature[] | undefined,
  complete: boolean,
): RuleProblem[] {
  const features =
    known &&
    new Map([...known, ...BUILT_IN, ...evidenceColumns(source.data)].map((feature) => [feature.name, feature]));
  const problems: RuleProblem[] = [];
  const seen = new Map<string, Path>();
  const file = { source, features };
  for (const [path, pattern, listed] of patternsOf(source.data)) {
    problems.push(...groupProblems(file, path, pattern, PATTERN_KEYS));
    if (listed && typeof pattern.id === 'string') problems.push(...repeated(source, path, pattern.id, seen));
    if (complete && !listed && pattern.parent === undefined && pattern.disabled !== true) {
      problems.push(source.problem(path, `subcategory ${JSON.stringify(path.at(-1))} needs a parent`));
    }
    if (complete && pattern.disabled === true) {
      problems.push(
        source.problem(
          path,
          'nothing to disable: the file stands by itself; extends: default changes the shipped rules',
        ),
      );
    }
    if (features && isPlainMap(pattern.requires)) {
      for (const name of Object.keys(pattern.requires)) {
        if (!features.has(name)) {
          problems.push(
            source.problem([...path, 'requires', name], unknownName('feature', name, [...features.keys()])),
          );
        }
      }
    }
  }
  return problems;
}

/** Columns the classifier itself relies on, whatever the provider computes. */
const BUILT_IN: readonly KnownFeature[] = [
  { name: 'anomaly_score' },
  { name: 'is_anomaly', min: 0, max: 1 },
  { name: 'total_downloads', min: 0 },
];

/** Scores that a file with evidence adds to the table. */
function evidenceColumns(data: unknown): KnownFeature[] {
  const evidence = isPlainMap(data) && isPlainMap(data.evidence) ? data.evidence : undefined;
  if (!evidence) return [];
  const patterns = Array.isArray(evidence.patterns) ? evidence.patterns.filter(isPlainMap) : [];
  const groups = new Set(['score', ...patterns.flatMap(({ groups }) => (Array.isArray(groups) ? groups : []))]);
  return [...groups].map((group) => ({ name: `evidence_${group}`, min: 0, max: 1 }));
}

function repeated(source: Source, path: Path, id: string, seen: Map<string, Path>): RuleProblem[] {
  const before = seen.get(id);
  seen.set(id, path);
  return before ? [source.problem([...path, 'id'], `id "${id}" is already used by ${before.join('.')}`)] : [];
}

/** Every pattern of a file: its path, itself, and whether it stands in a list. */
function* patternsOf(data: unknown): Generator<readonly [Path, PlainMap, boolean]> {
  if (!isPlainMap(data)) return;
  for (const level of ['behavior_type', 'automation_category']) {
    for (const [name, section] of entries(data[level])) {
      yield* listed([level, name, 'patterns'], isPlainMap(section) ? section.patterns : undefined);
    }
  }
  for (const [name, pattern] of entries(data.subcategories)) {
    if (isPlainMap(pattern)) yield [['subcategories', name], pattern, false];
  }
  for (const [name, list] of entries(data.hub_protection)) yield* listed(['hub_protection', name], list);
  for (const [name, list] of entries(data.evidence)) yield* listed(['evidence', name], list);
}

const entries = (value: unknown): [string, unknown][] => (isPlainMap(value) ? Object.entries(value) : []);

function* listed(path: Path, list: unknown): Generator<readonly [Path, PlainMap, boolean]> {
  if (!Array.isArray(list)) return;
  for (const [i, pattern] of list.entries()) if (isPlainMap(pattern)) yield [[...path, i], pattern, true];
}

/** A file with the features that it may use; undefined = any. */
interface CheckedFile {
  readonly source: Source;
  readonly features: ReadonlyMap<string, KnownFeature> | undefined;
}

/** What is wrong with the constraints of a group; `reserved` keys are no features. */
function groupProblems(file: CheckedFile, path: Path, group: PlainMap, reserved: ReadonlySet<string>): RuleProblem[] {
  return Object.entries(group).flatMap(([key, value]) => {
    const here = [...path, key];
    if (key === 'not' && isPlainMap(value)) return groupProblems(file, here, value, GROUP_KEYS);
    if ((key === 'any' || key === 'all') && Array.isArray(value)) {
      return value.flatMap((item, i) => (isPlainMap(item) ? groupProblems(file, [...here, i], item, GROUP_KEYS) : []));
    }
    if (reserved.has(key)) return [];
    const { source, features } = file;
    const feature = features?.get(key);
    if (features && !feature) {
      return [source.problem(here, unknownName('feature', key, [...features.keys(), ...reserved]))];
    }
    return [...rangeProblems(source, here, key, value), ...domainProblems(source, here, value, feature)];
  });
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function rangeProblems(source: Source, path: Path, name: string, constraint: unknown): RuleProblem[] {
  if (!isPlainMap(constraint)) return [];
  const { min, max, gt, lt } = constraint;
  const low = Math.max(number(min) ?? -Infinity, number(gt) ?? -Infinity);
  const high = Math.min(number(max) ?? Infinity, number(lt) ?? Infinity);
  const open = number(gt) === low || number(lt) === high;
  if (low < high || (low === high && !open)) return [];
  return [source.problem(path, `${name}: no value is both at least ${low} and at most ${high}`)];
}

function domainProblems(source: Source, path: Path, constraint: unknown, feature?: KnownFeature): RuleProblem[] {
  if (!feature) return [];
  const bounds = isPlainMap(constraint) ? Object.entries(constraint) : [['value', constraint] as const];
  const low = feature.min ?? -Infinity;
  const high = feature.max ?? Infinity;
  return bounds
    .filter(([, value]) => typeof value === 'number' && (value < low || value > high))
    .map(([bound, value]) =>
      source.problem(
        bound === 'value' ? path : [...path, bound],
        `${feature.name}: ${bound} ${String(value)} lies outside the feature's range [${low}, ${high}]`,
      ),
    );
}
