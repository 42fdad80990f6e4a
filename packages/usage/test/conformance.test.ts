import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bindSchema, defineSchema, type Engine, numbers, sql, texts } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { countUsage, itemsOf, METRICS, monthText, REASONS, type UsageCounts } from '@deeplogbot/usage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const KIT = fileURLToPath(new URL('../../../docs/usage-conformance/', import.meta.url));

/** Which columns of the kit's logs mean what. */
const SCHEMA = defineSchema({
  locationField: 'ip',
  countryField: 'country',
  cityField: null,
  userField: 'ip',
  projectField: 'item',
  fileField: 'url',
  methodField: null,
  timestampField: 'time',
  bytesField: 'bytes',
});
const FIELDS = {
  clientFields: ['ip', 'user_agent'],
  sessionField: 'session_cookie',
  userNameField: 'user_name',
  userCookieField: 'user_cookie',
  statusField: 'status',
  requestField: 'retrieved',
} as const;

describe('the conformance kit', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openNativeEngine({ threads: 2 });
  });
  afterAll(() => engine.close());

  /** Counts a log whose column `class` says robot, machine or regular. */
  async function count(file: string): Promise<UsageCounts> {
    const bound = await engine.bind({ kind: 'files', paths: [file], format: 'csv' });
    await engine.run(sql`
      CREATE OR REPLACE TEMP TABLE annotated AS
      SELECT *, class = 'robot' AS is_bot, class = 'machine' AS is_hub, 'organic' AS behavior_type,
             'listed' AS subcategory, CAST(NULL AS VARCHAR) AS classification_reason FROM ${bound.name}`);
    const relation = await engine.bind({ kind: 'relation', name: 'annotated' });
    return countUsage(engine, relation, { ...FIELDS, schema: bindSchema(SCHEMA, relation.columns) });
  }

  const cases = readdirSync(KIT).sort();
  it('is there', () => expect(cases.length).toBeGreaterThan(30));

  it.each(cases)('%s', async (name) => {
    const usage = await count(`${KIT}${name}/log.csv`);
    expect(found(usage)).toEqual(linesOf(`${KIT}${name}/expected.csv`));
    expect(excluded(usage)).toEqual(linesOf(`${KIT}${name}/excluded.csv`));
    const events = linesOf(`${KIT}${name}/log.csv`).length;
    expect(usage.rows).toBe(events);
  });
});

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);

/** The counts in the words of `expected.csv`, `*` = all countries. */
function found(usage: UsageCounts): string[] {
  const lines: string[] = [];
  for (const { item, cells } of itemsOf(usage)) {
    for (const { month, machine, counts, countries, bytes } of cells) {
      const start = `${monthText(month)},${item},${machine ? 'Machine' : 'Regular'}`;
      for (const [i, metric] of METRICS.entries()) {
        if (counts[i]! > 0) lines.push(`${start},${metric},*,${counts[i]}`);
        for (const [code, values] of countries)
          if (values[i]! > 0) lines.push(`${start},${metric},${code},${values[i]}`);
      }
      if (!Number.isNaN(bytes)) lines.push(`${start},Volume_Bytes,*,${bytes}`);
    }
  }
  return lines.sort();
}

function excluded({ excluded: table }: UsageCounts): string[] {
  const short = (reason: string) =>
    reason.startsWith('robot') ? 'robot' : reason === REASONS.doubleClick ? 'double-click' : reason.split(' ')[0]!;
  const counts = numbers(table, 'rows');
  const reasons = texts(table, 'reason');
  return texts(table, 'item').map((item, i) => `${item},${short(reasons[i]!)},${counts[i]}`);
}
