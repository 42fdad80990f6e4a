import { bindSchema, type ColumnInfo, ConfigError, defineSchema, MissingColumnError } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';

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
    [{ asOf: 'soon' }, 'asOf must be an ISO date. Got "soon".'],
    [{ locationField: '' }, 'locationField must be the name of a column. Got "".'],
  ])('refuses %j', (partial, message) => {
    expect(failure(() => defineSchema(partial)).message).toContain(message);
  });
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
