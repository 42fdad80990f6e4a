import { type Aggregate, defineAggregate, fileTail, type Sql, sql } from '@deeplogbot/core';

const total = (n: Sql) => sql`CAST(sum(${n}) AS BIGINT)`;

/**
 * The events once more, narrow: `user`, `project` and `file` as fingerprints (NULL stays NULL). Texts are read once here,
 * and every grouping behind it compares integers.
 */
export const eventRows = defineAggregate({
  name: 'event_rows',
  from: ['events'],
  grain: ['event'],
  query: ({ events }, { dialect }) => sql`
    SELECT key, ts, ${dialect.fingerprint(sql`"user"`)} AS "user", ${dialect.fingerprint(sql`project`)} AS project,
           ${dialect.fingerprint(sql`file`)} AS file
    FROM ${events!}`,
});

/** Rows per key, user (fingerprint) and clock hour; a NULL user is a group of its own. */
export const byUserHour = defineAggregate({
  name: 'by_user_hour',
  from: ['event_rows'],
  grain: ['key', 'user', 'hour'],
  query: ({ event_rows }, { dialect }) => sql`
    SELECT key, "user", ${dialect.truncate('hour', sql`ts`)} AS hour, count(*) AS n
    FROM ${event_rows!} GROUP BY ALL`,
});

/** Rows and distinct users per active clock hour. */
export const byHour = defineAggregate({
  name: 'by_hour',
  from: ['by_user_hour'],
  grain: ['key', 'hour'],
  query: ({ by_user_hour }) => sql`
    SELECT key, hour, ${total(sql`n`)} AS n, count("user") AS users FROM ${by_user_hour!} GROUP BY key, hour`,
});

/** Rows per UTC hour of the day, 0 … 23; hours without rows are absent. */
export const byHourOfDay = defineAggregate({
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
export const byWeek = calendar('by_week', 'week', 'by_day', 'day');
/** Rows per active month. */
export const byMonth = calendar('by_month', 'month', 'by_day', 'day');

/** Rows per day of the week, Sunday = 0. */
export const byDayOfWeek = defineAggregate({
  name: 'by_day_of_week',
  from: ['by_day'],
  grain: ['key', 'dow'],
  query: ({ by_day }, { dialect }) => sql`
    SELECT key, CAST(${dialect.dayOfWeek(sql`day`)} AS INTEGER) AS dow, ${total(sql`n`)} AS n FROM ${by_day!} GROUP BY ALL`,
});

/** Rows per calendar year of the timestamp. */
export const byYear = defineAggregate({
  name: 'by_year',
  from: ['by_day'],
  grain: ['key', 'year'],
  query: ({ by_day }, { dialect }) => sql`
    SELECT key, CAST(${dialect.year(sql`day`)} AS INTEGER) AS year, ${total(sql`n`)} AS n FROM ${by_day!} GROUP BY ALL`,
});

/** The number of years and the latest year of the whole log in the window, keys below the minimum included; one row. */
export const logYears = defineAggregate({
  name: 'log_years',
  from: ['by_year'],
  grain: [],
  query: ({ by_year }) => sql`SELECT count(DISTINCT year) AS years, max(year) AS latest FROM ${by_year!}`,
});

/** Rows and active days per user that is known. */
export const byUser = defineAggregate({
  name: 'by_user',
  from: ['by_user_hour'],
  needs: ['user'],
  grain: ['key', 'user'],
  query: ({ by_user_hour }, { dialect }) => sql`
    SELECT key, "user", ${total(sql`n`)} AS n, count(*) AS active_days
    FROM (
      SELECT key, "user", ${dialect.truncate('day', sql`h.hour`)} AS day, ${total(sql`n`)} AS n
      FROM ${by_user_hour!} h WHERE "user" IS NOT NULL GROUP BY ALL
    ) GROUP BY key, "user"`,
});

/**
 * Every distinct file name once, by its fingerprint: `place` 1 … in the binary order of the names, the first number in
 * the name, the fingerprint of the first version `d.d.d`, and its `fileTail`. Names are parsed here, not once per row.
 */
export const fileNames = defineAggregate({
  name: 'file_names',
  from: ['events'],
  grain: ['file'],
  query: ({ events }, { dialect, roles }) => sql`
    SELECT file, CAST(row_number() OVER (ORDER BY name) AS INTEGER) AS place,
           ${dialect.fingerprint(dialect.firstMatch(sql`name`, '(\\d+\\.\\d+\\.\\d+)'))} AS file_version,
           TRY_CAST(${dialect.firstMatch(sql`name`, '(\\d+)')} AS INTEGER) AS file_number,
           ${fileTail(sql`name`)} AS tail
    FROM (
      SELECT ${dialect.fingerprint(sql`e.file`)} AS file, any_value(e.file) AS name
      FROM ${events!} e WHERE ${roles.has('file') ? sql`e.file IS NOT NULL` : sql`FALSE`} GROUP BY 1
    )`,
});

/** Rows per user and file (fingerprints), of the rows that have a file name; the user may be NULL. */
export const userFiles = defineAggregate({
  name: 'user_files',
  from: ['event_rows'],
  grain: ['key', 'user', 'file'],
  query: ({ event_rows }) => sql`
    SELECT key, "user", file, count(*) AS n FROM ${event_rows!} WHERE file IS NOT NULL GROUP BY ALL`,
});

/** Rows and distinct users per file, the place of its name among the key's names (1 …), and what `file_names` knows of it; `tail` as a fingerprint. */
export const byFile = defineAggregate({
  name: 'by_file',
  from: ['user_files', 'file_names'],
  grain: ['key', 'file'],
  query: ({ user_files, file_names }, { dialect }) => sql`
    SELECT c.key, c.file, c.n, c.users, f.file_version, f.file_number, ${dialect.fingerprint(sql`f.tail`)} AS tail,
           CAST(row_number() OVER (PARTITION BY c.key ORDER BY f.place) AS INTEGER) AS file_rank
    FROM (
      SELECT key, file, ${total(sql`n`)} AS n, count("user") AS users FROM ${user_files!} GROUP BY key, file
    ) c JOIN ${file_names!} f ON f.file = c.file`,
});

/** Rows per project (fingerprint) that is known. */
export const byProject = defineAggregate({
  name: 'by_project',
  from: ['event_rows'],
  needs: ['project'],
  grain: ['key', 'project'],
  query: ({ event_rows }) => sql`
    SELECT key, project, count(*) AS n FROM ${event_rows!} WHERE project IS NOT NULL GROUP BY key, project`,
});

/** Everything the features of this provider are computed from, but for the ordered pass. */
export const aggregates: readonly Aggregate[] = [
  eventRows,
  byUserHour,
  byHour,
  byHourOfDay,
  byDay,
  byDayOfWeek,
  byWeek,
  byMonth,
  byYear,
  logYears,
  byUser,
  userFiles,
  fileNames,
  byFile,
  byProject,
];
