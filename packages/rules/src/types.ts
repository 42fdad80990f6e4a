/** The four lists of patterns of the two decision levels. */
export const SECTIONS = ['organic', 'automated', 'bot', 'legitimate_automation'] as const;
export type SectionName = (typeof SECTIONS)[number];

export type Operator = '>=' | '<=' | '>' | '<' | '=';

/** One comparison of a feature with a number; false for NaN. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly feature: string;
  readonly operator: Operator;
  readonly value: number;
  /** `skip`: the comparison is left out where the column is absent; `fail`: the pattern is disabled. */
  readonly absent: 'skip' | 'fail';
}

export type Condition =
  | Leaf
  | { readonly kind: 'all' | 'any'; readonly children: readonly Condition[] }
  | { readonly kind: 'not'; readonly child: Condition };

/** A pattern ready to be evaluated. */
export interface Pattern {
  readonly id: string;
  readonly condition: Condition;
  /** Higher wins over lower between the two sides of a level; equal ones fall back to the level's precedence. */
  readonly priority: number;
  /** Share of its matches that are right, 0 … 1, or undefined where the file states none. */
  readonly confidence: number | undefined;
  /** A sentence a person can read. */
  readonly reason: string;
  readonly requireAnomaly: boolean;
}

export interface Section {
  readonly name: SectionName;
  readonly patterns: readonly Pattern[];
}

/** Level 3: the first matching entry under the row's parent names the row. */
export interface Subcategory {
  readonly parent: 'organic' | 'bot' | 'legitimate_automation';
  readonly pattern: Pattern;
}

/** Thresholds for rows that no pattern matches. */
export interface FallbackThresholds {
  readonly organic_max_users: number;
  readonly bot_min_users: number;
  readonly bot_max_dl_per_user: number;
  readonly hub_min_dl_per_user: number;
}

/**
 * `stated`: from the patterns that fired. `formula`: from users, downloads per user and clock, uncalibrated.
 * `evidence`: the evidence score of a bot, 1 less the score of the others, the stated one of a hub.
 */
export type ConfidenceMethod = 'stated' | 'formula' | 'evidence';

/** A pattern that decides nothing alone but adds to a score: 1 − Π(1 − weight) over those that match. */
export interface Evidence {
  readonly pattern: Pattern;
  readonly weight: number;
  /** The score of each group alone is the column `evidence_GROUP`. */
  readonly groups: readonly string[];
}

/** Where it matches, evidence of these groups does not count. */
export interface Veto {
  readonly pattern: Pattern;
  readonly groups: readonly string[];
}

/** Second look at hubs: what is protected as one, and what is demoted to bot after all. */
export interface HubRules {
  readonly protect: readonly Pattern[];
  readonly unless: readonly Pattern[];
  readonly demote: readonly Pattern[];
  /** Which hubs can be demoted. */
  readonly demoteAppliesTo: 'protected' | 'hubs';
}

/** A validated, compiled rule file. Immutable. */
export interface RuleSet {
  readonly name: string;
  /** Where it came from, for messages. */
  readonly file: string;
  readonly sections: Readonly<Record<SectionName, Section>>;
  /** A row that matches a bot or legitimate pattern counts as automated. */
  readonly automatedFromCategories: boolean;
  readonly fallback: FallbackThresholds;
  readonly subcategories: readonly Subcategory[];
  readonly evidence: readonly Evidence[];
  readonly vetoes: readonly Veto[];
  readonly hubs: HubRules | undefined;
  /** Keys with fewer downloads are `insufficient_evidence`; 0 = never. */
  readonly minimumDownloads: number;
  readonly confidence: {
    readonly method: ConfidenceMethod;
    /** For rows that no pattern with a stated confidence decided. */
    readonly fallback: number;
    /** For keys that hub protection turned around. */
    readonly hubRules: number;
    /** How the remaining probability is shared between the other classes. */
    readonly priors: { readonly organic: number; readonly bot: number; readonly hub: number };
  };
  readonly review: { readonly below: number; readonly anomalousOrganic: boolean };
  /** The merged file as plain data; `parseRules` merges onto it when the set is a `base`. */
  readonly document: RuleDocument;
}

export type RuleDocument = { readonly [key: string]: unknown };

/** What the parser knows of a feature; `min` and `max` bound its domain. */
export interface KnownFeature {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
}

/** One thing that is wrong in a rule file; lines and columns count from 1. */
export interface RuleProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
