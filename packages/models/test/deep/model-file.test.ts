import { type ClassName, DeepLogBotError, FeatureTable } from '@deeplogbot/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipFinder, modelFromText, modelToText, trainModel } from '../../src/index.js';

const users = Float64Array.from({ length: 60 }, (_, i) => i + 1);
const labels = Array.from(users, (u): ClassName => (u > 40 ? 'bot' : u > 20 ? 'hub' : 'organic'));
const table = new FeatureTable(
  Array.from(users, (u) => `place ${u}`),
  { country: [], city: [] },
  new Map([
    ['unique_users', users],
    ['total_downloads', users.map((u) => 30 + u)],
  ]),
  new Map(),
);
const text = modelToText(
  trainModel(table, {
    labels,
    provider: 'test',
    features: ['unique_users', 'total_downloads'],
    boosting: { bags: 2, rounds: 3 },
  }),
);

/** Every place of a JSON value, as a path. */
function places(value: unknown, path: readonly string[] = []): string[][] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    [...path],
    ...below.slice(0, Array.isArray(value) ? 3 : 99).flatMap(([name, each]) => places(each, [...path, name])),
  ];
}

function damaged(path: readonly string[], wrong: unknown): string {
  const json = JSON.parse(text);
  const last = path.at(-1)!;
  const parent = path.slice(0, -1).reduce((value, name) => value[name], json);
  if (wrong === undefined) delete parent[last];
  else parent[last] = wrong;
  return JSON.stringify(json);
}

/** Reads a model and uses all of it. */
function use(file: string): void {
  const model = modelFromText(file, 'model.json');
  flipFinder(model)([30, 60]);
  modelToText(model);
}

const WRONG = [undefined, null, 'x', -1, 1.5, [], {}, [null], true];

describe('a damaged model file', () => {
  const all = places(JSON.parse(text)).filter((path) => path.length > 0);

  it('is read as it is or refused by name, whatever is wrong with it and wherever', () => {
    for (const path of all) {
      for (const wrong of WRONG) {
        try {
          use(damaged(path, wrong));
        } catch (error) {
          const change = `${path.join('.')} = ${JSON.stringify(wrong)}: ${error}`;
          expect(error, change).toBeInstanceOf(DeepLogBotError);
          expect(['INVALID_MODEL', 'NEWER_MODEL'], change).toContain((error as DeepLogBotError).code);
        }
      }
    }
  });

  it.each([
    ['JSON of another kind', '{"a":1}', 'it is JSON of another kind'],
    ['one without a version', damaged(['version'], undefined), 'its version is "missing"'],
  ])('says of %s what it is', (_, file, what) => {
    expect(() => modelFromText(file, 'model.json')).toThrow(what);
  });

  it('is refused wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 3 }), (length) => {
        expect(() => modelFromText(text.slice(0, length), 'model.json')).toThrow(
          expect.objectContaining({ code: 'INVALID_MODEL' }),
        );
      }),
      { numRuns: 60 },
    );
  });
});
