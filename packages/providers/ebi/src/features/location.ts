import { defineDerived, defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { deviationOf, EPSILON, exactSquares, exactSum, mean, meanOf } from './moments.js';

const NEVER = 'never';
const NO_USERS = 'the log has no users';

/** How much, and over how many hours and years. */
export const volume = defineExtractor({
  name: 'volume',
  from: ['by_place', 'by_hour', 'by_year'],
  columns: {
    total_downloads: float64({
      unit: 'rows',
      min: 1,
      meaning: 'Downloads of the location in the window, those without a user included.',
      formula: 'n',
      nullWhen: NEVER,
    }),
    active_hours: float64({
      unit: 'h',
      min: 1,
      meaning: 'Clock hours with at least one download.',
      formula: 'A',
      nullWhen: NEVER,
    }),
    years_active: float64({
      unit: 'years',
      min: 1,
      meaning: 'Calendar years with at least one download.',
      formula: 'k_loc',
      nullWhen: NEVER,
    }),
    first_year: float64({
      unit: 'year',
      meaning: 'First calendar year with a download.',
      formula: 'min(year)',
      nullWhen: NEVER,
    }),
    last_year: float64({
      unit: 'year',
      meaning: 'Last calendar year with a download.',
      formula: 'max(year)',
      nullWhen: NEVER,
    }),
  },
  query: ({ by_place, by_hour, by_year }) => sql`
    WITH rows AS (SELECT key, sum(n) AS n FROM ${by_place!} GROUP BY key),
    hours AS (SELECT key, count(*) AS n FROM ${by_hour!} GROUP BY key),
    years AS (SELECT key, count(*) AS n, min(year) AS first, max(year) AS last FROM ${by_year!} GROUP BY key)
    SELECT r.key, r.n AS total_downloads, h.n AS active_hours, y.n AS years_active,
           y.first AS first_year, y.last AS last_year
    FROM rows r JOIN hours h ON h.key = r.key JOIN years y ON y.key = r.key`,
});

/** Distinct users, 0 where no row of the location has one. */
export const userCount = defineExtractor({
  name: 'user_count',
  from: ['keys', 'by_user'],
  needs: ['user'],
  columns: {
    unique_users: float64({
      unit: 'users',
      min: 0,
      meaning: 'Distinct users; in practice hashed addresses, not logins.',
      formula: 'U',
      nullWhen: NO_USERS,
    }),
  },
  query: ({ keys, by_user }) => sql`
    SELECT k.key, count(u."user") AS unique_users
    FROM ${keys!} k LEFT JOIN ${by_user!} u ON u.key = k.key GROUP BY k.key`,
});

/** Distinct projects, 0 where no row of the location has one. */
export const projectCount = defineExtractor({
  name: 'project_count',
  from: ['keys', 'by_project'],
  needs: ['project'],
  columns: {
    unique_projects: float64({
      unit: 'projects',
      min: 0,
      meaning: 'Distinct data sets that were downloaded.',
      formula: 'P',
      nullWhen: 'the log has no projects',
      reference: '0 when the log has no projects.',
    }),
  },
  query: ({ keys, by_project }) => sql`
    SELECT k.key, count(p.project) AS unique_projects
    FROM ${keys!} k LEFT JOIN ${by_project!} p ON p.key = k.key GROUP BY k.key`,
});

/** How many users are at work in the same active clock hour; an hour without a known user counts as 0. */
export const hourlyUsers = defineExtractor({
  name: 'hourly_users',
  from: ['by_hour'],
  needs: ['user'],
  columns: {
    avg_users_per_hour: float64({
      unit: 'users',
      min: 0,
      meaning: 'Mean of the distinct users per active clock hour.',
      formula: 'mean(a)',
      nullWhen: NO_USERS,
    }),
    max_users_per_hour: float64({
      unit: 'users',
      min: 0,
      meaning: 'Most distinct users in one clock hour.',
      formula: 'max(a)',
      nullWhen: NO_USERS,
    }),
    hourly_users_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequal the numbers of users per active clock hour are.',
      formula: 'sd(a) ÷ mean(a)',
      nullWhen: 'fewer than two active hours, or no users',
    }),
  },
  query: ({ by_hour }, { dialect }) => {
    const average = meanOf(dialect, sql`hours`, sql`total`);
    return sql`
      WITH sums AS (
        SELECT key, count(*) AS hours, ${exactSum(dialect, sql`users`)} AS total,
               ${exactSquares(dialect, sql`users`)} AS squares, max(users) AS most
        FROM ${by_hour!} GROUP BY key
      )
      SELECT key, ${average} AS avg_users_per_hour, most AS max_users_per_hour,
             ${deviationOf(dialect, sql`hours`, sql`total`, sql`squares`)} / nullif(${average}, 0) AS hourly_users_cv
      FROM sums`;
  },
});

