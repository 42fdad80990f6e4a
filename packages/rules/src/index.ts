// reading rules

export { type ParseRulesOptions, parseRules, RulesError } from './parse.js';
export { RULES_SCHEMA } from './schema.js';

// applying them

export { type RulesOptions, rulesClassifier } from './classifier.js';
export { formulaConfidence } from './confidence.js';
export { applyHubRules, type Decision, decide, type HubOutcome, OUTCOMES, type Outcome } from './decide.js';
export { type Columns, columnsOf, type Evaluation, type Mask } from './evaluate.js';
export { taxonomyOf } from './taxonomy.js';
export { type RuleSummary, type RulesTrace, rulesTrace } from './trace.js';

// shapes

export type {
  Condition,
  ConfidenceMethod,
  Evidence,
  FallbackThresholds,
  HubRules,
  KnownFeature,
  Leaf,
  Operator,
  Pattern,
  RuleDocument,
  RuleProblem,
  RuleSet,
  Section,
  SectionName,
  Subcategory,
  Veto,
} from './types.js';
