import type { PlainMap } from './plain-map.js';
import { GROUP_KEYS, PATTERN_KEYS } from './schema.js';
import type {
  Condition,
  ConfidenceMethod,
  HubRules,
  Leaf,
  Operator,
  Pattern,
  RuleDocument,
  RuleSet,
  Section,
  SectionName,
  Subcategory,
} from './types.js';

type Absent = (feature: string) => Leaf['absent'];

/** What a section holds when the file does not mention it. */
const BUILT_IN: Readonly<Record<SectionName, readonly PlainMap[]>> = {
  organic: [{ id: 'default_organic', working_hours_ratio: { min: 0.4 }, regularity_score: { max: 0.6 } }],
  automated: [{ id: 'default_automated', regularity_score: { min: 0.7 } }],
  bot: [{ id: 'default_bot', unique_users: { min: 1000 }, downloads_per_user: { max: 50 } }],
  legitimate_automation: [{ id: 'default_legitimate_automation', downloads_per_user: { min: 500 } }],
};

const FALLBACK = { organic_max_users: 100, bot_min_users: 500, bot_max_dl_per_user: 100, hub_min_dl_per_user: 100 };
const PRIORS = { organic: 1, bot: 1, hub: 1 };

/** Turns a validated, merged document into a rule set. */
export function compileRules(document: RuleDocument, file: string): RuleSet {
  const level1 = plain(document.behavior_type);
  const level2 = plain(document.automation_category);
  const classification = plain(document.classification);
  const confidence = plain(document.confidence);
  const review = plain(document.review);
  const evidence = plain(document.evidence);
  return {
    name: (document.name as string | undefined) ?? file,
    file,
    document,
    sections: {
      organic: section('organic', level1.organic),
      automated: section('automated', level1.automated),
      bot: section('bot', level2.bot),
      legitimate_automation: section('legitimate_automation', level2.legitimate_automation),
    },
    automatedFromCategories: plain(level1.automated).from_categories === true,
    fallback: { ...FALLBACK, ...plain(classification.fallback_thresholds) },
    subcategories: Object.entries(plain(document.subcategories)).map(subcategory),
    evidence: items(evidence.patterns).map((item) => ({
      ...inGroups(item),
      weight: (item.weight as number | undefined) ?? 0,
    })),
    vetoes: items(evidence.vetoes).map(inGroups),
    hubs: document.hub_protection === undefined ? undefined : hubRules(plain(document.hub_protection)),
    minimumDownloads: (classification.minimum_downloads as number | undefined) ?? 0,
    confidence: {
      method: (confidence.method as ConfidenceMethod | undefined) ?? 'stated',
      fallback: (confidence.fallback as number | undefined) ?? 0.5,
      hubRules: (confidence.hub_rules as number | undefined) ?? 0.8,
      priors: { ...PRIORS, ...plain(confidence.priors) },
    },
    review: {
      below: (review.below as number | undefined) ?? 0.5,
      anomalousOrganic: review.anomalous_organic === true,
    },
  };
}

const plain = (value: unknown): PlainMap => (value ?? {}) as PlainMap;

const wantsAnomaly = (value: PlainMap): boolean => value.require_anomaly === true || value.requireAnomaly === true;

function section(name: SectionName, value: unknown): Section {
  const given = plain(value);
  const list = (given.patterns as readonly PlainMap[] | undefined) ?? BUILT_IN[name];
  return { name, patterns: list.map((item) => pattern(item, String(item.id), wantsAnomaly(given))) };
}

const subcategory = ([name, value]: [string, unknown]): Subcategory => ({
  parent: plain(value).parent as Subcategory['parent'],
  pattern: pattern(plain(value), name),
});

const hubRules = (value: PlainMap): HubRules => ({
  protect: patterns(value.protect),
  unless: patterns(value.unless),
  demote: patterns(value.demote),
  demoteAppliesTo: value.demote_applies_to === 'hubs' ? 'hubs' : 'protected',
});

const inGroups = (item: PlainMap) => ({
  pattern: pattern(item),
  groups: (item.groups as readonly string[] | undefined) ?? [],
});

const items = (list: unknown): readonly PlainMap[] => (list as readonly PlainMap[] | undefined) ?? [];

const patterns = (list: unknown): Pattern[] => items(list).map((item) => pattern(item));

function pattern(value: PlainMap, id = String(value.id), sectionAnomaly = false): Pattern {
  const { requires } = value;
  const absent: Absent = (feature) => {
    const choice = typeof requires === 'object' ? (plain(requires)[feature] ?? 'fail') : requires;
    return choice === 'skip' ? 'skip' : 'fail';
  };
  return {
    id,
    condition: group(value, PATTERN_KEYS, absent),
    priority: (value.priority as number | undefined) ?? 0,
    confidence: value.confidence as number | undefined,
    reason: (value.reason ?? value.description ?? `Matches the rule ${id}.`) as string,
    requireAnomaly: sectionAnomaly || wantsAnomaly(value),
  };
}

function group(value: PlainMap, reserved: ReadonlySet<string>, absent: Absent): Condition {
  const children = Object.entries(value).flatMap(([key, item]): Condition[] => {
    if (key === 'not') return [{ kind: 'not', child: group(plain(item), GROUP_KEYS, absent) }];
    if (key === 'any' || key === 'all') {
      const members = (item as readonly PlainMap[]).map((member) => group(member, GROUP_KEYS, absent));
      return [{ kind: key, children: members }];
    }
    return reserved.has(key) ? [] : leaves(key, item, absent(key));
  });
  return children.length === 1 ? children[0]! : { kind: 'all', children };
}

const OPERATORS: readonly (readonly [string, Operator])[] = [
  ['min', '>='],
  ['max', '<='],
  ['gt', '>'],
  ['lt', '<'],
];

function leaves(feature: string, constraint: unknown, absent: Leaf['absent']): Leaf[] {
  if (typeof constraint !== 'object' || constraint === null) {
    return [{ kind: 'leaf', feature, operator: '=', value: Number(constraint), absent }];
  }
  const bounds = plain(constraint);
  return OPERATORS.flatMap(([key, operator]) => {
    const value = bounds[key];
    return typeof value === 'number' ? [{ kind: 'leaf', feature, operator, value, absent } as const] : [];
  });
}
