import type { Verdict } from '@deeplogbot/core';
import { type Row, tableOf } from '../../../test/support/feature-rows.js';
import { type RuleSet, rulesClassifier } from '../src/index.js';

export { type Row, tableOf };

export const classify = (rules: RuleSet, rows: readonly Row[]) =>
  rulesClassifier(rules).classify(tableOf(rows), { randomState: 42, contamination: 0.15 });

export async function verdict(rules: RuleSet, row: Row): Promise<Verdict> {
  return (await classify(rules, [row])).rows[0]!;
}
