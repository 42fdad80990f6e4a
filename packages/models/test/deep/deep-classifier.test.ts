import { type Classifier, type ClassName, createRandom, FeatureTable, type Verdicts } from '@deeplogbot/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { deepClassifier, modelFromText, modelToText, type TrainedModel, trainModel } from '../../src/index.js';

const CONTEXT = { randomState: 42, contamination: 0.15 };

/** Locations that are easy to tell apart, in the measures that any log has. */
function table(rows: number, columns: Readonly<Record<string, (kind: ClassName, u: number) => number>>, seed = 1) {
  const random = createRandom(seed);
  const labels = Array.from({ length: rows }, (_, i): ClassName => (['organic', 'bot', 'hub'] as const)[i % 3]!);
  const values = Object.entries(columns).map(
    ([name, of]) => [name, Float64Array.from(labels, (kind) => of(kind, random.next()))] as const,
  );
  const keys = labels.map((_, i) => `place ${i}`);
  return { features: new FeatureTable(keys, { country: [], city: [] }, new Map(values), new Map()), labels };
}

const MEASURES = {
  unique_users: (kind: ClassName, u: number) =>
    Math.round(kind === 'bot' ? 300 + 900 * u : kind === 'hub' ? 2 + 10 * u : 1 + 8 * u),
  downloads_per_user: (kind: ClassName, u: number) =>
    kind === 'bot' ? 2 + 3 * u : kind === 'hub' ? 300 + 900 * u : 3 + 20 * u,
  total_downloads: (kind: ClassName, u: number) => (kind === 'organic' ? 20 + 200 * u : 2000 + 9000 * u),
  hourly_entropy: (kind: ClassName, u: number) => (kind === 'organic' ? 1.5 + u : 3 + 0.17 * u),
  unique_projects: (kind: ClassName, u: number) => Math.round(kind === 'organic' ? 3 + 10 * u : 200 + 300 * u),
  years_span: (kind: ClassName) => (kind === 'bot' ? 1 : 4),
};
const RHYTHM = {
  num_sessions: (_: ClassName, u: number) => 60 + 200 * u,
  night_activity_ratio_local: (kind: ClassName, u: number) => (kind === 'organic' ? 0.05 * u : 0.3 + 0.06 * u),
  weekend_ratio_local: (kind: ClassName, u: number) => (kind === 'organic' ? 0.08 * u : 0.25 + 0.06 * u),
  user_entropy: (kind: ClassName, u: number) => (kind === 'bot' ? 8 + u : u),
  fraction_latest_year: (kind: ClassName, u: number) => (kind === 'bot' ? 0.9 + 0.1 * u : 0.3 * u),
};

const share = (labels: readonly string[], rows: readonly { readonly label: string }[]) =>
  rows.filter(({ label }, i) => label === labels[i]).length / rows.length;

