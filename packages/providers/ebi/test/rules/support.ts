import { FeatureTable, type Verdict } from '@deeplogbot/core';
import { type RuleSet, rulesClassifier } from '@deeplogbot/rules';

export type Row = Readonly<Record<string, number>>;

/** A feature table of the rows; a column exists if any row names it, NaN where a row does not. */
export function tableOf(rows: readonly Row[]): FeatureTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const keys = rows.map((_, i) => `key ${i}`);
  const blank = rows.map(() => null);
  return new FeatureTable(
    keys,
    { country: blank, city: blank },
    new Map(names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)])),
    new Map(),
  );
}

export const classify = (rules: RuleSet, rows: readonly Row[]) =>
  rulesClassifier(rules).classify(tableOf(rows), { randomState: 42, contamination: 0.15 });

export async function verdict(rules: RuleSet, row: Row): Promise<Verdict> {
  return (await classify(rules, [row])).rows[0]!;
}
