import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type FeatureSpec, FeatureTable } from '@deeplogbot/core';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';

const example = (name: string) => fileURLToPath(new URL(`../../examples/package-mirror/${name}`, import.meta.url));

/** The three features that the rules use, by SQL of this test's own. */
async function sampleFeatures(): Promise<FeatureTable> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = (
    await connection.runAndReadAll(`
      SELECT key, sum(n)::DOUBLE AS total, count(*)::DOUBLE AS projects, sum(n * n)::DOUBLE / (sum(n) * sum(n)) AS hhi
      FROM (SELECT country || ',' || ip_id AS key, package, count(*) AS n
            FROM read_csv('${example('sample.csv')}', all_varchar = TRUE) GROUP BY ALL)
      GROUP BY key ORDER BY key`)
  ).getRows();
  connection.closeSync();
  const column = (i: number) => Float64Array.from(rows, (row) => Number(row[i]));
  const keys = rows.map((row) => String(row[0]));
  const nothing = keys.map(() => null);
  return new FeatureTable(
    keys,
    { country: nothing, city: nothing },
    new Map([
      ['total_downloads', column(1)],
      ['unique_projects', column(2)],
      ['project_hhi', column(3)],
    ]),
    new Map<string, FeatureSpec>(),
  );
}

describe('the package-mirror example', () => {
  it('gives every client of the sample the label it was made with, and a reason where it is not a person', async () => {
    const known = ['total_downloads', 'unique_projects', 'project_hhi'].map((name) => ({ name }));
    const rules = parseRules(await readFile(example('rules.yaml'), 'utf8'), { knownFeatures: known });
    const features = await sampleFeatures();
    const verdicts = await rulesClassifier(rules).classify(features, { randomState: 1, contamination: 0.1 });
    const found = Object.fromEntries(features.keys.map((key, i) => [key, verdicts.rows[i]!.label]));
    const lines = (await readFile(example('sample-labels.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    const made = lines.map((line) => /^"(.+)",(\w+)$/.exec(line)!.slice(1, 3));
    expect(made).toHaveLength(65);
    expect(found).toEqual(Object.fromEntries(made));
    const special = verdicts.rows.filter(({ label }) => label !== 'organic');
    expect(special.map(({ subcategory }) => subcategory).sort()).toEqual(['generic_bot', 'generic_bot', 'mirror']);
    for (const { reasons } of special) expect(reasons.length).toBeGreaterThan(0);
  });
});
