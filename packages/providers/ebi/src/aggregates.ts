import { type Aggregate, defineAggregate, fileTail, type Sql, sql } from '@deeplogbot/core';
import { userSpans } from './user-spans.js';

const total = (n: Sql) => sql`CAST(sum(${n}) AS BIGINT)`;

/**
 * The events once more, narrow. `user` and `project` are fingerprints (NULL stays NULL), `file` is the place of the name in
 * `file_names`, `file_number` its number (−1: it has none; NULL: the row has no name), `file_kind` as there. Texts are read
 * once here, and everything behind compares integers.
 */
export const eventRows = defineAggregate({
  name: 'event_rows',
  from: ['events', 'file_names'],
  grain: ['event'],
  query: ({ events, file_names }, { dialect, roles }) => {
    const narrow = sql`e.key, e.ts, ${dialect.fingerprint(sql`e."user"`)} AS "user", ${dialect.fingerprint(sql`e.project`)} AS project`;
    if (!roles.has('file')) {
      return sql`
        SELECT ${narrow}, CAST(NULL AS INTEGER) AS file, CAST(NULL AS INTEGER) AS file_number, CAST(NULL AS UBIGINT) AS file_kind
        FROM ${events!} e`;
    }
    return sql`
      SELECT ${narrow}, f.place AS file, f.file_number, f.file_kind
      FROM ${events!} e LEFT JOIN ${file_names!} f ON f.file = ${dialect.fingerprint(sql`e.file`)}`;
  },
});

/** Rows and distinct users per active clock hour. */
const byHour = defineAggregate({
  name: 'by_hour',
  from: ['user_spans'],
  grain: ['key', 'hour'],
  query: ({ user_spans }, { dialect }) => sql`
    SELECT key, ${dialect.truncate('hour', sql`first`)} AS hour, ${total(sql`n`)} AS n,
           count("user") FILTER (WHERE in_hour) AS users
    FROM ${user_spans!} GROUP BY ALL`,
});

/** Rows per UTC hour of the day, 0 … 23; hours without rows are absent. */
const byHourOfDay = defineAggregate({
  name: 'by_hour_of_day',
  from: ['by_hour'],
  grain: ['key', 'hour'],
  query: ({ by_hour }, { dialect }) => sql`
    SELECT key, CAST(${dialect.hour(sql`h.hour`)} AS INTEGER) AS hour, ${total(sql`n`)} AS n FROM ${by_hour!} h GROUP BY ALL`,
});

const calendar = (name: string, unit: 'day' | 'week' | 'month', from: 'by_hour' | 'by_day', column: string) =>
  defineAggregate({
    name,
    from: [from],
    grain: ['key', unit],
    query: (relations, { dialect }) => sql`
      SELECT key, ${dialect.truncate(unit, sql`t.${UNITS[column]!}`)} AS ${UNITS[unit]!}, ${total(sql`n`)} AS n
      FROM ${relations[from]!} t GROUP BY ALL`,
  });

const UNITS: Readonly<Record<string, Sql>> = { hour: sql`hour`, day: sql`day`, week: sql`week`, month: sql`month` };

/** Rows per active day. */
export const byDay = calendar('by_day', 'day', 'by_hour', 'hour');
/** Rows per active ISO week, named by its Monday. */
const byWeek = calendar('by_week', 'week', 'by_day', 'day');
/** Rows per active month. */
const byMonth = calendar('by_month', 'month', 'by_day', 'day');

/** Rows per day of the week, Sunday = 0. */
const byDayOfWeek = defineAggregate({
  name: 'by_day_of_week',
  from: ['by_day'],
  grain: ['key', 'dow'],
  query: ({ by_day }, { dialect }) => sql`
    SELECT key, CAST(${dialect.dayOfWeek(sql`day`)} AS INTEGER) AS dow, ${total(sql`n`)} AS n FROM ${by_day!} GROUP BY ALL`,
});

/** Rows per calendar year of the timestamp. */
const byYear = defineAggregate({
  name: 'by_year',
  from: ['by_day'],
  grain: ['key', 'year'],
  query: ({ by_day }, { dialect }) => sql`
    SELECT key, CAST(${dialect.year(sql`day`)} AS INTEGER) AS year, ${total(sql`n`)} AS n FROM ${by_day!} GROUP BY ALL`,
});

