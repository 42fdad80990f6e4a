import { CLASSES, type ClassName, createRandom, FeatureTable } from '@deeplogbot/core';
import { crossValidate, learningCurve, stratifiedFolds } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';

const QUICK = { folds: 3, repeats: 2, boosting: { bags: 4, rounds: 8 } };

/** Rows whose class shows in two measures, or, with `told` false, in none. */
function sample(rows: number, told = true): { table: FeatureTable; labels: ClassName[] } {
  const random = createRandom(5);
  const labels = Array.from({ length: rows }, (_, i) => CLASSES[i % 3]!);
  const level = labels.map((label) => (told ? CLASSES.indexOf(label) : 1));
  const columns = new Map([
    ['unique_users', Float64Array.from(level, (k) => 10 ** (1 + k) * (1 + random.next()))],
    ['downloads_per_user', Float64Array.from(level, (k) => 100 / (1 + 4 * k) + random.next())],
    ['total_downloads', Float64Array.from(level, () => 500 + random.int(50))],
  ]);
  const keys = labels.map((_, i) => `k${i}`);
  return { table: new FeatureTable(keys, { country: [], city: [] }, columns, new Map()), labels };
}

describe('stratifiedFolds', () => {
  it('spreads every class evenly and repeats with its seed', () => {
    const labels = [...'bbbbbbboooohhh'].map((c) => ({ b: 'bot', o: 'organic', h: 'hub' })[c] as ClassName);
    const fold = stratifiedFolds(labels, 3, 1);
    for (const name of CLASSES) {
      const sizes = [0, 1, 2].map((f) => labels.filter((label, row) => label === name && fold[row] === f).length);
      expect(Math.max(...sizes) - Math.min(...sizes), name).toBeLessThanOrEqual(1);
    }
    expect(stratifiedFolds(labels, 3, 1)).toEqual(fold);
    expect(stratifiedFolds(labels, 3, 2)).not.toEqual(fold);
  });
});

describe('crossValidate', () => {
  it('finds what can be learned, and chance where nothing can', async () => {
    const told = sample(90);
    const { macroF1, rows, reliability, classes } = await crossValidate(told.table, { ...QUICK, labels: told.labels });
    expect(macroF1.mean).toBeGreaterThan(0.95);
    expect([rows, classes.bot.support]).toEqual([90, 30]);
    expect(reliability.reduce((sum, bin) => sum + bin.rows, 0)).toBe(180);
    const untold = sample(90, false);
    const chance = await crossValidate(untold.table, { ...QUICK, labels: untold.labels });
    // A model that saw the held-out rows would be far above a third.
    expect(chance.accuracy.mean).toBeLessThan(0.5);
    expect(chance.logLoss.sd).toBeGreaterThan(0);
  });

  it('repeats with its seed and leaves rows without a label out', async () => {
    const { table, labels } = sample(60, false);
    const some = labels.map((label, i) => (i < 45 ? label : null));
    const once = await crossValidate(table, { ...QUICK, labels: some, randomState: 7 });
    expect(once.rows).toBe(45);
    expect(await crossValidate(table, { ...QUICK, labels: some, randomState: 7 })).toEqual(once);
    expect(await crossValidate(table, { ...QUICK, labels: some, randomState: 8 })).not.toEqual(once);
  });

  it('refuses what it cannot divide, and stops when told', async () => {
    const { table, labels } = sample(30);
    const few = labels.map((label, i) => (label === 'hub' && i > 5 ? null : label));
    const code = (options: object) => crossValidate(table, { ...QUICK, labels, ...options }).catch((e) => e.code);
    expect(await code({ labels: few })).toBe('TOO_FEW_ROWS_OF_CLASS');
    expect(await code({ folds: 1 })).toBe('INVALID_OPTION');
    expect(await code({ repeats: 0.5 })).toBe('INVALID_OPTION');
    expect(await code({ signal: AbortSignal.abort() })).toBe('ABORTED');
  });
});

describe('learningCurve', () => {
  it('ends where cross-validation is and has no figure below what a model needs', async () => {
    const { table, labels } = sample(60, false);
    const points = await learningCurve(table, { ...QUICK, labels });
    // 40 training rows a fold, of each class 13 or 14: 3 · 3 = 9 or so at 20 %
    expect(points.map(({ share }) => share)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    expect(points[0]).toMatchObject({ trainingRows: 9, macroF1: null });
    expect(points[4]).toMatchObject({ trainingRows: 39 });
    expect(points[4]!.macroF1).toEqual((await crossValidate(table, { ...QUICK, labels })).macroF1);
  });
});
