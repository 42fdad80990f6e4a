import { type Aggregate, defineAggregate, type Sql, sql } from '@deeplogbot/core';

const total = (n: Sql) => sql`CAST(sum(${n}) AS BIGINT)`;

/** Rows per key, user and clock hour; a NULL user is a group of its own. */
export const byUserHour = defineAggregate({
  name: 'by_user_hour',
  from: ['events'],
  grain: ['key', 'user', 'hour'],
  query: ({ events }, { dialect }) => sql`
    SELECT key, "user", ${dialect.truncate('hour', sql`ts`)} AS hour, count(*) AS n
    FROM ${events!} GROUP BY ALL`,
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
    SELECT key, "user", ${total(sql`n`)} AS n, count(DISTINCT ${dialect.truncate('day', sql`hour`)}) AS active_days
    FROM ${by_user_hour!} WHERE "user" IS NOT NULL GROUP BY key, "user"`,
});

/** Rows per user, project and file; NULLs are groups of their own. */
export const byUserFile = defineAggregate({
  name: 'by_user_file',
  from: ['events'],
  grain: ['key', 'user', 'project', 'file'],
  query: ({ events }) => sql`
    SELECT key, "user", project, file, count(*) AS n FROM ${events!} GROUP BY ALL`,
});

/**
 * Every distinct file name once: `file_id` in the binary order of the names, the first version `d.d.d` and the first
 * number in the name. Names are parsed here, not once per row.
 */
export const fileNames = defineAggregate({
  name: 'file_names',
  from: ['by_user_file'],
  grain: ['file'],
  query: ({ by_user_file }, { dialect }) => sql`
    SELECT file, CAST(row_number() OVER (ORDER BY file) AS INTEGER) AS file_id,
           ${dialect.firstMatch(sql`file`, '(\\d+\\.\\d+\\.\\d+)')} AS file_version,
           TRY_CAST(${dialect.firstMatch(sql`file`, '(\\d+)')} AS INTEGER) AS file_number
    FROM (SELECT DISTINCT file FROM ${by_user_file!} WHERE file IS NOT NULL)`,
});

/** Rows per user and file, of the rows that have a file name; the user may be NULL. */
export const userFiles = defineAggregate({
  name: 'user_files',
  from: ['by_user_file', 'file_names'],
  grain: ['key', 'user', 'file_id'],
  query: ({ by_user_file, file_names }) => sql`
    SELECT u.key, u."user", f.file_id, ${total(sql`u.n`)} AS n
    FROM ${by_user_file!} u JOIN ${file_names!} f ON f.file = u.file GROUP BY u.key, u."user", f.file_id`,
});

/** Rows and distinct users per file, and the place of its name among the key's names (1 …). */
export const byFile = defineAggregate({
  name: 'by_file',
  from: ['user_files'],
  grain: ['key', 'file_id'],
  query: ({ user_files }) => sql`
    SELECT *, CAST(row_number() OVER (PARTITION BY key ORDER BY file_id) AS INTEGER) AS file_rank
    FROM (
      SELECT key, file_id, ${total(sql`n`)} AS n, count("user") AS users FROM ${user_files!} GROUP BY key, file_id
    )`,
});

/** Rows per project that is known. */
export const byProject = defineAggregate({
  name: 'by_project',
  from: ['by_user_file'],
  needs: ['project'],
  grain: ['key', 'project'],
  query: ({ by_user_file }) => sql`
    SELECT key, project, ${total(sql`n`)} AS n FROM ${by_user_file!} WHERE project IS NOT NULL GROUP BY key, project`,
});

/** Everything the features of this provider are computed from, but for the ordered pass. */
export const aggregates: readonly Aggregate[] = [
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
  byUserFile,
  fileNames,
  userFiles,
  byFile,
  byProject,
];
