import { createRandom } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { baggingSteps, fitBagged } from '../../src/deep/bagged-boosting.js';
import { treeShap, treeShapSteps } from '../../src/tree-shap.js';
import { inTurns } from '../../src/turns.js';
import { table } from '../support.js';

const { columns, labels } = table(120, 5);
const data = { columns, labels, classes: ['organic', 'bot', 'hub'] };
const OPTIONS = { bags: 2, rounds: 5, maxLeaves: 4 };

describe('work in turns', () => {
  it('lets an abort end what would never end by itself', async () => {
    const control = new AbortController();
    setTimeout(() => control.abort(), 0);
    function* endless(): Generator<undefined, never> {
      for (;;) yield undefined;
    }
    await expect(inTurns(endless(), { signal: control.signal })).rejects.toThrow();
  });

  it('fits and explains the same as work at one go, with a turn possible at each round and tree', async () => {
    const whole = fitBagged(data, OPTIONS);
    const inParts = await inTurns(baggingSteps(data, OPTIONS), {});
    expect(JSON.stringify(inParts.model)).toBe(JSON.stringify(whole.model));
    expect([...baggingSteps(data, OPTIONS)].length).toBeGreaterThanOrEqual(OPTIONS.bags * OPTIONS.rounds);
    const sample = columns.map((column) => column.map(() => createRandom(1).next()));
    expect(await inTurns(treeShapSteps(whole.model, sample), {})).toEqual(treeShap(whole.model, sample));
  });
});
