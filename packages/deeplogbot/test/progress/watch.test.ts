import { BASE_SCHEMA, bindSchema, type LogSchema, type Progress } from '@deeplogbot/core';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Plan, partsOf, plannedParts } from '../../src/progress/parts.js';
import { watchProgress } from '../../src/progress/watch.js';

const schema: LogSchema = bindSchema(
  { ...BASE_SCHEMA, ...ebiProvider.schema },
  ['geo_location', 'country', 'geoip_city_name', 'user', 'accession', 'filename', 'timestamp', 'method'].map(
    (name) => ({
      name,
      type: name === 'timestamp' ? ('timestamp' as const) : ('text' as const),
      sqlType: '',
    }),
  ),
  new Set(),
);
const plan: Plan = {
  provider: ebiProvider,
  schema,
  options: { classificationMethod: 'rules' },
  annotates: true,
  reporters: [{ needs: ['usage'] }, {}],
};
const nodes = (done: number, more: Partial<Progress> = {}): Progress => ({
  step: 'features',
  done,
  total: 90,
  unit: 'nodes',
  ...more,
});

let now: number;
beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets seconds pass on both clocks. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    now++;
    vi.advanceTimersByTime(1000);
  }
}

describe('the parts of a run', () => {
  it('are known well enough for the shipped provider of downloads to foretell', () => {
    const parts = partsOf(plannedParts(plan), { rows: 1e7, locations: 30_000 });
    const whole = parts!.reduce((sum, { cost }) => sum + cost, 0);
    expect(whole).toBeGreaterThan(5);
    expect(whole).toBeLessThan(120);
  });

  it('are those that will run, with a cost that grows with rows and locations', () => {
    const planned = plannedParts(plan);
    expect(planned.slice(-3).map(({ name }) => name)).toEqual(['anomaly', 'classify', 'outputs']);
    expect(plannedParts({ ...plan, annotates: false, reporters: [] }).at(-1)).toEqual({ name: 'classify' });
    const cost = (rows: number, locations: number, more: Partial<Plan> = {}) =>
      partsOf(plannedParts({ ...plan, ...more }), { rows, locations })!.reduce((sum, part) => sum + part.cost, 0);
    expect(cost(2e7, 30_000)).toBeGreaterThan(cost(1e7, 30_000));
    expect(cost(1e7, 60_000)).toBeGreaterThan(cost(1e7, 30_000));
    expect(cost(1e7, 30_000, { annotates: false })).toBeLessThan(cost(1e7, 30_000));
    expect(cost(1e7, 30_000, { options: { classificationMethod: 'deep' } })).toBeGreaterThan(cost(1e7, 30_000));
  });

  it('of an unknown provider are not guessed', () => {
    expect(
      partsOf([{ name: 'features/a' }, { name: 'features/b' }, { name: 'anomaly' }], { rows: 1e7, locations: 1000 }),
    ).toBeUndefined();
  });
});

describe('watched progress', () => {
  it('has no time left before the locations are counted, then one that goes down every second', () => {
    const seen: Progress[] = [];
    const watch = watchProgress({ onProgress: (progress) => seen.push(progress) }, () => ({ seconds: now, work: now }));
    watch.plan(plan, 1e8);
    watch.control.onProgress!(nodes(0));
    expect(seen).toEqual([nodes(0)]);
    watch.control.onProgress!(nodes(1, { keys: 71_000, note: 'a sentence' }));
    expect(seen[1]).toMatchObject({ note: 'a sentence', keys: 71_000 });
    const begun = seen[1]!.secondsLeft!;
    expect(begun).toBeGreaterThan(10);
    pass(1);
    expect(seen).toHaveLength(3);
    expect(seen[2]).toEqual({
      ...nodes(1),
      secondsLeft: expect.any(Number),
      secondsLeftBetween: [expect.any(Number), expect.any(Number)],
    });
    expect(seen[2]!.secondsLeft).toBeLessThan(begun);
    watch.stop();
    pass(5);
    expect(seen).toHaveLength(3);
  });

  it('counts stages that make no report of their own', () => {
    const seen: Progress[] = [];
    const watch = watchProgress({ onProgress: (progress) => seen.push(progress) }, () => ({ seconds: now, work: now }));
    watch.plan(plan, 1e8);
    watch.control.onProgress!(nodes(1, { keys: 71_000 }));
    for (const { name } of plannedParts(plan)) watch.done(name);
    watch.control.onProgress!({ step: 'annotate', done: 9, total: 9, unit: 'rows' });
    expect(seen.at(-1)!.secondsLeft).toBe(0);
    watch.stop();
  });

  it('throws what a callback threw between two reports at the next one, not into the air', () => {
    let calls = 0;
    const onProgress = () => {
      if (++calls === 2) throw new RangeError('enough');
    };
    const watch = watchProgress({ onProgress }, () => ({ seconds: now, work: now }));
    watch.plan(plan, 1e8);
    watch.control.onProgress!(nodes(1));
    pass(3);
    expect(calls).toBe(2);
    expect(() => watch.control.onProgress!(nodes(2))).toThrow('enough');
    watch.stop();
  });

  it('is nothing at all where nobody listens', () => {
    expect(watchProgress({}).control).toEqual({});
    expect(vi.getTimerCount()).toBe(0);
  });
});
