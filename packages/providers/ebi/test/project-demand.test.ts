import { afterAll, describe, expect, it } from 'vitest';
import { closeEngine, type Download, extract, featuresOf, times } from './log.js';

afterAll(closeEngine);

/** Data set `hit` is taken by four locations, `pair` by two, `mine` by A alone; A takes them 3, 2 and 5 times. */
const LOG: readonly Download[] = [
  ...times(3, { loc: 'A', project: 'hit' }),
  ...times(2, { loc: 'A', project: 'pair' }),
  ...times(5, { loc: 'A', project: 'mine' }),
  { loc: 'A', project: null },
  ...times(4, { loc: 'B', project: 'hit' }),
  { loc: 'B', project: 'pair' },
  { loc: 'C', project: 'hit' },
  { loc: 'D', project: 'hit' },
  { loc: 'E', project: null },
];

describe('demand for data sets', () => {
  it('gives the worked example', async () => {
    const { features } = await extract(LOG);
    const of = (loc: string, name: string) => features.need(name)[features.keys.indexOf(loc)]!;
    // A: (3 ln 4 + 2 ln 2 + 5 ln 1) ÷ 10 = 0.8 ln 2
    expect(of('A', 'project_demand')).toBeCloseTo(0.554518, 6);
    // B: (4 ln 4 + ln 2) ÷ 5 = 1.8 ln 2
    expect(of('B', 'project_demand')).toBeCloseTo(1.247665, 6);
  });

  it('says how far the first data set is ahead of one in the mean', async () => {
    const { features } = await extract(LOG);
    const lead = features.need('top_project_lead');
    // A: the first of three has 5 of 10; B: the first of two 4 of 5; C has one.
    expect(['A', 'B', 'C'].map((loc) => lead[features.keys.indexOf(loc)])).toEqual([1.5, 1.6, 1]);
    expect(lead[features.keys.indexOf('E')]).toBeNaN();
  });

  it('counts locations that are too small for a verdict as others, too', async () => {
    const { features } = await extract(LOG, { schema: { minLocationDownloads: 5 } });
    expect(features.keys).toEqual(['A', 'B']);
    expect(features.need('project_demand')[0]).toBeCloseTo(0.554518, 6);
  });

  it('measures nothing where no row has a data set', async () => {
    const e = await featuresOf(LOG, { loc: 'E' });
    expect(e.project_demand).toBeNaN();
  });
});
