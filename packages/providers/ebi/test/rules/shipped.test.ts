import { readdir, readFile } from 'node:fs/promises';
import { CLASSES, type ClassName, createRandom } from '@deeplogbot/core';
import { parseRules, rulesClassifier, rulesTrace } from '@deeplogbot/rules';
import { describe, expect, it } from 'vitest';
import { f1, labelledLocations } from '../../../../../bench/tune-rules.js';
import { embeddedRules, RULE_FILES } from '../../../../../scripts/embed-rules.js';
import { type Row, tableOf } from '../../../../../test/support/feature-rows.js';
import { defaultRules } from '../../src/default-rules.generated.js';
import { referenceRules } from '../../src/reference-rules.generated.js';

const folder = new URL('../../', import.meta.url);
const rules = parseRules(defaultRules, { file: 'default.yaml' });
const CONTEXT = { randomState: 42, contamination: 0.15 };
const classify = async (rows: readonly Row[]) => (await rulesClassifier(rules).classify(tableOf(rows), CONTEXT)).rows;

it('generated modules are what scripts/embed-rules.ts makes of the YAML files', async () => {
  for (const name of RULE_FILES.ebi) {
    const module = await readFile(new URL(`src/${name}-rules.generated.ts`, folder), 'utf8');
    expect(module).toBe(await embeddedRules('ebi', name));
  }
});

describe('default.yaml', () => {
  const ids = Object.values(rules.sections).flatMap(({ patterns }) => patterns.map(({ id }) => id));

  it.each(ids)('%s matches its nearest key and not its near miss', async (id) => {
    const read = async (name: string) =>
      JSON.parse(await readFile(new URL(`rules/fixtures/${id}/${name}.json`, folder), 'utf8')) as {
        why: string;
        features: Row;
      };
    const [match, miss] = [await read('match'), await read('near-miss')];
    expect(Math.min(match.why.length, miss.why.length)).toBeGreaterThan(20);
    const { fired } = rulesTrace(rules, tableOf([match.features, miss.features]));
    expect(fired[0]).toContain(id);
    expect(fired[1]).not.toContain(id);
  });

  const matchOf = async (id: string): Promise<Row> =>
    JSON.parse(await readFile(new URL(`rules/fixtures/${id}/match.json`, folder), 'utf8')).features;
  const firing = (id: string, rows: readonly Row[]) =>
    rulesTrace(rules, tableOf(rows)).fired.map((ids) => ids.includes(id));

  it('takes a crowd that is sent for no gathering: all come back alike and take as much as one another', async () => {
    const sent = { ...(await matchOf('gathering')), user_gini_coefficient: 0.1, avg_active_days_per_user: 3 };
    const rows = [sent, { ...sent, user_gini_coefficient: 0.11 }, { ...sent, avg_active_days_per_user: 2.9 }];
    expect(firing('gathering', rows)).toEqual([false, true, true]);
  });

  it('takes names that keep clear hours and no weekends for no city, whatever they want most', async () => {
    const mimics = { ...(await matchOf('city_with_favourites')), hourly_entropy: 2.82, weekend_ratio: 0.25 };
    const rows = [mimics, { ...mimics, hourly_entropy: 2.83 }, { ...mimics, weekend_ratio: 0.2 }];
    expect(firing('city_with_favourites', rows)).toEqual([false, true, true]);
  });

  it('has no fixture without a rule', async () => {
    expect((await readdir(new URL('rules/fixtures', folder))).sort()).toEqual([...ids].sort());
  });

  it('states a reason and a confidence for every rule', () => {
    for (const { patterns } of Object.values(rules.sections)) {
      for (const pattern of patterns) {
        expect(pattern.reason).toMatch(/^[A-Z].*\.$/);
        expect(pattern.confidence).toBeGreaterThan(0);
      }
    }
  });

  it('reaches macro-F1 0.88 on the labels it was fitted to, where the reference rules stay below 0.65', async () => {
    const { table, labels } = await labelledLocations();
    expect(labels).toHaveLength(625);
    const score = async (text: string) => {
      const { rows } = await rulesClassifier(parseRules(text)).classify(table, CONTEXT);
      const predicted = rows.map(({ label }) => label);
      const scores = f1(predicted, labels, [...labels.keys()]);
      return scores.reduce((a, b) => a + b) / CLASSES.length;
    };
    expect(await score(defaultRules)).toBeGreaterThan(0.88);
    expect(await score(referenceRules)).toBeLessThan(0.65);
  });

  it('states confidences that its share of right labels bears out', async () => {
    const { table, labels } = await labelledLocations();
    const { rows } = await rulesClassifier(rules).classify(table, CONTEXT);
    const sure = rows.flatMap((row, i) => (row.confidence >= 0.9 ? [row.label === (labels[i] as ClassName)] : []));
    const doubtful = rows.flatMap((row, i) => (row.confidence < 0.9 ? [row.label === labels[i]] : []));
    const share = (hits: readonly boolean[]) => hits.filter(Boolean).length / hits.length;
    expect(share(sure)).toBeGreaterThan(0.9);
    expect(share(doubtful)).toBeGreaterThan(0.65);
    expect(share(doubtful)).toBeLessThan(share(sure));
  });
});

