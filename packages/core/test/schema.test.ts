import { bindSchema, type ColumnInfo, ConfigError, defineSchema, MissingColumnError } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { readAsOf } from '../src/schema.js';

const columns = (types: Record<string, ColumnInfo['type']>): ColumnInfo[] =>
  Object.entries(types).map(([name, type]) => ({ name, type, sqlType: type.toUpperCase() }));

const FULL = columns({
  geo_location: 'text',
  country: 'text',
  geoip_city_name: 'text',
  user: 'text',
  accession: 'text',
  filename: 'text',
  timestamp: 'timestamp',
});

const failure = (run: () => unknown): ConfigError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new TypeError('expected a ConfigError');
};

describe('defineSchema', () => {
  it('fills in the base and keeps every other field when one changes', () => {
    const schema = defineSchema({ minLocationDownloads: 5 }, defineSchema({ methodField: 'method' }));
    expect(schema.methodField).toBe('method');
    expect(schema.minLocationDownloads).toBe(5);
  });

  it('names the nearest field for a misspelt one', () => {
    const error = failure(() => defineSchema({ locationFeild: 'x' } as never));
    expect(error.code).toBe('UNKNOWN_SCHEMA_FIELD');
    expect(error.hint).toBe('Did you mean "locationField"?');
  });

  it.each([
    [{ workingHoursStart: 24 }, 'workingHoursStart must be an integer in [0, 23]. Got 24.'],
    [{ minLocationDownloads: 0 }, 'minLocationDownloads must be an integer in [1, '],
    [{ minYear: 2030, maxYear: 2020 }, 'maxYear must be at least minYear (2030). Got 2020.'],
    [{ asOf: 'soon' }, 'asOf must be an ISO date, or such a date with a time. Got "soon".'],
    [{ asOf: '2024-02-31' }, 'asOf must be an ISO date'],
    [{ asOf: '5 Jan 2024' }, 'asOf must be an ISO date'],
    [{ asOf: '2024-01-05T25:00' }, 'asOf must be an ISO date'],
    [{ locationField: '' }, 'locationField must be the name of a column. Got "".'],
  ])('refuses %j', (partial, message) => {
    expect(failure(() => defineSchema(partial)).message).toContain(message);
  });
});

it.each([
  ['2024-01-05', '2024-01-05T00:00:00.000Z', true],
  ['2024-01-05T10:00', '2024-01-05T10:00:00.000Z', false],
  ['2024-01-05 10:00:30.5', '2024-01-05T10:00:30.500Z', false],
  ['2024-01-05T10:00:00Z', '2024-01-05T10:00:00.000Z', false],
  ['2024-01-05T10:00+05:30', '2024-01-05T04:30:00.000Z', false],
  ['2024-01-05T10:00-0530', '2024-01-05T15:30:00.000Z', false],
])('reads %s in UTC where it names no offset, wherever the machine is', (text, time, isDay) => {
  const zone = process.env.TZ;
  process.env.TZ = 'Asia/Tokyo';
  try {
    expect(readAsOf(text)).toEqual({ time: Date.parse(time), isDay });
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

describe('bindSchema', () => {
  it('drops optional fields that the log lacks, unless the user named them', () => {
    const without = FULL.filter((column) => column.name !== 'filename');
    expect(bindSchema(defineSchema({}), without).fileField).toBeNull();
    const error = failure(() => bindSchema(defineSchema({}), without, new Set(['fileField'])));
    expect(error).toBeInstanceOf(MissingColumnError);
    expect(error.message).toContain('Field "fileField" maps to column "filename"');
  });

  it('refuses a log without the user column, and names the nearest column', () => {
    const misspelt = FULL.map((column) => (column.name === 'user' ? { ...column, name: 'users' } : column));
    const error = failure(() => bindSchema(defineSchema({}), misspelt));
    expect(error.code).toBe('MISSING_COLUMN');
    expect(error.hint).toBe('Did you mean "users"? Set schema.userField to it.');
  });

  it('refuses a timestamp that is a yes or no', () => {
    const wrong = FULL.map((column) =>
      column.name === 'timestamp' ? { ...column, type: 'boolean' as const } : column,
    );
    expect(failure(() => bindSchema(defineSchema({}), wrong)).code).toBe('WRONG_COLUMN_TYPE');
  });
});
