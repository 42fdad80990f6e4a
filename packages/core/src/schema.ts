import { givenOptions } from './check-options.js';
import type { ColumnInfo, LogicalType } from './engine.js';
import { ConfigError, MissingColumnError, nearestName } from './errors.js';

/** What a column of the log means to a provider. */
export type Role =
  | 'location'
  | 'country'
  | 'city'
  | 'user'
  | 'project'
  | 'file'
  | 'method'
  | 'timestamp'
  | 'year'
  | 'bytes';

/**
 * Role → column, and the parameters that decide which rows count. A null column means the log lacks the field;
 * features that need it are then not measurable. Names follow the reference's.
 */
export interface LogSchema {
  /** What is classified, opaque text; several columns are joined by a comma. */
  readonly locationField: string | readonly string[];
  readonly countryField: string | null;
  readonly cityField: string | null;
  readonly userField: string | null;
  readonly projectField: string | null;
  readonly fileField: string | null;
  readonly methodField: string | null;
  /**
   * Timestamp, date or ISO 8601 text, read as UTC where it names no offset, or an epoch in seconds, milliseconds, microseconds or
   * nanoseconds, as a number or in digits; several columns (a date and a time) are joined by a space.
   */
  readonly timestampField: string | readonly string[];
  /** Integer column that replaces the year of the timestamp; null = take it from the timestamp. */
  readonly yearField: string | null;
  /** Size of the transfer in bytes. */
  readonly bytesField: string | null;
  /** Keys with fewer rows in the window are not classified. @defaultValue 1 */
  readonly minLocationDownloads: number;
  /** First and last calendar year that count. @defaultValue 2020 and 2100 */
  readonly minYear: number;
  readonly maxYear: number;
  /** Half-open UTC hours [start, end). @defaultValue 9 and 17 */
  readonly workingHoursStart: number;
  readonly workingHoursEnd: number;
  /** Half-open UTC hours, wrapping at midnight when start > end. @defaultValue 22 and 6 */
  readonly nightHoursStart: number;
  readonly nightHoursEnd: number;
  /** ISO date, or a date with a time, in UTC where it names no offset; later rows do not count. @defaultValue null */
  readonly asOf: string | null;
}

/** The reference's base schema. */
export const BASE_SCHEMA: LogSchema = {
  locationField: 'geo_location',
  countryField: 'country',
  cityField: 'geoip_city_name',
  userField: 'user',
  projectField: 'accession',
  fileField: 'filename',
  methodField: null,
  timestampField: 'timestamp',
  yearField: null,
  bytesField: null,
  minLocationDownloads: 1,
  minYear: 2020,
  maxYear: 2100,
  workingHoursStart: 9,
  workingHoursEnd: 17,
  nightHoursStart: 22,
  nightHoursEnd: 6,
  asOf: null,
};

const FIELD_OF: Readonly<Record<Role, keyof LogSchema>> = {
  location: 'locationField',
  country: 'countryField',
  city: 'cityField',
  user: 'userField',
  project: 'projectField',
  file: 'fileField',
  method: 'methodField',
  timestamp: 'timestampField',
  year: 'yearField',
  bytes: 'bytesField',
};

export const ROLES = Object.keys(FIELD_OF) as readonly Role[];

const ACCEPTED: Readonly<Partial<Record<Role, readonly LogicalType[]>>> = {
  timestamp: ['timestamp', 'timestamptz', 'date', 'text', 'integer', 'float'],
  year: ['integer', 'text', 'float'],
  bytes: ['integer', 'float', 'text'],
};

