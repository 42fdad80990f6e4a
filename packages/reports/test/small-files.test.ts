import type { Importances } from '@deeplogbot/core';
import {
  consoleSummary,
  csvCell,
  csvLines,
  csvText,
  featureImportances,
  locationAnalysisCsv,
  plots,
  runManifest,
  textReport,
} from '@deeplogbot/reports';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLOURS } from '../src/charts/palette.js';
import { cleanTotalLines } from '../src/clean-total.js';
import { threeDigits } from '../src/html/packed-column.js';
import { memoryDir, runOf } from './support/run.js';

const RUN = runOf([
  { key: '52.5,13.4', label: 'organic', downloads: 3, features: { unique_users: 2 } },
  { key: '1,1', label: 'hub', downloads: 4, country: null, city: 'a "b", c', reason: 'Says\nmuch.', features: {} },
]);

describe('the text report', () => {
  it('has a dash for the days of a log in which nothing was classified', async () => {
    const dir = memoryDir();
    await textReport.write(runOf([], { window: { firstUs: Number.NaN, lastUs: Number.NaN } }), dir);
    expect(dir.files.get('bot_detection_report.txt')).toContain('Log window: – to – (UTC)\n');
  });
});

describe('files byte by byte', () => {
  it('location_analysis.csv', async () => {
    const dir = memoryDir();
    await locationAnalysisCsv.write(RUN, dir);
    expect(dir.files.get('location_analysis.csv')).toBe(
      [
        'geo_location,country,city,downloads,label,behavior_type,automation_category,subcategory,is_bot,is_hub,is_organic,classification_confidence,p_organic,p_bot,p_hub,needs_review,classification_reason,first_reason,unique_users',
        '"52.5,13.4",Germany,Berlin,3,organic,organic,,individual_user,false,false,true,0.9,0.9,0.05,0.05,false,"Looks like organic (52.5,13.4).",rule-organic,2',
        '"1,1",,"a ""b"", c",4,hub,automated,legitimate_automation,mirror,false,true,false,0.9,0.05,0.05,0.9,false,"Says\nmuch.",rule-hub,',
        '',
      ].join('\r\n'),
    );
  });

  it('importances of the score and of the model, and none when there are none', async () => {
    const dir = memoryDir();
    expect(await featureImportances.write(RUN, dir)).toEqual([]);
    const byClass = { organic: 0.5, bot: 1, hub: 0 };
    const importances: Importances[] = [
      {
        kind: 'surrogate_permutation',
        rows: 2,
        features: [
          { feature: 'a', importance: 0.5 },
          { feature: '=b', importance: 0 },
        ],
      },
      { kind: 'shap', rows: 2, features: [{ feature: 'a', importance: 0.5, byClass }] },
    ];
    await featureImportances.write({ ...RUN, importances }, dir);
    expect([...dir.files]).toEqual([
      ['feature_importances_permutation.csv', "feature,importance_mean\r\na,0.5\r\n'=b,0\r\n"],
      ['fusion_importances.csv', 'feature,importance,organic,bot,hub\r\na,0.5,0.5,1,0\r\n'],
      ['fusion_importances.json', `${JSON.stringify({ format: 1, ...importances[1] }, null, 2)}\n`],
    ]);
  });

  it('the lines of the text report that count', async () => {
    const dir = memoryDir();
    await textReport.write(RUN, dir);
    const lines = dir.files.get('bot_detection_report.txt')!.split('\n');
    expect(lines[3]).toBe('Log window: 2021-01-01 to 2024-12-31 (UTC)');
    expect(lines).toContain('3 downloads are left, 100.0 % of them expected to be of people');
    expect(lines).toContain('BOT LOCATIONS (0)');
    expect(lines[lines.indexOf('BOT LOCATIONS (0)') + 2]).toBe('none');
    expect(lines).toContain('Hub locations as places: 1 location is 1 place.');
  });

  it('run.json holds names of inputs, not where they lie', async () => {
    const dir = memoryDir();
    await runManifest.write(RUN, dir);
    expect(JSON.parse(dir.files.get('run.json')!).inputs).toEqual([
      { name: 'log.parquet', bytes: 10, digest: 'sha256:00' },
    ]);
  });

  it('a drawing is XML of its own, with the colours of its classes', async () => {
    const dir = memoryDir();
    await plots.write(RUN, dir);
    const svg = dir.files.get('plot_downloads_by_category.svg')!;
    expect(svg).toMatch(
      /^<svg role="img" aria-label="Downloads by class" width="720" height="260" xmlns="http:\/\/www.w3.org\/2000\/svg"/,
    );
    expect(svg).toMatch(/<\/svg>\n$/);
    expect(svg).toContain(`"${COLOURS.hub}"`);
    expect(svg).not.toMatch(/var\(|zr\d|ecmeta/);
  });
});

describe('a line of numbers', () => {
  const odd = fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, 1e21, 5e-324),
    fc.integer(),
  );
  const rows = fc.array(fc.tuple(odd, odd, fc.string(), odd), { minLength: 1, maxLength: 8 });

  it('is what its cells are one by one', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const doubles = (at: 0 | 1 | 3) => Float64Array.from(table, (row) => row[at]);
        const texts = table.map((row) => row[2]);
        const lines = [...csvLines(['a', 'b', 'c', 'd'], [doubles(0), doubles(1), texts, doubles(3)])];
        expect(lines.slice(1)).toEqual(table.map((row) => `${row.map(csvCell).join(',')}\r\n`));
      }),
    );
  });
});

