import { describe, expect, it } from 'vitest';
import { histogram } from '../src/charts/histogram.js';
import { modelImportances } from '../src/charts/importance-charts.js';
import { timeLabels } from '../src/charts/time-labels.js';
import { htmlPage, htmlReport } from '../src/html/html-report.js';
import { reasonCounts } from '../src/html/lists.js';
import { contents, section, table } from '../src/html/parts.js';
import { whatIsLeft } from '../src/html/what-is-left.js';
import { memoryDir, runOf, syntheticRun } from './support/run.js';

const shownOf = (unit: Parameters<typeof timeLabels>[0], steps: readonly string[]) => {
  const { interval, formatter } = timeLabels(unit, steps);
  return steps.flatMap((step, i) => (interval(i) ? [formatter(step, i)] : []));
};
const DAY = 86_400_000;
const days = (n: number) =>
  Array.from({ length: n }, (_, i) => new Date(Date.UTC(2023, 10, 20) + i * DAY).toISOString().slice(0, 10));
const months = (n: number) =>
  Array.from({ length: n }, (_, i) => `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`);

describe('labels of a time axis', () => {
  it('stand at round dates, coarser where there are more steps', () => {
    expect(shownOf('month', months(6))).toEqual(months(6));
    expect(shownOf('month', months(30))).toEqual(months(30).filter((_, i) => i % 3 === 0));
    expect(shownOf('month', months(60))).toEqual(['2020', '2021', '2022', '2023', '2024']);
    expect(shownOf('day', days(30))).toEqual(['2023-11-22', '2023-12-01', '2023-12-08', '2023-12-15']);
    const hours = days(3).flatMap((day) =>
      Array.from({ length: 24 }, (_, h) => `${day} ${String(h).padStart(2, '0')}:00`),
    );
    expect(shownOf('hour', hours)).toEqual(days(3));
    expect(shownOf('hour', hours.slice(0, 24))).toEqual(hours.slice(0, 24).filter((_, i) => i % 6 === 0));
  });

  it('are there for every number of steps of every unit', () => {
    for (let n = 1; n <= 120; n++) {
      expect(shownOf('month', months(n)).length).toBeGreaterThan(0);
      expect(shownOf('day', days(n)).length).toBeGreaterThan(0);
    }
  });
});

describe('bins of a histogram', () => {
  const binsOf = (values: readonly number[], bins = 10) =>
    histogram(
      runOf(values.map((x, i) => ({ key: `${i}`, label: 'organic', downloads: 1, features: { x } }))),
      'x',
      bins,
    )!;

  it('hold one whole number each where there are few', () => {
    const { edges, counts } = binsOf([1, 2, 2, 5]);
    expect(edges).toEqual([1, 2, 3, 4, 5, 6]);
    expect(counts.organic).toEqual([1, 2, 0, 0, 1]);
  });

  it('begin and end at round numbers, and count every value once', () => {
    // (0.98 − 0.031) / 10 = 0.095, so bins of 0.1 from 0 to 1.
    const { edges, counts } = binsOf([0.031, 0.5, 0.98]);
    expect(edges.map((edge) => Number(edge.toPrecision(3)))).toEqual([
      0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ]);
    expect(counts.organic.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(binsOf([7, 7]).edges).toEqual([7, 8]);
  });
});

describe('parts of the page', () => {
  it('has links to its sections, and a name of a log is not one', () => {
    const hostile = '</a><section id="x"><h2>y</h2>';
    const page =
      section('one', 'First & last', table({ names: ['Name'], rows: [[hostile]] })) + section('two', 'Second', '');
    expect(contents(page)).toBe(
      '<nav class="contents" aria-label="Contents"><ul><li><a href="#one">First &amp; last</a></li><li><a href="#two">Second</a></li></ul></nav>',
    );
  });

  it('says in words what a reason means, without the values of one location', () => {
    const html = reasonCounts(
      runOf([{ key: 'a', label: 'bot', downloads: 3, reason: 'Works at night (night 0.9 >= 0.5).' }]),
    );
    expect(html).toContain('<td>Works at night.</td>');
    const run = runOf([{ key: 'a', label: 'bot', downloads: 3, features: { night: 0.9 } }]);
    const reasons = ['night', 'other'].map((name) => ({ id: `feature:${name}`, sentence: `${name} is 0.9 here.` }));
    const learned = reasonCounts({
      ...run,
      verdicts: { ...run.verdicts, rows: [{ ...run.verdicts.rows[0]!, reasons }] },
    });
    expect(learned).toContain('<td>night</td><td>Meaning of night.</td>');
    expect(learned).toContain('<td>other</td><td>–</td>');
    const others = [
      { id: 'feature:evenness', sentence: 'evenness is 1 here.', meaning: 'How even it is.' },
      { id: 'feature:rules_bot', sentence: 'The rules say bot.' },
      { id: 'feature:exemplars_hub', sentence: 'They give hub 90 %.' },
    ];
    const told = reasonCounts({
      ...run,
      verdicts: { ...run.verdicts, rows: [{ ...run.verdicts.rows[0]!, reasons: others }] },
    });
    expect(told).toContain('<td>evenness</td><td>How even it is.</td>');
    expect(told).toContain('<td>the rules: bot</td><td>Whether they say bot.</td>');
    expect(told).toContain('<td>the model of the log’s own exemplars: hub</td><td>Its probability of hub.</td>');
  });

  it('says in the caption whose words the columns are that the drawing or its table names', () => {
    const byClass = { organic: 0.1, bot: 0.2, hub: 0.3 };
    const measured = Array.from({ length: 20 }, (_, i) => ({ feature: `f${i}`, importance: 1, byClass }));
    const drawn = (...names: readonly string[]) =>
      modelImportances({
        ...syntheticRun(3, 1),
        importances: [
          { kind: 'permutation', rows: 9, features: [{ feature: 'base_bot', importance: 1, byClass }] },
          {
            kind: 'shap',
            rows: 3,
            features: [...measured, ...names.map((feature) => ({ feature, importance: 0, byClass }))],
          },
        ],
      });
    expect(drawn('rules_bot', 'exemplars_hub').summary).toMatch(
      /over 3 rows \(.*\)\. exemplars_organic, exemplars_bot and exemplars_hub are the words of the model of the log’s own exemplars\. rules_organic, rules_bot and rules_hub are the words of the rules\.$/,
    );
    expect(drawn().summary).not.toContain('words of');
    expect(drawn('rules_bot').table!.rows).toHaveLength(21);
  });

  it('shows what is left of years and data sets, or why that is not known', () => {
    expect(whatIsLeft(runOf([{ key: 'a', label: 'organic', downloads: 1 }]))).toContain(
      'Not measured: the run did not count it.',
    );
    // 1000 organic, 2000 of hubs, 3000 of bots, 4000 without enough evidence.
    const html = whatIsLeft(syntheticRun(3, 20));
    expect(html).toMatch(
      /<td>2021<\/td><td class="number">10,000<\/td><td class="number">7,000<\/td><td class="number">1,000<\/td><td class="number">10\.0\s%<\/td>/,
    );
    expect(html).toContain('The 15 with most downloads of 20; statistics_data_set.csv has more.');
  });
});

it('is the same page whether its parts were prepared before the counts were there or not', async () => {
  const run = syntheticRun(60, 20);
  const { usage: _, ...uncounted } = run;
  const dir = memoryDir();
  await htmlReport.prepare!(uncounted);
  await htmlReport.write(run, dir);
  const again = { ...run, verdicts: { ...run.verdicts } }; // Nothing is known of these.
  expect(dir.files.get('report.html')).toBe(await htmlPage(again));
});
