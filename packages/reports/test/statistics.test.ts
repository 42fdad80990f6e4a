import { concentration, statistics, statisticsOf } from '@deeplogbot/reports';
import { describe, expect, it } from 'vitest';
import { regionOf } from '../src/statistics/regions.js';
import { memoryDir, type Place, perLabel, runOf, syntheticRun } from './support/run.js';

const PLACES = [
  { key: '52.5,13.4', label: 'organic', downloads: 10, country: 'Germany', features: { unique_users: 4 } },
  { key: '48.1,11.6', label: 'bot', downloads: 100, country: 'Germany', features: { unique_users: 90 } },
  { key: '35.7,139.7', label: 'hub', downloads: 40, country: 'Japan', features: { unique_users: 2 } },
  { key: '0,0', label: 'insufficient_evidence', downloads: 1, country: '%{country}', features: {} },
] as const;

describe('statistics', () => {
  it('counts downloads and locations of each country before and after filtering', async () => {
    const dir = memoryDir();
    await statistics.write(runOf(PLACES), dir);
    expect(dir.files.get('statistics_country.csv')!.split('\r\n').slice(1)).toEqual([
      'Germany,110,10,10,0,100,0,2,1,1,0,1,0',
      'Japan,40,40,0,40,0,0,1,1,0,1,0,0',
      ',1,1,0,0,0,1,1,1,0,0,0,1',
      '',
    ]);
    expect(dir.files.get('statistics_region.csv')).toContain('\r\nEurope,110,');
    expect(dir.files.get('statistics_class.csv')).toContain('bot,1,25,100,66.23\r\n');
  });

  it('writes no file for what was not counted, and says why', async () => {
    const dir = memoryDir();
    const run = runOf(PLACES, { schema: { ...runOf([]).schema, countryField: null } });
    await statistics.write(run, dir);
    expect([...dir.files.keys()]).toEqual(['statistics.json', 'statistics_class.csv']);
    const { not_measured } = JSON.parse(dir.files.get('statistics.json')!);
    expect(not_measured).toMatchObject({
      country: 'the log has no country column',
      data_set: 'the run did not count it',
    });
  });

  it('lists the hundred largest data sets in the JSON and all in the CSV', async () => {
    const dir = memoryDir();
    await statistics.write(syntheticRun(20, 250), dir);
    const { usage } = JSON.parse(dir.files.get('statistics.json')!);
    expect(usage.data_set).toMatchObject({ distinct: 250, listed: 100 });
    expect(usage.data_set.values).toHaveLength(100);
    expect(dir.files.get('statistics_data_set.csv')!.trimEnd().split('\r\n')).toHaveLength(251);
  });

  it('names the countries with most locations, downloads and bots, and the largest shares of bots where that says something', () => {
    const inCountry = (country: string, bots: number, others: number, downloads: number): Place[] =>
      Array.from({ length: bots + others }, (_, i) => ({
        key: `${country} ${i}`,
        label: i < bots ? 'bot' : 'organic',
        downloads,
        country,
        features: {},
      }));
    const places = [
      inCountry('A', 1, 11, 1),
      inCountry('B', 3, 7, 2),
      inCountry('C', 2, 0, 100),
      inCountry('D', 3, 7, 1),
    ];
    const unnamed = { key: 'x', label: 'bot', downloads: 5000, country: null, features: {} } as const;
    const { geographic } = statisticsOf(runOf([...places.flat(), unnamed]));
    const names = (list: readonly { country: string }[]) => list.map(({ country }) => country).join('');
    expect(geographic!.countries).toBe(4);
    expect(names(geographic!.by_locations)).toBe('ABDC');
    expect(names(geographic!.by_downloads)).toBe('CBAD');
    expect(names(geographic!.by_bot_locations)).toBe('BDCA');
    expect(geographic!.by_bot_percent.map(({ country, bot_percent }) => [country, bot_percent])).toEqual([
      ['B', 30],
      ['D', 30],
      ['A', 8.33], // 1 of 12; C has two locations
    ]);
    const run = runOf(PLACES, { schema: { ...runOf([]).schema, countryField: null } });
    expect(statisticsOf(run).geographic).toBeNull();
  });

  it('adds up downloads, and the users of each location', () => {
    expect(statisticsOf(runOf(PLACES)).downloads).toMatchObject({ total: 151, users_of_all_locations: 96 });
    expect(statisticsOf(runOf([])).downloads).toMatchObject({ total: 0 });
  });

  it('sums features up by bots and others', () => {
    const { features } = statisticsOf(runOf(PLACES));
    expect(features.unique_users).toEqual({
      count: 3,
      mean: 32,
      sd: 50.2394, // sqrt((28² + 58² + 30²) / 2)
      min: 2,
      q25: 3,
      median: 4,
      q75: 47,
      q95: 81.4,
      max: 90,
      bots: { count: 1, mean: 90, sd: null },
      others: { count: 2, mean: 3, sd: Math.round(Math.SQRT2 * 1e4) / 1e4 },
    });
  });

  it('finds the sign and the size of a correlation with being a bot', () => {
    const places = Array.from({ length: 20 }, (_, i) => ({
      key: `${i}`,
      label: i < 10 ? ('bot' as const) : ('organic' as const),
      downloads: 1,
      features: { unique_users: i < 10 ? 5 : 1, hourly_entropy: i < 10 ? 1 : 2, interval_cv: 7 },
    }));
    expect(statisticsOf(runOf(places)).bot_correlations).toEqual({ hourly_entropy: -1, unique_users: 1 });
  });

  it('holds with no locations at all', async () => {
    const dir = memoryDir();
    await statistics.write(runOf([]), dir);
    expect(JSON.parse(dir.files.get('statistics.json')!).classification.bot.downloads_percent).toBeNull();
  });
});

describe('concentration', () => {
  it('is 0 for equal values and (n − 1)/n when one has all but nothing', () => {
    expect(concentration([5, 5, 5, 5])).toMatchObject({ gini: 0, top50: 0.5 });
    // 2·(1·1 + 2·1 + 3·2)/(3·4) − 4/3
    expect(concentration([2, 1, 1]).gini).toBeCloseTo(1 / 6, 12);
    expect(concentration([0, 0]).gini).toBeNaN();
  });
});

describe('regions', () => {
  it.each([
    ['Germany', 'Europe'],
    ['DE', 'Europe'],
    ['Türkiye', 'Asia'],
    ['Turkey', 'Asia'],
    ['Korea, Republic of', 'Asia'],
    ["Côte d'Ivoire", 'Africa'],
    ['__proto__', null],
    [null, null],
  ])('%s is in %s', (country, region) => expect(regionOf(country)).toBe(region));
});

it('takes usage as it was counted', () => {
  const run = syntheticRun(5, 3);
  const { usage } = statisticsOf(run);
  expect(usage.month).toMatchObject({ distinct: 48 });
  expect(perLabel((_, i) => i)).toEqual({ organic: 0, hub: 1, bot: 2, insufficient_evidence: 3 });
});
