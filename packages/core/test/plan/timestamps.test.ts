import { bindSchema, defineSchema, numbers, type Relation, rowsQuery, type Sql, sql, texts } from '@deeplogbot/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logOf, useEngine } from '../support/engine.js';

const engine = useEngine();

/** The times that a log of the given values is read to have, null where it cannot be read. */
async function read(values: Sql, type: Sql): Promise<readonly (string | null)[]> {
  const log = await logOf(
    engine.current,
    sql`SELECT 'A' AS geo_location, i, CAST(v AS ${type}) AS timestamp FROM (${values}) t(i, v)`,
  );
  const rows = rowsQuery(boundTo(log), log, ['i']);
  return texts(
    await engine.current.columns(sql`SELECT strftime(ts, '%Y-%m-%d %H:%M:%S.%f') AS t FROM (${rows}) ORDER BY i`),
    't',
  );
}

const boundTo = ({ columns }: Relation, timestampField: string | readonly string[] = 'timestamp') =>
  bindSchema(defineSchema({ timestampField, userField: 'geo_location', countryField: 'geo_location' }), columns);

const list = (values: readonly (string | number)[]) =>
  sql`VALUES ${values.map((value, i) => sql`(${i}, ${value})`).reduce((a, b) => sql`${a}, ${b}`)}`;

const MOMENT = '2024-01-31 12:34:56';
const SECONDS = Date.parse(`${MOMENT}Z`) / 1000;

describe('the time of a row', () => {
  it('is an epoch in whatever unit its size says', async () => {
    const [s, ms, us, ns] = [SECONDS, SECONDS * 1e3, SECONDS * 1e6, `${SECONDS * 1e6}000`];
    const whole = `${MOMENT}.000000`;
    expect(await read(list([s, ms, us, ns]), sql`BIGINT`)).toEqual([whole, whole, whole, whole]);
    expect(await read(list([`${s}`, `${ms}`, `${us}`, ns]), sql`VARCHAR`)).toEqual([whole, whole, whole, whole]);
    expect(await read(list([s + 0.25, ms + 250, us + 250_000]), sql`DOUBLE`)).toEqual(
      Array(3).fill(`${MOMENT}.250000`),
    );
    expect(await read(list([`${s}.250`, `${ms}.5`]), sql`VARCHAR`)).toEqual([`${MOMENT}.250000`, `${MOMENT}.000500`]);
    const seam = '1973-03-03 09:46:40.000000';
    expect(await read(list(['99999999999', '1e11', '1e14', '1e17'].map(Number)), sql`BIGINT`)).toEqual([
      '5138-11-16 09:46:39.000000',
      seam,
      seam,
      seam,
    ]);
    expect(await read(list([0, -1]), sql`BIGINT`)).toEqual([
      '1970-01-01 00:00:00.000000',
      '1969-12-31 23:59:59.000000',
    ]);
  });

  it('is ISO 8601 with or without an offset', async () => {
    const written = [
      MOMENT,
      '2024-01-31T14:34:56+02:00',
      '2024-01-31T12:34:56Z',
      '2024-01-31T12:34:56.5Z',
      '2024-01-31 12:34:56 UTC',
      '2024-01-31 07:04:56 -0530',
      '2024-01-31',
    ];
    expect(await read(list(written), sql`VARCHAR`)).toEqual([
      `${MOMENT}.000000`,
      `${MOMENT}.000000`,
      `${MOMENT}.000000`,
      `${MOMENT}.500000`,
      `${MOMENT}.000000`,
      `${MOMENT}.000000`,
      '2024-01-31 00:00:00.000000',
    ]);
  });

  it('is not known where digits are rather a day or a time without separators, or nothing', async () => {
    const odd = ['20240131', '20240131123456', '20240131123456789', '1e10', '-1706704496', ' 1706704496', '', 'soon'];
    expect(await read(list(odd), sql`VARCHAR`)).toEqual(odd.map(() => null));
    expect(await read(sql`VALUES (0, 'NaN'), (1, 'Infinity'), (2, '1e300'), (3, NULL)`, sql`DOUBLE`)).toEqual(
      Array(4).fill(null),
    );
  });

  it('never ends the statement, whatever the values are', async () => {
    const anything = fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String));
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 40 }), async (values) => {
        const clean = values.map((value) => value.replaceAll('\u0000', '').toWellFormed());
        for (const type of [sql`VARCHAR`, sql`HUGEINT`, sql`DOUBLE`]) {
          const rows = sql`SELECT i, TRY_CAST(v AS ${type}) FROM (${list(clean)}) t(i, v)`;
          expect(await read(rows, type)).toHaveLength(values.length);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('may be in a date and a time, of which neither is a number', async () => {
    const log = await logOf(engine.current, sql`SELECT 'A' AS geo_location, '2024-01-31' AS d, '12:34:56' AS t`);
    const rows = rowsQuery(boundTo(log, ['d', 't']), log);
    const found = await engine.current.columns(sql`SELECT CAST(epoch(ts) AS DOUBLE) AS s FROM (${rows})`);
    expect([...numbers(found, 's')]).toEqual([SECONDS]);
    const parts = await logOf(engine.current, sql`SELECT 'A' AS geo_location, 20240131 AS d, '12:34:56' AS t`);
    expect(() => boundTo(parts, ['d', 't'])).toThrow(
      /"d" of type INTEGER; it needs timestamp, timestamptz, date, text/,
    );
  });
});