/** Columns that carry a role; none when the schema maps the role to null. */
export function columnsOf(schema: LogSchema, role: Role): readonly string[] {
  const value = schema[FIELD_OF[role]] as string | readonly string[] | null;
  if (value === null) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Roles the schema maps to a column. */
export function mappedRoles(schema: LogSchema): ReadonlySet<Role> {
  return new Set(ROLES.filter((role) => columnsOf(schema, role).length > 0));
}

/**
 * Completes a partial schema from a base and checks every value. Unknown names and values out of range
 * stop with a ConfigError that names the nearest known name.
 */
export function defineSchema(partial: Partial<LogSchema>, base: LogSchema = BASE_SCHEMA): LogSchema {
  for (const name of Object.keys(partial)) {
    if (!(name in base)) {
      const near = nearestName(name, Object.keys(base));
      throw new ConfigError('UNKNOWN_SCHEMA_FIELD', `The schema has no field "${name}".`, {
        hint: near ? `Did you mean "${near}"?` : `Known fields: ${Object.keys(base).join(', ')}.`,
      });
    }
  }
  const schema = { ...base, ...givenOptions(partial) } as LogSchema;
  checkNames(schema);
  checkParameters(schema);
  return schema;
}

function checkNames(schema: LogSchema): void {
  for (const role of ROLES) {
    const columns = columnsOf(schema, role);
    const required = role === 'location' || role === 'timestamp';
    if (columns.some((column) => typeof column !== 'string' || column === '' || column.includes('\u0000'))) {
      throw invalid(FIELD_OF[role], schema[FIELD_OF[role]], 'the name of a column');
    }
    if (required && columns.length === 0) throw invalid(FIELD_OF[role], null, 'the name of a column; it is required');
  }
}

/** Allowed ranges as data, so that one function writes every message. */
const RANGES: readonly (readonly [keyof LogSchema, number, number])[] = [
  ['minLocationDownloads', 1, Number.MAX_SAFE_INTEGER],
  ['minYear', 0, 9998],
  ['maxYear', 0, 9998],
  ['workingHoursStart', 0, 23],
  ['workingHoursEnd', 1, 24],
  ['nightHoursStart', 0, 23],
  ['nightHoursEnd', 0, 24],
];

function checkParameters(schema: LogSchema): void {
  for (const [name, min, max] of RANGES) {
    const value = schema[name];
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw invalid(name, value, `an integer in [${min}, ${max}]`);
    }
  }
  if (schema.minYear > schema.maxYear) throw invalid('maxYear', schema.maxYear, `at least minYear (${schema.minYear})`);
  if (schema.asOf !== null && readAsOf(schema.asOf) === null) {
    throw invalid('asOf', schema.asOf, 'an ISO date, or such a date with a time');
  }
}

const AS_OF = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The time that `asOf` names, milliseconds since 1970, in UTC where it names no offset; null where it is none. */
export function readAsOf(asOf: string): { readonly time: number; readonly isDay: boolean } | null {
  const [whole, offset] = AS_OF.exec(asOf) ?? [];
  if (whole === undefined) return null;
  const isDay = whole.length === 10;
  const time = Date.parse(isDay || offset ? whole : `${whole}Z`);
  const day = new Date(`${whole.slice(0, 10)}T00:00Z`);
  // 31 February is taken for a day of March.
  const isReal = !Number.isNaN(time) && day.toISOString().startsWith(whole.slice(0, 10));
  return isReal ? { time, isDay } : null;
}

const invalid = (name: string, found: unknown, wanted: string) =>
  new ConfigError('INVALID_SCHEMA', `schema.${name} must be ${wanted}. Got ${JSON.stringify(found)}.`, {
    hint: `Correct schema.${name}.`,
  });

/**
 * Checks a schema against the columns that are really there, names first, then types, before any row is read.
 * Optional roles of the provider's base schema that the log lacks are dropped, not refused: `explicit` names
 * the fields the user wrote down, and those must exist.
 */
export function bindSchema(
  schema: LogSchema,
  available: readonly ColumnInfo[],
  explicit: ReadonlySet<keyof LogSchema> = new Set(),
): LogSchema {
  const byName = new Map(available.map((column) => [column.name, column]));
  const dropped: Record<string, null> = {};
  for (const role of ROLES) {
    const field = FIELD_OF[role];
    const columns = columnsOf(schema, role);
    for (const column of columns) {
      const found = byName.get(column);
      if (!found) {
        const optional = role !== 'location' && role !== 'timestamp' && role !== 'user' && role !== 'country';
        if (!optional || explicit.has(field)) throw missing(field, column, available);
        dropped[field] = null;
      } else checkType(field, acceptedTypes(role, columns.length), found);
    }
  }
  return { ...schema, ...dropped } as LogSchema;
}

const missing = (field: string, column: string, available: readonly ColumnInfo[]) =>
  new MissingColumnError(
    field,
    column,
    available.map((info) => info.name),
  );

/** Numbers are epochs, of which nothing is put together. */
const acceptedTypes = (role: Role, columns: number): readonly LogicalType[] | undefined =>
  role === 'timestamp' && columns > 1
    ? ACCEPTED.timestamp?.filter((type) => type !== 'integer' && type !== 'float')
    : ACCEPTED[role];

function checkType(field: string, accepted: readonly LogicalType[] | undefined, column: ColumnInfo): void {
  const fits = accepted ? accepted.includes(column.type) : column.type !== 'other';
  if (fits) return;
  throw new ConfigError(
    'WRONG_COLUMN_TYPE',
    `Field "${field}" maps to column "${column.name}" of type ${column.sqlType}; it needs ${(accepted ?? ['a scalar type']).join(', ')}.`,
    { hint: `Map schema.${field} to another column, or convert this one.` },
  );
}
