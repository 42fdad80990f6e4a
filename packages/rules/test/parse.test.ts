import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules, RulesError } from '../src/index.js';
import { verdict } from './support.js';

const FEATURES = [
  { name: 'unique_users', min: 0 },
  { name: 'working_hours_ratio', min: 0, max: 1 },
  { name: 'downloads_per_user', min: 0 },
  { name: 'regularity_score', min: 0 },
];

function problemsOf(text: string) {
  try {
    parseRules(text, { file: 'my.yaml', knownFeatures: FEATURES });
  } catch (error) {
    if (error instanceof RulesError) return error.problems.map((p) => `${p.line}:${p.column} ${p.message}`);
    throw error;
  }
  return [];
}

const bots = (pattern: string) => `automation_category:\n  bot:\n    patterns:\n      - ${pattern}\n`;

describe('parseRules refuses', () => {
  it('all problems at once, placed, with the nearest name', () => {
    const text = `automation_category:
  bott:
    patterns: []
  bot:
    patterns:
      - id: a
        uniqe_users: { min: 5 }
        prioritty: 3
      - id: a
        working_hours_ratio: { min: 0.5, max: 0.2 }
        downloads_per_user: { mn: 3 }
`;
    expect(problemsOf(text)).toEqual([
      '2:3 unknown key "bott"; did you mean "bot"?',
      '7:9 unknown feature "uniqe_users"; did you mean "unique_users"?',
      '8:9 unknown feature "prioritty"; did you mean "priority"?',
      '9:9 id "a" is already used by automation_category.bot.patterns.0',
      '10:9 working_hours_ratio: no value is both at least 0.5 and at most 0.2',
      '11:31 unknown key "mn"; did you mean "min"?',
    ]);
  });

  it('has a stable code, the file and a hint', () => {
    const error = (() => {
      try {
        parseRules('nonsense: 1', { file: 'x\u001b[31m.yaml' });
      } catch (caught) {
        return caught as RulesError;
      }
      return undefined;
    })();
    expect(error?.code).toBe('RULES_INVALID');
    expect(error?.message).toContain('x\\x1b[31m.yaml has one problem');
    expect(error?.hint).toContain('docs/rules.md');
  });

  it.each([
    ['duplicate keys', bots('{ id: a, unique_users: 1, unique_users: 2 }'), /unique/i],
    ['text where a number belongs', bots('{ id: a, unique_users: { min: "5" } }'), /must be number/],
    ['NaN', bots('{ id: a, unique_users: { min: .nan } }'), /must be number/],
    ['infinity', bots('{ id: a, unique_users: { max: .inf } }'), /must be number/],
    ['a pattern without an id', bots('{ unique_users: 1 }'), /required property 'id'/],
    [
      'a bound outside the domain',
      bots('{ id: a, working_hours_ratio: { max: 1.5 } }'),
      /outside the feature's range \[0, 1\]/,
    ],
    ['an empty open range', bots('{ id: a, unique_users: { gt: 5, max: 5 } }'), /no value/],
    ['unknown names inside not', bots('{ id: a, not: { uniqueusers: 1 } }'), /did you mean "unique_users"/],
    ['unknown names in requires', bots('{ id: a, requires: { nix: skip }, unique_users: 1 }'), /unknown feature "nix"/],
    ['a list as document', '- 1', /must be object/],
    ['nothing', '', /must be object/],
    ['a subcategory without a parent', 'subcategories: { x: { unique_users: 1 } }', /needs a parent/],
    ['an unknown tag', 'name: !!js/function "x"', /tag/i],
    ['a confidence above 1', bots('{ id: a, confidence: 2 }'), /<= 1/],
  ])('%s', (_name, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it('aliases that multiply, cycles and bottomless nesting', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
      .join('\n')}`;
    expect(problemsOf(bomb).join()).toMatch(/alias/i);
    expect(problemsOf('a: &a [*a]').length).toBeGreaterThan(0);
    expect(problemsOf(`a: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0);
    expect(problemsOf('x'.repeat(1_000_001))).toEqual(['1:1 the file is longer than 1000000 characters']);
  });

  it('any text at all with a RulesError or a rule set, never another error', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('behavior_type:', '  organic:', '&a', '*a', '__proto__: 1', '- id: a'),
    );
    fc.assert(fc.property(fc.array(line), (lines) => void problemsOf(lines.join('\n'))));
  });

  it('hostile feature names as unknown features, without touching prototypes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', "'; DROP TABLE x", '<script>')),
        (name) => {
          const text = JSON.stringify({ automation_category: { bot: { patterns: [{ id: 'a' }] } } }).replace(
            '"id":"a"',
            `"id":"a",${JSON.stringify(name)}:{"min":1}`,
          );
          const reserved = ['id', ...FEATURES.map((f) => f.name), 'total_downloads', 'anomaly_score'];
          if (!reserved.includes(name)) expect(problemsOf(text).length).toBeGreaterThan(0);
          expect(({} as Record<string, unknown>).min).toBeUndefined();
        },
      ),
    );
  });
});

describe('a base', () => {
  const base = parseRules(`
behavior_type: { automated: { from_categories: true, patterns: [] }, organic: { patterns: [] } }
automation_category:
  legitimate_automation: { patterns: [] }
  bot:
    patterns:
      - { id: crowd, unique_users: { min: 100 }, downloads_per_user: { max: 5 } }
      - { id: other, unique_users: { min: 5000 } }
`);
  const label = async (text: string, unique_users: number, downloads_per_user = 3) =>
    (await verdict(parseRules(text, { base }), { unique_users, downloads_per_user })).label;

  it('changes one threshold by id and keeps the rest', async () => {
    const text = bots('{ id: crowd, unique_users: { min: 50 } }');
    expect(await label(text, 50)).toBe('bot');
    expect(await label(text, 50, 6)).toBe('organic');
    expect(await label(text, 49)).toBe('organic');
  });

  it('is the set that the file names, which has to be there', () => {
    const set = `version: 1\n${bots('{ id: crowd, unique_users: { min: 100 } }')}`;
    const over = (named: string, rest: string) => () =>
      parseRules(`extends: ${named}\n${rest}`, { sets: { default: set } });
    const changed = over('default', bots('{ id: crowd, unique_users: { min: 50 } }'))();
    expect(changed.sections.bot.patterns).toHaveLength(1);
    expect(changed.document).not.toHaveProperty('extends');
    expect(over('defalt', '')).toThrow(/rules.yaml:1:1 .*"defalt".*"default"/);
    expect(() => parseRules(bots('{ id: crowd, disabled: true }'))).toThrow(/nothing to disable/);
  });

  it('appends, disables and replaces', () => {
    const ids = (text: string) => parseRules(text, { base }).sections.bot.patterns.map((pattern) => pattern.id);
    expect(ids(bots('{ id: more, unique_users: 1 }'))).toEqual(['crowd', 'other', 'more']);
    expect(ids(bots('{ id: other, disabled: true }'))).toEqual(['crowd']);
    expect(ids('automation_category: { bot: { replace: true, patterns: [{ id: one }] } }')).toEqual(['one']);
    expect(ids('{}')).toEqual(['crowd', 'other']);
  });

  it('is checked again after merging', () => {
    expect(() => parseRules(bots('{ id: crowd, unique_users: { max: 50 } }'), { base })).toThrow(/no value is both/);
  });
});