/** The number of years and the latest year of the whole log in the window, keys below the minimum included; one row. */
const logYears = defineAggregate({
  name: 'log_years',
  from: ['by_year'],
  grain: [],
  query: ({ by_year }) => sql`SELECT count(DISTINCT year) AS years, max(year) AS latest FROM ${by_year!}`,
});

/** Rows, those `named`, with a file name, and active days per user that is known. */
const byUser = defineAggregate({
  name: 'by_user',
  from: ['user_spans'],
  needs: ['user'],
  grain: ['key', 'user'],
  query: ({ user_spans }) => sql`
    SELECT key, "user", ${total(sql`n`)} AS n, ${total(sql`named`)} AS named, count(*) FILTER (WHERE in_day) AS active_days
    FROM ${user_spans!} WHERE "user" IS NOT NULL GROUP BY key, "user"`,
});

/**
 * Every distinct file name once, by its fingerprint: `place` 1 … in the binary order of the names, `file_number` the first
 * number in the name or −1, and `file_kind`, a fingerprint of the first version `d.d.d` and the `fileTail` together, which
 * stand in `version` and `tail`. Names are parsed here, not once per row. Names that only rows outside of the window have are
 * there, too: they change no order, and telling these rows apart would cost a join.
 */
export const fileNames = defineAggregate({
  name: 'file_names',
  from: ['log_rows'],
  grain: ['file'],
  query: ({ log_rows }, { dialect, roles }) => sql`
    SELECT file, place, file_number, version, tail,
           ${dialect.fingerprint(sql`coalesce(version, '') || '/' || coalesce('.' || tail, '')`)} AS file_kind
    FROM (
      SELECT file, CAST(row_number() OVER (ORDER BY name) AS INTEGER) AS place,
             coalesce(TRY_CAST(${dialect.firstMatch(sql`name`, '(\\d+)')} AS INTEGER), -1) AS file_number,
             CASE WHEN name LIKE '%.%.%' THEN ${dialect.firstMatch(sql`name`, '(\\d+\\.\\d+\\.\\d+)')} END AS version, ${fileTail(sql`name`)} AS tail
      FROM (
        SELECT ${dialect.fingerprint(sql`e.file`)} AS file, any_value(e.file) AS name
        FROM ${log_rows!} e WHERE ${roles.has('file') ? sql`e.file IS NOT NULL` : sql`FALSE`} GROUP BY 1
      )
    )`,
});

/** Every kind of file name once: its version and its tail, NULL where it has none. */
const fileKinds = defineAggregate({
  name: 'file_kinds',
  from: ['file_names'],
  grain: ['file_kind'],
  query: ({ file_names }) => sql`
    SELECT file_kind, any_value(version) AS version, any_value(tail) AS tail FROM ${file_names!} GROUP BY file_kind`,
});

/** Rows per kind of file, of the rows that have a file name. */
const byFileKind = defineAggregate({
  name: 'by_file_kind',
  from: ['event_rows'],
  needs: ['file'],
  grain: ['key', 'file_kind'],
  query: ({ event_rows }) => sql`
    SELECT key, file_kind, count(*) AS n FROM ${event_rows!} WHERE file_kind IS NOT NULL GROUP BY key, file_kind`,
});

/** Rows per project (fingerprint) that is known. */
const byProject = defineAggregate({
  name: 'by_project',
  from: ['event_rows'],
  needs: ['project'],
  grain: ['key', 'project'],
  query: ({ event_rows }) => sql`
    SELECT key, project, count(*) AS n FROM ${event_rows!} WHERE project IS NOT NULL GROUP BY key, project`,
});

/** Everything the features of this provider are computed from, but for the ordered pass. */
export const aggregates: readonly Aggregate[] = [
  fileNames,
  fileKinds,
  eventRows,
  byFileKind,
  byProject,
  userSpans,
  byHour,
  byHourOfDay,
  byDay,
  byDayOfWeek,
  byWeek,
  byMonth,
  byYear,
  logYears,
  byUser,
];
