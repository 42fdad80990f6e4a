import {
  type Classifier,
  type ConductLearning,
  categoriesOf,
  createRandom,
  FeatureTable,
  insufficientEvidence,
  type Verdict,
} from '@deeplogbot/core';
import { conductClassifier } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

type Kind = 'person' | 'robot' | 'hidden' | 'few' | 'nobody';

/** A robot by name and one that says nothing pace alike, people otherwise; nobody has a verdict. */
interface Key {
  readonly kind: Kind;
  readonly n: number;
  readonly pace: number;
  readonly assets: number;
  readonly said: number;
}

function log(hidden = 30): readonly Key[] {
  const random = createRandom(5);
  const of = (kind: Kind, count: number, n: number, pace: number, assets: number, said: number): Key[] =>
    Array.from({ length: count }, () => ({
      kind,
      n,
      said,
      pace: pace + random.next(),
      assets: assets + random.next() / 5,
    }));
  return [
    ...of('person', 60, 40, 20, 0.6, 0),
    ...of('robot', 60, 100, 1, 0, 1),
    ...of('hidden', hidden, 100, 1, 0, 0),
    ...of('few', 10, 2, 1, 0, 0),
    ...of('nobody', 5, 100, 1, 0, 0),
  ];
}

function tableOf(keys: readonly Key[]): FeatureTable {
  const column = (of: (key: Key) => number) => Float64Array.from(keys, of);
  const columns = new Map([
    ['n', column(({ n }) => n)],
    ['pace', column(({ pace }) => pace)],
    ['assets', column(({ assets }) => assets)],
    ['said', column(({ said }) => said)],
  ]);
  const none = keys.map(() => null);
  return new FeatureTable(
    keys.map((_, i) => `k${i}`),
    { country: none, city: none },
    columns,
    new Map(),
  );
}

const conduct: ConductLearning = {
  events: 'n',
  word: 'client',
  features: ['pace', 'assets'],
  subcategories: { person: 'human', doubtful: 'suspicious', program: 'undeclared_bot' },
  exemplars: (table) => {
    const [said, pace] = [table.need('said'), table.need('pace')];
    return { organic: pace.map((x) => Number(x > 10)), bot: Float64Array.from(said) };
  },
  settled: (table) => Uint8Array.from(table.need('said')),
};

const said = (p: number, reasons: Verdict['reasons'] = []): Verdict => ({
  ...categoriesOf(p >= 0.8 ? 'bot' : 'organic'),
  subcategory: p >= 0.8 ? 'declared_bot' : 'human',
  confidence: Math.max(p, 1 - p),
  probabilities: [1 - p, p, 0],
  reasons,
  needsReview: false,
});

/** Rules that know robots by name and nothing else, but what a test says of hidden ones. */
const rulesOf = (keys: readonly Key[], ofHidden = said(0)): Classifier => ({
  name: 'rules',
  classify: async () => ({
    method: 'rules',
    warnings: [],
    rows: keys.map(({ kind }) => {
      if (kind === 'nobody') return insufficientEvidence({ id: 'few', sentence: 'Too few.' });
      return kind === 'robot' ? said(0.99) : kind === 'hidden' ? ofHidden : said(0);
    }),
  }),
});

const context = { randomState: 42, contamination: 0.15 };
const run = async (keys: readonly Key[], ofHidden?: Verdict) => {
  const { rows, warnings, method } = await conductClassifier({ rules: rulesOf(keys, ofHidden), conduct }).classify(
    tableOf(keys),
    context,
  );
  const of = (kind: Kind) => rows.filter((_, i) => keys[i]!.kind === kind);
  return { rows, of, warnings, method };
};

describe('the deep method by conduct', () => {
  it('finds robots that say nothing by how robots behave that say so, and says by what', async () => {
    const { of, method } = await run(log());
    expect(method).toBe('deep');
    expect(of('hidden').map(({ label, subcategory }) => [label, subcategory])).toEqual(
      of('hidden').map(() => ['bot', 'undeclared_bot']),
    );
    expect(of('hidden')[0]!.reasons.map(({ id }) => id)).toContain('feature:assets');
    expect(of('hidden')[0]!.reasons[0]!.sentence).toContain('the median client has');
    expect(of('person').every(({ subcategory }) => subcategory === 'human')).toBe(true);
  });

  it('leaves alone who says what it is, who has no verdict, and who did next to nothing', async () => {
    const keys = log();
    const before = (await rulesOf(keys).classify(tableOf(keys), context)).rows;
    const { rows } = await run(keys);
    for (const [i, { kind }] of keys.entries()) {
      if (kind === 'robot' || kind === 'nobody' || kind === 'few') expect(rows[i]).toEqual(before[i]);
    }
  });

  it('pools by the formula: 100 events of a sure program, of which the rules know nothing', async () => {
    const { of } = await run(log());
    const c = (2 * 0.98 - 1) * (100 / 120);
    const most = (c * 0.98) / (c + 0.15);
    for (const { probabilities } of of('hidden')) {
      expect(probabilities[1]).toBeGreaterThan(0.8);
      expect(probabilities[1]).toBeLessThanOrEqual(most + 1e-9);
      expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 12);
    }
  });

  it('keeps the evidence of the rules among the reasons, and a bot of theirs, for review, while they are surer', async () => {
    const rule = { id: 'rate_peak', contribution: 0.9, sentence: 'Asks for much.' };
    const { of } = await run(log(), said(0.5, [rule]));
    expect(of('hidden')[0]!.reasons[0]).toEqual(rule);
    const people = log().map((key): Key => (key.kind === 'hidden' ? { ...key, n: 10, pace: 20.5, assets: 0.7 } : key));
    const kept = (await run(people, said(0.95, [rule]))).of('hidden');
    expect(kept.every(({ label, needsReview }) => label === 'bot' && needsReview)).toBe(true);
  });

  it('gives the verdicts of the rules, and says so, where too few cases are clear', async () => {
    const keys = log().filter(({ kind }, i) => kind !== 'person' || i < 5);
    const { rows, warnings } = await run(keys);
    expect(warnings).toEqual([
      expect.stringContaining('too few clear cases to learn from (5 of people, 60 of programs)'),
    ]);
    expect(rows).toEqual((await rulesOf(keys).classify(tableOf(keys), context)).rows);
  });

  it('lets labels outweigh: hidden robots labelled people are taken for people', async () => {
    const keys = log(80);
    const labels = new Map(keys.flatMap(({ kind }, i) => (kind === 'hidden' ? [[`k${i}`, 'organic'] as const] : [])));
    const { rows } = await conductClassifier({ rules: rulesOf(keys), conduct, labels }).classify(
      tableOf(keys),
      context,
    );
    const bots = rows.filter(({ label }, i) => label === 'bot' && keys[i]!.kind === 'hidden');
    expect(bots).toEqual([]);
  });

  it('gives the same verdicts with the same seed', async () => {
    expect((await run(log())).rows).toEqual((await run(log())).rows);
  });
});
