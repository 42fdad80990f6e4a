import { type Columns, type Evaluation, evaluate, type Mask } from './evaluate.js';
import type { RuleSet, SectionName } from './types.js';

/** Outcome of the two levels for one key. `unmeasurable`: no pattern matched and the fallback has no user count. */
export type Outcome = 'organic' | 'bot' | 'hub' | 'unmeasurable';
export const OUTCOMES = ['organic', 'bot', 'hub', 'unmeasurable'] as const;
const ORGANIC = 0;
const BOT = 1;
const HUB = 2;
const UNMEASURABLE = 3;

/** The two levels, evaluated for every row. */
export interface Decision {
  readonly sections: Readonly<Record<SectionName, readonly Evaluation[]>>;
  /** Index into {@link OUTCOMES} per row. */
  readonly outcome: Uint8Array;
  /** 1 where a fallback and not a pattern made the last decision. */
  readonly byFallback: Mask;
}

/** Highest priority among the matching patterns of a row, −∞ where none matches. */
function priorities(evaluations: readonly Evaluation[], rows: number): Float64Array {
  const best = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (const { mask, pattern } of evaluations) {
    for (let row = 0; row < rows; row++) if (mask[row] && pattern.priority > best[row]!) best[row] = pattern.priority;
  }
  return best;
}

/**
 * Level 1 (organic or automated) and level 2 (bot or legitimate automation). Higher priority wins; among equals automated wins over
 * organic and legitimate over bot; rows without a match follow the fallback thresholds on users and downloads per user.
 */
export function decide(rules: RuleSet, columns: Columns): Decision {
  const evaluated = (name: SectionName) => rules.sections[name].patterns.map((pattern) => evaluate(pattern, columns));
  const sections = {
    organic: evaluated('organic'),
    automated: evaluated('automated'),
    bot: evaluated('bot'),
    legitimate_automation: evaluated('legitimate_automation'),
  };
  const organic = priorities(sections.organic, columns.rows);
  const automated = priorities(sections.automated, columns.rows);
  const bot = priorities(sections.bot, columns.rows);
  const legitimate = priorities(sections.legitimate_automation, columns.rows);
  const outcome = new Uint8Array(columns.rows);
  const byFallback = new Uint8Array(columns.rows);
  const users = columns.get('unique_users');
  const perUser = columns.get('downloads_per_user');
  for (let row = 0; row < columns.rows; row++) {
    const category = Math.max(bot[row]!, legitimate[row]!);
    const a = rules.automatedFromCategories ? Math.max(automated[row]!, category) : automated[row]!;
    const matched = a > Number.NEGATIVE_INFINITY || organic[row]! > Number.NEGATIVE_INFINITY;
    const u = users?.[row] ?? Number.NaN;
    const level1 = matched ? (a >= organic[row]! ? BOT : ORGANIC) : fallbackLevel1(rules, u);
    if (level1 !== BOT) {
      outcome[row] = level1;
      byFallback[row] = matched ? 0 : 1;
      continue;
    }
    const placed = category > Number.NEGATIVE_INFINITY;
    if (placed) outcome[row] = legitimate[row]! >= bot[row]! ? HUB : BOT;
    else outcome[row] = fallbackLevel2(rules, u, perUser?.[row] ?? Number.NaN);
    byFallback[row] = placed ? 0 : 1;
  }
  return { sections, outcome, byFallback };
}

function fallbackLevel1(rules: RuleSet, users: number): number {
  if (Number.isNaN(users)) return UNMEASURABLE;
  return users <= rules.fallback.organic_max_users ? ORGANIC : BOT;
}

function fallbackLevel2({ fallback }: RuleSet, users: number, perUser: number): number {
  if (users > fallback.bot_min_users && perUser < fallback.bot_max_dl_per_user) return BOT;
  return perUser >= fallback.hub_min_dl_per_user ? HUB : BOT;
}

/** What hub protection did to each row: 0 nothing, 1 protected, 2 demoted. */
export interface HubOutcome {
  readonly outcome: Uint8Array;
  readonly change: Uint8Array;
  readonly evaluations: readonly Evaluation[];
}

/** Protects hubs and demotes suspicious ones; `outcome` holds indices into {@link OUTCOMES} and is left as it is. */
export function applyHubRules(rules: RuleSet, columns: Columns, outcome: Uint8Array): HubOutcome {
  const { hubs } = rules;
  const change = new Uint8Array(columns.rows);
  if (!hubs) return { outcome, change, evaluations: [] };
  const protect = hubs.protect.map((pattern) => evaluate(pattern, columns));
  const unless = hubs.unless.map((pattern) => evaluate(pattern, columns));
  const demote = hubs.demote.map((pattern) => evaluate(pattern, columns));
  const result = outcome.slice();
  for (let row = 0; row < columns.rows; row++) {
    if (outcome[row] === UNMEASURABLE) continue;
    const isProtected = fires(protect, row) && !fires(unless, row);
    const candidate = isProtected || (hubs.demoteAppliesTo === 'hubs' && outcome[row] === HUB);
    const to = candidate && fires(demote, row) ? BOT : isProtected ? HUB : outcome[row]!;
    if (isProtected || to !== outcome[row]) change[row] = to === BOT ? 2 : 1;
    result[row] = to;
  }
  return { outcome: result, change, evaluations: [...protect, ...unless, ...demote] };
}

const fires = (evaluations: readonly Evaluation[], row: number): boolean =>
  evaluations.some(({ mask }) => mask[row] === 1);
