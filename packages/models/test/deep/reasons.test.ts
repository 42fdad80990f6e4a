import { CLASSES, type ClassName, createRandom, FeatureTable } from '@deeplogbot/core';
import { beforeAll, expect, it } from 'vitest';
import { measuresOf } from '../../src/deep/portable.js';
import { explainer } from '../../src/deep/reasons.js';
import { gradientBoosting, type TrainedModel, trainModel } from '../../src/index.js';

const ROWS = 120;
const random = createRandom(5);
const labels = Array.from({ length: ROWS }, (_, i): ClassName => CLASSES[i % 3]!);
const table = new FeatureTable(
  labels.map((_, i) => `place ${i}`),
  { country: [], city: [] },
  new Map([
    ['unique_users', Float64Array.from(labels, (kind) => (kind === 'bot' ? 300 : 3) + 9 * random.next())],
    ['downloads_per_user', Float64Array.from(labels, (kind) => (kind === 'hub' ? 500 : 3) + 9 * random.next())],
    ['total_downloads', Float64Array.from(labels, (kind) => (kind === 'organic' ? 50 : 5000) * (1 + random.next()))],
  ]),
  new Map(),
);
const measures = measuresOf(table);
let model: TrainedModel;
let base: readonly Float64Array[];

beforeAll(() => {
  model = trainModel(table, { labels, provider: 'test' });
  const columns = model.features.map((name) => measures(name)!);
  base = model.scores.predictProbabilities(columns).map((p) => p.map((value) => Math.log(Math.max(value, 1e-6))));
});

const names = CLASSES.map((name) => `base_${name}`);
const fused = (features: readonly string[], columns: readonly Float64Array[], taught = labels) => ({
  model: gradientBoosting({ rounds: 20 }).fit(columns, taught, { classes: CLASSES }),
  features,
  columns,
});

it('hands on what the fitted model gives to the features that it read, in proportion', () => {
  const own = fused(names, base);
  const through = explainer({ table, measures, count: 99, model, own });
  const alone = explainer({ table, measures, count: 99, model });
  const outer = explainer({ table, measures, count: 99, own });
  for (const [row, label] of labels.entries()) {
    const reasons = through.reasons(row, label);
    expect(reasons.map(({ feature }) => feature)).toEqual(alone.reasons(row, label).map(({ feature }) => feature));
    const factors = reasons.map(({ contribution }, i) => contribution! / alone.reasons(row, label)[i]!.contribution!);
    for (const factor of factors) expect(factor).toBeCloseTo(factors[0]!, 9);
    expect(outer.reasons(row, label)[0]!.feature).toMatch(/^base_/);
    expect(reasons[0]!.sentence).toMatch(/ is .+ where the median location has .+, which speaks for /);
  }
});

it('hands on what exemplars taught to what they were read by, and from there to what the fitted model read', () => {
  const alone = fused(names, base);
  const said = alone.model.predictProbabilities(base).map((p) => p.map((value) => Math.log(Math.max(value, 1e-6))));
  const taught = CLASSES.map((name) => `exemplars_${name}`);
  const own = fused(taught, said);
  const direct = explainer({ table, measures, count: 99, model });
  const through = explainer({ table, measures, count: 99, model, own: { ...own, alone } });
  const outer = explainer({ table, measures, count: 99, own });
  for (const [row, label] of labels.entries()) {
    const features = through.reasons(row, label).map(({ feature }) => feature);
    expect(features).toEqual(direct.reasons(row, label).map(({ feature }) => feature));
  }
  expect(outer.reasons(1, 'bot')[0]!.feature).toBe('exemplars_bot');
  expect(outer.reasons(1, 'bot')[0]!.sentence).toMatch(
    /^The log's own exemplars give bot [\d.]+ %, which speaks for bot\.$/,
  );
});

it('says in the first reason what its feature measures', () => {
  const spec = { extractor: 'test', unit: 'user', formula: 'U', nullWhen: 'never' };
  const name = 'unique_users';
  const told = table.with({}, [
    { ...spec, name, meaning: 'How many users (names; or addresses) there are (N3); 1 = a single one. More or less.' },
  ]);
  const column = [measures(name)!];
  const found = explainer({ table: told, measures, count: 1, own: fused([name], column) }).reasons(1, 'bot');
  expect(found[0]!.sentence).toMatch(
    /^How many users there are: unique_users is 30\d\.?\d* where the median location has /,
  );
});

it('says of a measure that the method derived what it is, since no table of features does', () => {
  const name = 'user_evenness';
  const known = new Map([...table.columns, ['user_entropy', table.need('total_downloads').map(Math.log2)]]);
  const wider = new FeatureTable(table.keys, { country: [], city: [] }, known, new Map());
  const derived = measuresOf(wider);
  const own = fused([name], [derived(name)!]);
  const [reason] = explainer({ table: wider, measures: derived, count: 1, own }).reasons(1, 'bot');
  expect(reason).toMatchObject({
    id: 'feature:user_evenness',
    meaning: 'How evenly downloads spread over the users, for their number; 1 = all equal.',
  });
  expect(reason!.sentence).toMatch(
    /^How evenly downloads spread over the users, for their number: user_evenness is .* which speaks for bot\.$/,
  );
});

it('leaves to the fitted model what it says against the rest, as a share of a hundred', () => {
  const opposite = labels.map((label): ClassName => (label === 'hub' ? label : label === 'bot' ? 'organic' : 'bot'));
  const through = explainer({ table, measures, count: 99, model, own: fused(names, base, opposite) });
  expect(through.reasons(0, 'bot')[0]!.sentence).toMatch(
    /^The model of labelled locations gives \w+ (less than 0\.1|[\d.]+) %, which speaks for bot\.$/,
  );
});

it('keeps what a feature says by itself beside what is handed on', () => {
  const features = [...names, 'unique_users'];
  const own = fused(features, [...base, measures('unique_users')!]);
  const through = explainer({ table, measures, count: 99, model, own });
  for (let row = 1; row < ROWS; row += 3) {
    const found = through.reasons(row, 'bot').map(({ feature }) => feature);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((feature) => feature!.startsWith('base_'))).toEqual([]);
  }
});
