const bound = { type: ['number', 'null'] };

/** Shapes of the parts of a rule file (JSON schema, draft 7). Numbers are finite. */
const definitions = {
  constraint: {
    type: ['object', 'number', 'boolean'],
    properties: { min: bound, max: bound, gt: bound, lt: bound },
    additionalProperties: false,
  },
  group: {
    type: 'object',
    properties: {
      any: { $ref: '#/definitions/groups' },
      all: { $ref: '#/definitions/groups' },
      not: { $ref: '#/definitions/group' },
    },
    minProperties: 1,
    additionalProperties: { $ref: '#/definitions/constraint' },
  },
  groups: { type: 'array', minItems: 1, items: { $ref: '#/definitions/group' } },
  requirement: { enum: ['fail', 'skip'] },
  pattern: {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,79}$' },
      description: { type: 'string' },
      reason: { type: 'string', minLength: 1 },
      weight: { type: 'number', minimum: 0, maximum: 1 },
      groups: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[a-z][a-z_]{0,39}$' } },
      parent: { enum: ['organic', 'bot', 'legitimate_automation'] },
      priority: { type: 'number' },
      confidence: { type: 'number', minimum: 0, maximum: 1 },
      require_anomaly: { type: 'boolean' },
      requireAnomaly: { type: 'boolean' },
      disabled: { type: 'boolean' },
      replace: { type: 'boolean' },
      requires: {
        type: ['object', 'string'],
        pattern: '^(fail|skip)$',
        additionalProperties: { $ref: '#/definitions/requirement' },
      },
      any: { $ref: '#/definitions/groups' },
      all: { $ref: '#/definitions/groups' },
      not: { $ref: '#/definitions/group' },
    },
    additionalProperties: { $ref: '#/definitions/constraint' },
  },
  patterns: { type: 'array', items: { allOf: [{ $ref: '#/definitions/pattern' }], required: ['id'] } },
  section: {
    type: 'object',
    properties: {
      description: { type: 'string' },
      replace: { type: 'boolean' },
      require_anomaly: { type: 'boolean' },
      requireAnomaly: { type: 'boolean' },
      from_categories: { type: 'boolean' },
      patterns: { $ref: '#/definitions/patterns' },
    },
    additionalProperties: false,
  },
};

const share = { type: 'number', minimum: 0, maximum: 1 };
const section = { $ref: '#/definitions/section' };
const map = (properties: object) => ({ type: 'object', properties, additionalProperties: false });

/** JSON schema of a rule file; what it cannot say (known features, ranges) is checked in `check.ts`. */
export const RULES_SCHEMA = {
  definitions,
  ...map({
    version: { const: 1 },
    name: { type: 'string' },
    extends: { type: 'string' },
    description: { type: 'string' },
    classification: map({
      minimum_downloads: { type: 'number', minimum: 0 },
      fallback_thresholds: map({
        organic_max_users: { type: 'number' },
        bot_min_users: { type: 'number' },
        bot_max_dl_per_user: { type: 'number' },
        hub_min_dl_per_user: { type: 'number' },
      }),
    }),
    confidence: map({
      method: { enum: ['stated', 'formula', 'evidence'] },
      fallback: share,
      hub_rules: share,
      priors: map({
        organic: { type: 'number', exclusiveMinimum: 0 },
        bot: { type: 'number', exclusiveMinimum: 0 },
        hub: { type: 'number', exclusiveMinimum: 0 },
      }),
    }),
    review: map({ below: share, anomalous_organic: { type: 'boolean' } }),
    behavior_type: map({ organic: section, automated: section }),
    automation_category: map({ bot: section, legitimate_automation: section }),
    evidence: map({
      patterns: { $ref: '#/definitions/patterns' },
      vetoes: { $ref: '#/definitions/patterns' },
    }),
    subcategories: { type: 'object', additionalProperties: { $ref: '#/definitions/pattern' } },
    hub_protection: map({
      protect: { $ref: '#/definitions/patterns' },
      unless: { $ref: '#/definitions/patterns' },
      demote: { $ref: '#/definitions/patterns' },
      demote_applies_to: { enum: ['protected', 'hubs'] },
    }),
  }),
};

/** Keys of a pattern that are not features. */
export const PATTERN_KEYS: ReadonlySet<string> = new Set(Object.keys(definitions.pattern.properties));
/** Keys of a constraint group that are not features. */
export const GROUP_KEYS: ReadonlySet<string> = new Set(Object.keys(definitions.group.properties));
