import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { isWithin, shownWithin } from '../../deep-tolerances.js';
import { type KnownTable, scoreRegime, tableOf } from '../../other/measure.js';
import { EXTREMES, REGIMES } from '../../other/regimes.js';

const regime = (name: string) => [...REGIMES, ...EXTREMES].find((each) => each.name === name)!;
const SMALL = { locations: 200, days: 90, scale: 0.5 };

let folder: string;
let usual: KnownTable;
beforeAll(async () => {
  folder = await scratch();
  usual = await tableOf({ ...regime('small log'), ...SMALL }, 7, folder);
}, 60_000);

describe('the deep method on small logs of the second generator', () => {
  it('is within its tolerances without labels and with them', async () => {
    const without = await scoreRegime(usual, 7);
    expect(shownWithin('withoutLabels', without.macroF1)).not.toMatch(/missed/);
    const labelled = await scoreRegime(usual, 7, 100);
    expect(shownWithin('withLabels', labelled.macroF1)).not.toMatch(/missed/);
  }, 60_000);

  it('calls nobody a bot among people, and finds twenty farms of twenty', async () => {
    const people = await tableOf({ ...regime('people only'), ...SMALL }, 7, folder);
    expect(isWithin('botsAmongPeople', (await scoreRegime(people, 7)).called)).toBe(true);
    const farms = await tableOf({ ...regime('twenty farms'), days: 90, scale: 0.5 }, 7, folder);
    expect(isWithin('farmsFound', (await scoreRegime(farms, 7)).found)).toBe(true);
  }, 60_000);
});
