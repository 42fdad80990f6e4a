import {
  type ColumnBatch,
  type Engine,
  identifier,
  type KeyTable,
  type LogSchema,
  numbers,
  type Relation,
  type RunResult,
  rowsQuery,
  sql,
  type Traffic,
  type TrafficUnit,
  textColumn,
  type Verdict,
} from '@deeplogbot/core';

const KEYS = 'deeplogbot_traffic_keys';
const DAY_US = 86_400_000_000;

/** Longest window, in days, for each unit. */
const UNITS: readonly (readonly [TrafficUnit, number])[] = [
  ['hour', 5],
  ['day', 120],
  ['week', 800],
  ['month', Number.POSITIVE_INFINITY],
];

interface TrafficInput extends Pick<KeyTable, 'keys' | 'rowOfCode'> {
  readonly schema: LogSchema;
  /** Row i = key i. */
  readonly verdicts: readonly Verdict[];
}

/** Counts the events of classified keys over the window by what their key is, in one scan of the source. Leaves no relation behind. */
export async function trafficOverTime(
  engine: Engine,
  relation: Relation,
  { schema, keys, verdicts, rowOfCode }: TrafficInput,
  { firstUs, lastUs }: RunResult['window'],
): Promise<Traffic> {
  if (keys.length === 0) return { unit: 'hour', startsUs: new Float64Array(), counts: new Map() };
  const kindOf = verdicts.map(({ subcategory, label }) => subcategory ?? label);
  const kinds = [...new Set(kindOf)].sort();
  const codes = new Map(kinds.map((kind, i) => [kind, i]));
  const unit = UNITS.find(([, days]) => lastUs - firstUs <= days * DAY_US)![0];
  const startsUs = stepsOf(unit, firstUs, lastUs);
  const kindOfRow = Float64Array.from(kindOf, (kind) => codes.get(kind)!);
  const [name, keyed] = rowOfCode ? ['key_code', byCode(rowOfCode, kindOfRow)] : ['key_text', byText(keys, kindOfRow)];
  const key = identifier(name);
  const table = await engine.load(KEYS, keyed);
  try {
    const { dialect } = engine;
    const step = dialect.epochUs(dialect.truncate(unit, sql`r.ts`));
    const batch = await engine.columns(sql`
      SELECT CAST(${step} AS DOUBLE) AS at, k.kind AS kind, CAST(count(*) AS DOUBLE) AS n
      FROM (${rowsQuery(schema, relation)}) r JOIN ${table} k ON r.${key} = k.key
      WHERE r.status = 'ok' GROUP BY 1, 2 ORDER BY 1, 2`);
    const counts = kinds.map(() => new Float64Array(startsUs.length));
    const places = new Map([...startsUs].map((us, i) => [us, i]));
    const [at, kind, n] = [numbers(batch, 'at'), numbers(batch, 'kind'), numbers(batch, 'n')];
    for (let row = 0; row < batch.rows; row++) counts[kind[row]!]![places.get(at[row]!)!] = n[row]!;
    return { unit, startsUs, counts: new Map(kinds.map((name, i) => [name, counts[i]!])) };
  } finally {
    await engine.run(sql`DROP TABLE IF EXISTS ${identifier(KEYS)}`);
  }
}

const byText = (keys: readonly string[], kind: Float64Array): ColumnBatch => ({
  rows: keys.length,
  columns: { key: textColumn(keys), kind },
});

/** Codes without a row are in no count. */
function byCode(rowOfCode: Int32Array, kindOfRow: Float64Array): ColumnBatch {
  const key = Float64Array.from(rowOfCode.keys()).filter((code) => rowOfCode[code]! >= 0);
  return { rows: key.length, columns: { key, kind: key.map((code) => kindOfRow[rowOfCode[code]!]!) } };
}

/** Beginnings of all steps from the one that holds the first event to the one that holds the last. */
export function stepsOf(unit: TrafficUnit, firstUs: number, lastUs: number): Float64Array {
  const steps: number[] = [];
  for (let at = new Date(startOf(unit, firstUs / 1000)); at.getTime() * 1000 <= lastUs; at = next(unit, at)) {
    steps.push(at.getTime() * 1000);
  }
  return Float64Array.from(steps);
}

function startOf(unit: TrafficUnit, ms: number): number {
  const at = new Date(ms);
  if (unit === 'hour') return at.setUTCMinutes(0, 0, 0);
  at.setUTCHours(0, 0, 0, 0);
  if (unit === 'week') return at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return unit === 'month' ? at.setUTCDate(1) : at.getTime();
}

function next(unit: TrafficUnit, from: Date): Date {
  const at = new Date(from);
  if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setTime(at.getTime() + (unit === 'hour' ? 3_600_000 : (unit === 'day' ? 1 : 7) * 86_400_000));
  return at;
}