describe('a number of the page', () => {
  it.each([
    [0.123456, 0.123],
    [-0.123456, -0.123],
    [99.96, 100],
    [1234.5, 1230],
    [98765432.5, 98800000],
    [1.5e-20, 1.5e-20],
    [1.23456e-20, 1.23e-20],
    [12345, 12345],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('of %d has three digits: %d', (value, short) => expect(threeDigits(value)).toBe(short));

  it('is what its decimal form says', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const shown = Number(value.toPrecision(3));
        const short = Number.isInteger(value) ? value : shown;
        expect(Math.abs(threeDigits(value) - short)).toBeLessThanOrEqual(Math.abs(shown) * 0.0101);
        expect(threeDigits(value)).toBe(Number.isInteger(value) ? value : Number(threeDigits(value).toPrecision(3)));
      }),
    );
  });
});

describe('a cell', () => {
  it.each([
    [null, ''],
    [Number.NaN, ''],
    [-0.5, '-0.5'],
    ['-0.5', '-0.5'],
    ['-0.5,3', '"-0.5,3"'],
    ['-1+1', "'-1+1"],
    ['@x', "'@x"],
    ['a"b', '"a""b"'],
    ['\tx', "'\tx"],
    [' =1+1', "' =1+1"],
    ['＝1+1', "'＝1+1"],
    ['a=1', 'a=1'],
    ['a\u001b[2Jb\u0007', 'a\u001b[2Jb\u0007'],
    [true, 'true'],
  ])('of %j is %s', (value, cell) => expect(csvCell(value)).toBe(cell));

  it.each(['=1+1', ' =1+1', '-1+1', '＝1+1', '\tx', '=a,"b"', 'a', "'a", "''=1", '-0.5,3'])(
    'of %j is read again',
    (text) => {
      const field = csvCell(text);
      expect(csvText(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)).toBe(text);
    },
  );
});

it('names no share of nothing where no download is left, and keeps what is expected all the same', () => {
  const cleanTotal = { ...RUN.cleanTotal, delivered: 0, expected: 4, low: 0, high: 7, organicShare: Number.NaN };
  expect(cleanTotalLines({ ...RUN, cleanTotal })).toEqual([
    'No downloads are left',
    '4 downloads of people are expected in all (95 % 0 to 7)',
  ]);
});

it('counts one of a thing as one', () => {
  const one = runOf([{ key: '1,1', label: 'organic', downloads: 1 }]);
  const lines = consoleSummary(one).split('\n');
  expect(lines[0]).toBe('1 download from 1 location');
  expect(lines[2]).toBe('  bots                           0 locations             0 downloads    0.0 %');
  expect(lines[4]).toBe('  organic                        1 location              1 download   100.0 %');
  expect(lines[6]).toBe('  filtered                                               0 downloads    0.0 %');
  expect(lines.slice(8, 10)).toEqual([
    '  1 download is left, 100.0 % of it expected to be of people',
    '  1 download of people is expected in all (95 % 1 to 1)',
  ]);
});

it('guards text that a spreadsheet takes for a formula, spaces before it or not', () => {
  const cells = ['=1', '  =1', '\t1', '@a', ' +x', '-1.5', '+1,2', ' a', '＝1'].map(csvCell);
  expect(cells).toEqual(["'=1", "'  =1", "'\t1", "'@a", "' +x", '-1.5', '"+1,2"', ' a', "'＝1"]);
});