describe('the deep method', () => {
  let model: TrainedModel;
  beforeAll(() => {
    const { features, labels } = table(240, MEASURES);
    model = trainModel(features, { labels, provider: 'test' });
  });

  it('carries a model to rows it has not seen, with reasons that name value and median', async () => {
    const { features, labels } = table(90, MEASURES, 2);
    const found = await deepClassifier({ model, selfTraining: false }).classify(features, CONTEXT);
    const { rows, warnings, importances } = found;
    expect(importances).toMatchObject({ kind: 'shap', rows: 90 });
    expect(importances!.features.map(({ feature }) => feature).sort()).toEqual([...model.features].sort());
    expect(importances!.features[0]!.importance).toBeGreaterThan(importances!.features.at(-1)!.importance);
    expect(share(labels, rows)).toBeGreaterThan(0.97);
    expect(rows[1]!.reasons.length).toBeGreaterThan(0);
    expect(rows[1]!.reasons[0]!.sentence).toMatch(/ is .+ where the median location has .+, which speaks for bot\.$/);
    for (const { probabilities } of rows) expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(warnings).toEqual([]);
  });

  it('counts the labels that a stage changed', async () => {
    const { features } = table(30, MEASURES, 2);
    const run = (stages: object) =>
      deepClassifier({ model, selfTraining: false, reasons: 0, stages }).classify(features, CONTEXT);
    const [plain, guarded] = [await run({}), await run({ hubProtection: 'v1' })];
    const changed = guarded.rows.filter(({ label }, i) => label !== plain.rows[i]!.label);
    const told = guarded.rows.filter(({ reasons }) => reasons[0]?.id === 'hub_protection');
    expect(told).toEqual(changed);
    expect(guarded.warnings).toEqual(
      changed.length > 0 ? [`Labels that hub protection changed whatever the model says: ${changed.length}.`] : [],
    );
    const few = features.pick([0, 3, 6]);
    const heavy = new FeatureTable(
      few.keys,
      few.attributes,
      new Map(few.columns).set('downloads_per_user', Float64Array.of(120, 150, 5)),
      new Map(),
    );
    const { warnings } = await deepClassifier({
      model,
      selfTraining: false,
      reasons: 0,
      stages: { hubProtection: 'v1' },
    }).classify(heavy, CONTEXT);
    expect(warnings[0]).toMatch(/^Labels that hub protection changed/);
  });

  it('learns a log from itself, with and without a model', async () => {
    const { features, labels } = table(300, { ...MEASURES, ...RHYTHM }, 3);
    for (const options of [{}, { model }]) {
      const { rows } = await deepClassifier(options).classify(features, CONTEXT);
      expect(share(labels, rows)).toBeGreaterThan(0.97);
    }
  });

  it('gives the same verdicts twice', async () => {
    const { features } = table(120, { ...MEASURES, ...RHYTHM }, 4);
    const once = await deepClassifier({ model }).classify(features, CONTEXT);
    expect(await deepClassifier({ model }).classify(features, CONTEXT)).toEqual(once);
  });

  it('stands a log of one class, and says so', async () => {
    const { features, labels } = table(240, { ...MEASURES, ...RHYTHM }, 5);
    const only = labels.flatMap((label, i) => (label === 'organic' ? [i] : []));
    const pick = new Map(
      [...features.columns].map(([name, column]) => [name, Float64Array.from(only, (i) => column[i]!)] as const),
    );
    const people = new FeatureTable(
      only.map((i) => features.keys[i]!),
      { country: [], city: [] },
      pick,
      new Map(),
    );
    for (const options of [{}, { model }]) {
      const { rows, warnings } = await deepClassifier(options).classify(people, CONTEXT);
      expect(rows.filter(({ label }) => label === 'bot')).toEqual([]);
      expect(warnings.join()).toMatch(/Fewer than two classes/);
    }
  });

  it('stands constant, missing and infinite columns, and an empty table', async () => {
    const { features } = table(90, { ...MEASURES, ...RHYTHM }, 6);
    const odd = features.with({
      constant: new Float64Array(90).fill(3),
      missing: new Float64Array(90).fill(Number.NaN),
      infinite: Float64Array.from({ length: 90 }, (_, i) => (i % 2 ? Number.POSITIVE_INFINITY : i)),
    });
    const { rows, warnings } = await deepClassifier({ model }).classify(odd, CONTEXT);
    expect(warnings).toEqual([
      'Infinite values count as not measurable: infinite (45).',
      'Features that are the same everywhere or nowhere measurable and teach nothing: constant, missing.',
    ]);
    expect(rows.every(({ confidence }) => confidence > 0 && confidence <= 1)).toBe(true);
    const none = new FeatureTable(
      [],
      { country: [], city: [] },
      new Map([...features.columns.keys()].map((name) => [name, new Float64Array(0)])),
      new Map(),
    );
    expect((await deepClassifier({ model }).classify(none, CONTEXT)).rows).toEqual([]);
  });

  it('names a measure of the model that is nowhere measurable', async () => {
    const { features } = table(30, MEASURES, 9);
    const blind = features.with({ hourly_entropy: new Float64Array(30).fill(Number.NaN) });
    const { warnings } = await deepClassifier({ model, selfTraining: false }).classify(blind, CONTEXT);
    expect(warnings).toEqual([
      expect.stringMatching(/^Features of the model that are not measurable here: hourly_entropy/),
    ]);
  });

  it('stands a log without any exemplar, and says so', async () => {
    const { features } = table(60, { ...MEASURES, ...RHYTHM }, 10);
    const nothing = () => new Float64Array(60).fill(Number.NaN);
    const blind = features.with(
      Object.fromEntries(Object.keys({ ...MEASURES, ...RHYTHM }).map((name) => [name, nothing()])),
    );
    const { rows, warnings } = await deepClassifier().classify(
      blind.with({ total_downloads: new Float64Array(60).fill(9) }),
      CONTEXT,
    );
    expect(warnings).toEqual([
      'No users are known in this log: each place is learned from as one visitor, so crowds do not show.',
      'Fewer than two classes have exemplars in this log (organic 0, bot 0, hub 0); only exemplars have a certain verdict.',
    ]);
    expect(rows.every(({ needsReview, confidence }) => needsReview && confidence < 0.5)).toBe(true);
  });

  it('is less sure of places with few downloads until labels have checked it, and says what it rests on', async () => {
    const { features, labels } = table(240, { ...MEASURES, ...RHYTHM }, 14);
    const total = features.need('total_downloads').map((n, i) => (i < 120 ? 9 + (i % 5) : n));
    const small = features.with({ total_downloads: total });
    const known = new Map(labels.map((label, i) => [`place ${i}`, label] as const).slice(120, 200));
    const run = (options: object) => deepClassifier({ ...options, reasons: 0 }).classify(small, CONTEXT);
    const [without, few, many] = [
      await run({}),
      await run({ labels: new Map([...known].slice(0, 20)) }),
      await run({ labels: known }),
    ];
    const least = (from: number, to: number, { rows }: Verdicts) =>
      Math.max(...rows.slice(from, to).map(({ confidence }) => confidence));
    expect(least(0, 120, without)).toBeLessThan(least(120, 240, without));
    expect(least(0, 120, few)).toBeLessThan(least(120, 240, few));
    expect(least(0, 120, many)).toBeGreaterThan(least(0, 120, without));
    expect(without.basis).toMatch(
      /^No labels were given: this rests on exemplars that the log shows itself \(\d+ of people/,
    );
    expect(many.basis).toMatch(/^This rests on 80 labels and exemplars/);
  });

  it('says so where nobody can be seen to keep nights or weekends', async () => {
    const awake = { night_activity_ratio_local: () => 0.33, weekend_ratio_local: () => 0.285 };
    const { features } = table(90, { ...MEASURES, ...RHYTHM, ...awake }, 15);
    const { warnings } = await deepClassifier({ reasons: 0 }).classify(features, CONTEXT);
    expect(warnings).toContain(
      'No place of this log can be seen to keep nights or weekends: who is a person is told by other signs and less certain.',
    );
  });

  it('lets principal components stand in for an autoencoder of fewer than thirty people, and says so', async () => {
    const { features } = table(75, { ...MEASURES, ...RHYTHM }, 11);
    const { warnings } = await deepClassifier({ stages: { vae: true } }).classify(features, CONTEXT);
    expect(warnings.join()).toMatch(/\d+ organic exemplars, 30 are needed/);
  });

  it('counts labels of keys that the log does not have', async () => {
    const { features } = table(60, { ...MEASURES, ...RHYTHM }, 12);
    const labels = new Map([
      ['place 1', 'bot'],
      ['nowhere', 'bot'],
    ] as const);
    const { warnings } = await deepClassifier({ labels }).classify(features, CONTEXT);
    expect(warnings[0]).toBe('1 of 2 labels are for keys that the log does not have.');
  });

  it('lets labels of one class check nothing, however many, and says so', async () => {
    const { features, labels } = table(180, { ...MEASURES, ...RHYTHM }, 16);
    const bots = features.keys.filter((_, i) => labels[i] === 'bot');
    const run = (known: ReadonlyMap<string, ClassName>) =>
      deepClassifier({ model, labels: known, reasons: 0 }).classify(features, CONTEXT);
    const { rows, warnings, secondView } = await run(new Map(bots.map((key) => [key, 'bot'])));
    expect(Math.min(...secondView!.weight)).toBeGreaterThan(0);
    expect(warnings).toContain(
      'Labels of this log: 60 (bot). They join the exemplars, but checking these and the model takes 40 of two classes.',
    );
    expect(share(labels, rows)).toBeGreaterThan(0.97);
    const few = await run(new Map(features.keys.slice(0, 12).map((key, i) => [key, labels[i]!])));
    expect(few.warnings).toContainEqual(expect.stringMatching(/^Labels of this log: 12 \(organic, bot, hub\)\./));
    const enough = await run(new Map(features.keys.slice(0, 60).map((key, i) => [key, labels[i]!])));
    expect(enough.warnings.join()).not.toMatch(/Labels of this log/);
    expect(enough.secondView).toBeUndefined();
  });

  it('asks for review where rules and model both deny people or a hub, until labels settle it', async () => {
    const elsewhere = ['aspera_ratio', 'globus_ratio', 'spike_ratio', 'working_hours_ratio'];
    const kept = (value: number) => Object.fromEntries(elsewhere.map((name) => [name, () => value]));
    const { features, labels } = table(180, { ...MEASURES, ...RHYTHM, ...kept(0) }, 17);
    // A model of another kind of log, taught to call everything a bot which this log shows to be something else.
    const other = trainModel(table(180, { ...MEASURES, ...RHYTHM, ...kept(1) }, 17).features, {
      labels: labels.map((name): ClassName => (name === 'bot' ? 'organic' : 'bot')),
      provider: 'test',
    });
    const said = (name: ClassName): Classifier => ({
      name: 'rules',
      classify: async ({ rows }) => ({
        method: 'rules',
        rows: Array.from({ length: rows }, () => ({ label: name }) as never),
        warnings: [],
      }),
    });
    const run = (rules: Classifier, known?: ReadonlyMap<string, ClassName>) =>
      deepClassifier({ model: other, rules, reasons: 0, ...(known && { labels: known }) }).classify(features, CONTEXT);
    const [denied, upheld] = [await run(said('bot')), await run(said('organic'))];
    const of = (label: ClassName, { rows }: Verdicts) => rows.filter((_, i) => labels[i] === label);
    const marked = ({ needsReview }: { needsReview: boolean }) => needsReview;
    expect(of('organic', denied).every((verdict) => verdict.label === 'organic' && verdict.needsReview)).toBe(true);
    expect(of('hub', denied).every(marked)).toBe(true);
    expect(of('organic', denied)[0]!.reasons[0]!.sentence).toBe(
      "The log's own exemplars make it organic, but model and rules both say bot.",
    );
    expect(of('organic', upheld).some(marked)).toBe(false);
    const known = new Map(features.keys.slice(0, 60).map((key, i) => [key, labels[i]!]));
    expect(of('organic', await run(said('bot'), known)).some(marked)).toBe(false);
  });

  it('learns from labels what the rules are worth, and names them as a reason', async () => {
    const noise = Object.fromEntries(Object.keys(MEASURES).map((name) => [name, (_: ClassName, u: number) => 9 * u]));
    const { features, labels } = table(240, { ...noise, total_downloads: () => 100 }, 18);
    const turned = { organic: 'bot', bot: 'hub', hub: 'organic' } as const;
    const rules: Classifier = {
      name: 'rules',
      classify: async () => ({
        method: 'rules',
        rows: labels.map((name) => ({ label: turned[name] }) as never),
        warnings: [],
      }),
    };
    const known = new Map(features.keys.slice(0, 90).map((key, i) => [key, labels[i]!]));
    const run = async (others: { rules?: Classifier }) =>
      (await deepClassifier({ labels: known, ...others }).classify(features, CONTEXT)).rows.slice(90);
    const truth = labels.slice(90);
    expect(share(truth, await run({}))).toBeLessThan(0.6);
    const told = await run({ rules });
    expect(share(truth, told)).toBeGreaterThan(0.97);
    expect(told[1]!.reasons[0]!.sentence).toMatch(
      /^The rules (say hub|do not say (organic|bot)), which speaks for bot\.$/,
    );
  });

  it('keeps what exemplars show where few labels teach less', async () => {
    const { features, labels } = table(240, { ...MEASURES, ...RHYTHM }, 19);
    const known = new Map(
      features.keys.flatMap((key, i) => (labels[i] === 'hub' || i > 66 ? [] : [[key, labels[i]!]])),
    );
    expect(known.size).toBeGreaterThanOrEqual(40);
    const { rows, warnings } = await deepClassifier({ labels: known, reasons: 0 }).classify(features, CONTEXT);
    expect(share(labels, rows)).toBeGreaterThan(0.95);
    expect(warnings.filter((text) => text.startsWith('Of some classes'))).toEqual([
      "Of some classes there are fewer than 8 labels (hub 0): the log's own exemplars show these, too, unless labels say that they are mostly wrong. Label more of them.",
    ]);
  });

  it('says what a key with too few downloads lacks', async () => {
    const { features } = table(90, MEASURES, 7);
    const few = features.with({ total_downloads: Float64Array.from({ length: 90 }, (_, i) => (i === 0 ? 1 : 40)) });
    const { rows } = await deepClassifier({ model }).classify(few, CONTEXT);
    expect(rows[0]).toMatchObject({ label: 'insufficient_evidence', subcategory: null });
    expect(rows[0]!.reasons[0]!.sentence).toBe('Too few downloads for the deep method (1 < 3).');
  });

  it('refuses a model that reads mostly what a table does not have', async () => {
    const other = new FeatureTable(['a'], { country: [], city: [] }, new Map([['x', Float64Array.of(1)]]), new Map());
    await expect(deepClassifier({ model }).classify(other, CONTEXT)).rejects.toMatchObject({
      code: 'MODEL_LACKS_FEATURES',
    });
  });

  it('refuses a table that it can neither judge nor learn from', async () => {
    const other = new FeatureTable(['a'], { country: [], city: [] }, new Map([['x', Float64Array.of(1)]]), new Map());
    await expect(deepClassifier().classify(other, CONTEXT)).rejects.toMatchObject({ code: 'NOTHING_TO_LEARN_FROM' });
  });

  it('stops when it is told to', async () => {
    const { features } = table(90, MEASURES, 8);
    const signal = AbortSignal.abort();
    await expect(deepClassifier({ model }).classify(features, { ...CONTEXT, signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('a model file', () => {
  const { features, labels } = table(60, MEASURES);
  const fit = () => trainModel(features, { labels, provider: 'test' });

  it('has the same bytes for the same input and seed, and others for another seed', () => {
    const text = modelToText(fit());
    expect(modelToText(fit())).toBe(text);
    expect(modelToText(trainModel(features, { labels, provider: 'test', randomState: 7 }))).not.toBe(text);
    expect(modelToText(modelFromText(text, 'model.json'))).toBe(text);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 500), 'INVALID_MODEL'],
    ['empty', () => '', 'INVALID_MODEL'],
    ['no model', () => '{"a":1}', 'INVALID_MODEL'],
    ['newer', (text: string) => text.replace('"version":1', '"version":99'), 'NEWER_MODEL'],
    ['of other classes', (text: string) => text.replaceAll('"hub"', '"mirror"'), 'INVALID_MODEL'],
    ['short of a feature', (text: string) => text.replace('"unique_users",', ''), 'INVALID_MODEL'],
  ])('that is %s is refused', (_, damage, code) => {
    const damaged = damage(modelToText(fit()));
    expect(() => modelFromText(damaged, 'model.json')).toThrow(expect.objectContaining({ code }));
  });

  it('needs labels of two classes', () => {
    const one = labels.map((label) => (label === 'bot' ? label : null));
    expect(() => trainModel(features, { labels: one, provider: 'test' })).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_LABELS' }),
    );
  });
});