/** Downloads of a place drawn user by user: hours from the weights, years from the range. */
function place(
  seed: number,
  users: number,
  perUser: (draw: number) => number,
  hours: readonly number[],
  years: number,
): Row {
  const random = createRandom(seed);
  const counts = Array.from({ length: users }, () => perUser(random.next()));
  const total = counts.reduce((a, b) => a + b);
  const clock = new Array<number>(24).fill(0);
  const perYear = new Array<number>(years).fill(0);
  for (let i = 0; i < total; i++) {
    clock[hours[random.int(hours.length)]!]!++;
    perYear[random.int(years)]!++;
  }
  const entropy = (cells: readonly number[]) =>
    cells.reduce((h, n) => (n === 0 ? h : h - (n / total) * Math.log(n / total)), 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const weighted = sorted.reduce((sum, n, i) => sum + (i + 1) * n, 0);
  return {
    unique_users: users,
    total_downloads: total,
    downloads_per_user: total / users,
    unique_projects: Math.min(total, 40),
    user_entropy: entropy(counts) / Math.LN2,
    user_gini_coefficient: users < 2 ? 0.5 : (2 * weighted) / (users * total) - (users + 1) / users,
    hourly_entropy: entropy(clock),
    working_hours_ratio: clock.slice(9, 17).reduce((a, b) => a + b) / total,
    years_span: perYear.filter((n) => n > 0).length,
    fraction_latest_year: perYear.at(-1)! / total,
  };
}

const FLAT = Array.from({ length: 24 }, (_, hour) => hour);
const DAY = [8, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 18, 20, 21];

describe('small repositories', () => {
  it('twenty farms of about a thousand users with two or three downloads each are all bots', async () => {
    const farms = Array.from({ length: 20 }, (_, i) => place(i + 1, 990 + 13 * i, (d) => (d < 0.55 ? 2 : 3), FLAT, 1));
    expect((await classify(farms)).map(({ label }) => label)).toEqual(farms.map(() => 'bot'));
  });

  it.each([1, 3, 5])('people alone, over %i years, give no bot, anomalous or not', async (years) => {
    const people = Array.from({ length: 300 }, (_, i) => ({
      ...place(i + 1, 1 + (i % 20), (d) => 1 + Math.floor(d * 15), DAY, years),
      is_anomaly: i % 2,
      anomaly_score: i % 2 ? 0.02 : -0.02,
    }));
    expect((await classify(people)).filter(({ label }) => label === 'bot')).toEqual([]);
  });

  it('a borderline crowd is a bot only where the forest calls it anomalous', async () => {
    const [borderline] = [
      { unique_users: 12, total_downloads: 80, downloads_per_user: 6.7, user_entropy: 3.4, user_gini_coefficient: 0.3 },
    ];
    const clock = {
      hourly_entropy: 2.7,
      working_hours_ratio: 0.33,
      years_span: 2,
      fraction_latest_year: 0.6,
      unique_projects: 30,
    };
    const rows = [0, 1].map((is_anomaly) => ({
      ...borderline,
      ...clock,
      is_anomaly,
      anomaly_score: is_anomaly ? 0.02 : -0.02,
    }));
    expect((await classify(rows)).map(({ label }) => label)).toEqual(['organic', 'bot']);
  });
});
