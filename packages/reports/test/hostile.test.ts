// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for

import type { Reporter } from '@deeplogbot/core';
import {
  featureImportances,
  htmlReport,
  locationAnalysisCsv,
  locationAnalysisParquet,
  locationGroups,
  plots,
  runManifest,
  statistics,
  textReport,
} from '@deeplogbot/reports';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryDir, type Place, perLabel, runOf, syntheticRun } from './support/run.js';

const ALL = [
  locationAnalysisCsv,
  locationAnalysisParquet,
  textReport,
  statistics,
  locationGroups,
  htmlReport,
  plots,
  featureImportances,
  runManifest,
] as const;

const FORMULAS = ['=1+1', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1'];
const MARKUP = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  ']]><!--',
  '&lt;b&gt;',
];
const TERMINAL = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202eevil',
  'a\nb',
  'a\u0000b',
  '\ud800',
  'x'.repeat(5000),
  '',
  '__proto__',
  'constructor',
];
const NAMES = [...FORMULAS, ...MARKUP, ...TERMINAL];

const places: readonly Place[] = NAMES.map((name, i) => ({
  key: `${name}${i === NAMES.indexOf(name) ? '' : i}`,
  label: (['organic', 'bot', 'hub', 'insufficient_evidence'] as const)[i % 4]!,
  downloads: 10 + i,
  country: name,
  city: name,
  reason: `Because of ${name}`,
  features: { unique_users: i, anomaly_score: i / 100 },
}));

const row = (value: string) => ({ value, downloads: perLabel(() => 2), locations: perLabel(() => 1) });
const dimension = { rows: NAMES.map(row), distinct: NAMES.length, notMeasured: null };
const { usage } = syntheticRun(1, 1);
const hostile = runOf(places, {
  usage: {
    ...usage!,
    dimensions: { year: dimension, month: dimension, project: dimension, file_type: dimension, protocol: dimension },
  },
  warnings: NAMES,
  importances: (['permutation', 'surrogate_gini', 'surrogate_permutation', 'shap'] as const).map((kind) => ({
    kind,
    rows: 9,
    features: NAMES.map((feature, i) => ({ feature, importance: i, byClass: { organic: i, bot: i, hub: i } })),
  })),
  inputs: NAMES.map((path) => ({ path, bytes: 1, digest: path })),
  provider: MARKUP[1]!,
});

const PROTOTYPE = Reflect.ownKeys(Object.prototype);

/** Everything that reports write about a run. */
async function written(
  run: typeof hostile,
  reporters: readonly Reporter[] = ALL,
): Promise<ReadonlyMap<string, string>> {
  const dir = memoryDir();
  for (const reporter of reporters) await reporter.write(run, dir);
  return dir.files;
}

describe('names that strangers choose', () => {
  let files: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    files = await written(hostile);
  });
  const ending = (end: string) => [...files].filter(([name]) => name.endsWith(end));

  it('are no formulas in any cell of any CSV', () => {
    expect(ending('.csv').length).toBeGreaterThan(8);
    for (const [name, text] of ending('.csv')) {
      const bad = records(text)
        .flat()
        .filter((cell) => /^[=+\-@\t\r\n]/.test(cell) && !/^[+-]?\d+(\.\d+)?(e[+-]\d+)?$/.test(cell));
      expect(bad, name).toEqual([]);
    }
  });

  it('leave every CSV with as many cells in each line', () => {
    for (const [name, text] of ending('.csv')) {
      const widths = new Set(records(text).map(({ length }) => length));
      expect([...widths], name).toHaveLength(1);
    }
  });

  it('send nothing to a terminal but text', () => {
    for (const [name, text] of ending('.txt'))
      expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(text), name).toBe(false);
  });

  it('are no markup in the page', () => {
    const page = files.get('report.html')!;
    // what stays are the elements of the report itself
    expect(page.match(/<(img|object|iframe|embed|link|base)\b/gi)).toBeNull();
    expect(page.match(/<script\b/gi)).toHaveLength(2);
    expect(page.match(/<\/script>/gi)).toHaveLength(2);
    expect(page.match(/<[a-z][^<>]*\son\w+\s*=/gi)).toBeNull();
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('are no markup in a drawing', () => {
    expect(ending('.svg').length).toBeGreaterThan(5);
    for (const [name, text] of ending('.svg')) {
      expect(
        text
          .match(/<(\w+)/g)!
          .filter(
            (tag) =>
              ![
                '<svg',
                '<rect',
                '<path',
                '<text',
                '<g',
                '<defs',
                '<clipPath',
                '<tspan',
                '<circle',
                '<polyline',
                '<polygon',
                '<line',
                '<ellipse',
              ].includes(tag),
          ),
        name,
      ).toEqual([]);
      expect(text, name).not.toMatch(/<[a-z][^<>]*\son\w+\s*=/i);
    }
  });

  it('do not touch the prototype of objects', () => {
    expect(Reflect.ownKeys(Object.prototype).filter((name) => !PROTOTYPE.includes(name))).toEqual([]);
    const inherited: string[] = [];
    for (const name in {}) inherited.push(name);
    expect(inherited).toEqual([]);
  });

  it('leave the JSON files readable', () => {
    for (const [, text] of ending('.json')) expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe('runs at the edge', () => {
  const ONE: readonly Place[] = [
    { key: '1,1', label: 'organic', downloads: 1, features: { unique_users: 1, anomaly_score: 0 } },
  ];
  it.each([
    ['no location', runOf([])],
    ['one location', runOf(ONE)],
    ['one class and no bot', syntheticOf('organic')],
    ['bots alone', syntheticOf('bot')],
    [
      'nothing measurable',
      runOf([
        { key: 'a', label: 'organic', downloads: 1, country: null, city: null, features: { unique_users: Number.NaN } },
      ]),
    ],
    [
      'infinite features',
      runOf([{ key: 'a', label: 'bot', downloads: 1, features: { downloads_per_user: Number.POSITIVE_INFINITY } }]),
    ],
  ])('are written whole: %s', async (_, run) => {
    const files = await written(run);
    for (const name of [
      'report.html',
      'location_analysis.csv',
      'bot_detection_report.txt',
      'statistics.json',
      'run.json',
    ]) {
      expect(files.get(name), name).toBeTruthy();
      expect(/.{0,40}(undefined|\[object|>NaN<|Infinity %).{0,40}/.exec(files.get(name)!)?.[0], name).toBeUndefined();
    }
  });

  // The page and the drawings are compared in page-parts.test.ts and png.test.ts.
  it('give the same bytes each time', async () => {
    const files = ALL.filter((reporter) => reporter !== htmlReport && reporter !== plots);
    const [first, second] = [await written(syntheticRun(200, 30), files), await written(syntheticRun(200, 30), files)];
    expect(first.size).toBeGreaterThan(10);
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [name, text] of first) expect(second.get(name) === text, name).toBe(true);
  });
});

function syntheticOf(label: Place['label']) {
  return runOf(
    Array.from({ length: 30 }, (_, i) => ({
      key: `${i},${i}`,
      label,
      downloads: i + 1,
      features: { unique_users: i, anomaly_score: i },
    })),
  );
}

/** Fields of each line of a CSV, by RFC 4180. */
function records(text: string): string[][] {
  const found: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const [whole, quoted, bare = ''] = /"((?:[^"]|"")*)"|([^,"\r\n]*)/y.exec(text.slice(at))!;
    found.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare);
    at += whole.length;
    if (text.startsWith('\r\n', at)) found.push([]);
    else expect(text[at]).toBe(',');
    at += text[at] === ',' ? 1 : 2;
  }
  return found.slice(0, -1);
}