/** Ratios of the counts above. A location without a known user is taken as one user, and says so by `unique_users` = 0. */
export const userRatios = defineDerived({
  name: 'user_ratios',
  from: ['total_downloads', 'unique_users', 'unique_projects', 'active_hours', 'avg_users_per_hour', 'hourly_users_cv'],
  columns: {
    downloads_per_user: float64({
      unit: 'rows per user',
      min: 1,
      meaning: 'Downloads per distinct user.',
      formula: 'n ÷ max(U, 1)',
      nullWhen: NO_USERS,
      reference: 'Undefined where U = 0, and the location is dropped (N8).',
    }),
    user_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequal the numbers of users per active clock hour are.',
      formula: 'sd(a) ÷ mean(a)',
      nullWhen: 'fewer than two active hours, or no users',
      reference:
        'avg_users_per_hour ÷ (its mean over all locations + ε), which is not a coefficient of variation (N9).',
    }),
    users_per_active_hour: float64({
      unit: 'users per h',
      min: 0,
      meaning: 'Distinct users of the whole window per active clock hour; not a concurrency (N10).',
      formula: 'U ÷ A',
      nullWhen: NO_USERS,
    }),
    projects_per_user: float64({
      unit: 'projects per user',
      min: 0,
      meaning: 'Distinct data sets per distinct user.',
      formula: 'P ÷ max(U, 1)',
      nullWhen: 'the log has no users or no projects',
    }),
  },
  compute: (table, { definitions }) => {
    const users = table.need('unique_users');
    const ratio = (numerator: Float64Array) => numerator.map((value, i) => value / (users[i] === 0 ? 1 : users[i]!));
    const average = table.need('avg_users_per_hour');
    const overall = mean(average) + EPSILON;
    return {
      downloads_per_user: ratio(table.need('total_downloads')),
      user_cv: definitions === 'clean' ? table.need('hourly_users_cv') : average.map((value) => value / overall),
      users_per_active_hour: users.map((value, i) => value / table.need('active_hours')[i]!),
      projects_per_user: ratio(table.need('unique_projects')),
    };
  },
});

/** Which few projects take most of the downloads. Rows without a project are left out. */
export const projectConcentration = defineExtractor({
  name: 'project_concentration',
  from: ['by_project'],
  needs: ['project'],
  columns: {
    top_project_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the most downloaded data set.',
      formula: 'g₁ ÷ G',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    top3_project_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the three most downloaded data sets.',
      formula: '(g₁ + g₂ + g₃) ÷ G',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    project_hhi: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Concentration over all data sets (Herfindahl–Hirschman index); 1 = a single one.',
      formula: 'Σ (g ÷ G)²',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    projects_per_download: float64({
      unit: 'projects per row',
      min: 0,
      max: 1,
      meaning: 'How seldom a data set is taken twice, by anybody: 1 where each download is of another one.',
      formula: 'P ÷ G',
      nullWhen: 'no row has a project',
    }),
  },
  query: ({ by_project }, { dialect }) => sql`
    WITH sums AS (
      SELECT key, count(*) AS projects, ${exactSum(dialect, sql`n`)} AS total, ${exactSquares(dialect, sql`n`)} AS squares, max(n) AS top,
             ${dialect.sumOfLargest(sql`n`, 3)} AS top3
      FROM ${by_project!} GROUP BY key
    )
    SELECT key, ${dialect.double(sql`top`)} / total AS top_project_concentration,
           ${dialect.double(sql`top3`)} / total AS top3_project_concentration,
           ${dialect.double(sql`squares`)} / (${dialect.double(sql`total`)} * ${dialect.double(sql`total`)}) AS project_hhi,
           ${dialect.double(sql`projects`)} / total AS projects_per_download
    FROM sums`,
});

export const locationNodes: readonly PlanNode[] = [
  volume,
  userCount,
  projectCount,
  hourlyUsers,
  userRatios,
  projectConcentration,
];
