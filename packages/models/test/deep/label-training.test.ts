import { CLASSES, type ClassName, createRandom, FeatureTable } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { calibrated, UNCALIBRATED } from '../../src/deep/calibration.js';
import type { Exemplars } from '../../src/deep/exemplars.js';
import { mostProbable } from '../../src/deep/pooling.js';
import { measuresOf } from '../../src/deep/portable.js';
import { type SelfTrained, trainOnLabels } from '../../src/deep/self-training.js';

const ROWS = 300;
const LABELLED = 90;
const random = createRandom(3);
const truth = Array.from({ length: ROWS }, (_, row): ClassName => CLASSES[row % 3]!);
const noise = () => Float64Array.from(truth, () => random.next());
const telling = Float64Array.from(truth, (name) => CLASSES.indexOf(name) + 0.2 * random.next());

/** What exemplars taught, if they took every row for what this says. */
function taught(classOf: (row: number) => number): SelfTrained {
  const scores = CLASSES.map((_, k) => Float64Array.from(truth, (_, row) => (classOf(row) === k ? 3 : 0)));
  return { features: [], columns: [], scores };
}

const fitWith = (columns: Record<string, Float64Array>, alone?: SelfTrained) => {
  const table = new FeatureTable(
    truth.map((_, row) => `place ${row}`),
    { country: [], city: [] },
    new Map(Object.entries(columns)),
    new Map(),
  );
  const labels = truth.map((name, row) => (row < LABELLED ? name : null));
  return trainOnLabels({ table, measures: measuresOf(table), labels, randomState: 7 }, alone);
};

/** Of the rows without a label. */
function right({ scores }: SelfTrained): number {
  const p = calibrated(scores, UNCALIBRATED(CLASSES.length));
  const unknown = [...truth.keys()].slice(LABELLED);
  return unknown.filter((row) => CLASSES[mostProbable(p, row)] === truth[row]).length / unknown.length;
}

describe('a fit on labels', () => {
  const columns = { a: noise(), b: noise(), c: noise(), d: noise() };
  const classOf = (row: number) => row % 3;

  it('takes from exemplars what no column tells', async () => {
    expect(right(await fitWith(columns))).toBeLessThan(0.6);
    expect(right(await fitWith(columns, taught(classOf)))).toBeGreaterThan(0.97);
  });

  it('finds out where exemplars are wrong, and turns their words round', async () => {
    const turned = await fitWith(
      columns,
      taught((row) => (row + 1) % 3),
    );
    expect(right(turned)).toBeGreaterThan(0.97);
    const misled = await fitWith(
      { ...columns, telling },
      taught(() => 1),
    );
    expect(right(misled)).toBeGreaterThan(0.97);
  });

  it('keeps apart what the bags did not see of the labelled rows', async () => {
    const alone = taught(classOf);
    const found = await fitWith(columns, alone);
    expect(found.labelled!.rows).toEqual([...Array(LABELLED).keys()]);
    expect(found.alone).toBe(alone);
    expect(found.features.slice(-3)).toEqual(CLASSES.map((name) => `exemplars_${name}`));
    const plain = await fitWith(columns);
    const held = calibrated(plain.labelled!.scores, UNCALIBRATED(CLASSES.length));
    const seen = calibrated(plain.scores, UNCALIBRATED(CLASSES.length));
    const known = plain.labelled!.rows;
    const hits = (p: readonly Float64Array[]) => known.filter((row) => CLASSES[mostProbable(p, row)] === truth[row]);
    expect(hits(seen).length - hits(held).length).toBeGreaterThan(LABELLED / 4);
  });

  describe('of which one shows a class, or none', () => {
    const hubs = [...truth.keys()].filter((row) => truth[row] === 'hub');
    const showing = (shown: number) =>
      truth.map((name, row) => (row < LABELLED && (name !== 'hub' || hubs.indexOf(row) < shown) ? name : null));
    const column = (name: ClassName) => Float64Array.from(truth, (is) => (is === name ? 0.8 : 0));
    const known: Exemplars = {
      organic: column('organic'),
      bot: column('bot'),
      hub: column('hub'),
      counts: { organic: 100, bot: 100, hub: 100 },
    };
    const found = async (alone?: SelfTrained, labels = showing(1)) => {
      const table = new FeatureTable(
        [...truth.keys()].map(String),
        { country: [], city: [] },
        new Map(Object.entries(columns)),
        new Map(),
      );
      const input = { table, measures: measuresOf(table), labels, known, randomState: 7 };
      const fit = await trainOnLabels(input, alone);
      expect(fit.labelled!.rows).toEqual([...truth.keys()].filter((row) => labels[row]));
      expect(fit.labelled!.scores.map(({ length }) => length)).toEqual(CLASSES.map(() => fit.labelled!.rows.length));
      const p = calibrated(fit.scores, UNCALIBRATED(CLASSES.length));
      return hubs.filter((row) => CLASSES[mostProbable(p, row)] === 'hub').length / hubs.length;
    };

    it('learns it from exemplars, too, where these were right about it', async () => {
      expect(await found(taught(classOf))).toBeGreaterThan(0.8);
      expect(await found(taught(classOf), showing(0))).toBeGreaterThan(0.8);
    });

    it('and where one label or two speak against them, which says little', async () => {
      const hardly = taught((row) => (row < 3 ? 2 : row % 3));
      expect(await found(hardly, showing(0))).toBeGreaterThan(0.6);
    });

    it('and not where labels say that they were mostly wrong, or there are none', async () => {
      const elsewhere = taught((row) => (row < LABELLED && row % 6 === 0 ? 2 : row % 3));
      expect(await found(elsewhere)).toBeLessThan(0.5);
      expect(await found(elsewhere, showing(0))).toBeLessThan(0.5);
      expect(await found()).toBeLessThan(0.5);
    });
  });
});
