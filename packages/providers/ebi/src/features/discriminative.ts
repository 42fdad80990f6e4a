import { defineDerived, defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

const NO_FILES = 'no row has a file name';
const NO_USERS = 'no row has a user';
const CAP = 100;

/** Which files are read, by how many users, in how many versions. */
export const files = defineExtractor({
  name: 'files',
  from: ['file_uses', 'user_file_pairs', 'by_file_kind', 'file_kinds'],
  needs: ['file'],
  columns: {
    unique_files: float64({ unit: 'files', min: 1, meaning: 'Distinct file names.', formula: 'F', nullWhen: NO_FILES }),
    avg_users_per_file: float64({
      unit: 'users',
      min: 0,
      meaning: 'Mean of the distinct users per file.',
      formula: '#(user, file) ÷ F',
      nullWhen: `${NO_FILES}, or the log has no users`,
    }),
    file_entropy: float64({
      unit: 'bit',
      min: 0,
      meaning: 'How evenly downloads spread over the files.',
      formula: '−Σ p log₂ p over files',
      nullWhen: NO_FILES,
      reference: 'The constant 0 (N36).',
    }),
    unique_versions: float64({
      unit: 'versions',
      min: 0,
      meaning: 'Distinct version texts d.d.d in file names.',
      formula: '#distinct file_version',
      nullWhen: NO_FILES,
    }),
  },
  query: ({ file_uses, user_file_pairs, by_file_kind, file_kinds }, { dialect, definitions, roles }) => {
    const users = roles.has('user') ? sql`${dialect.double(sql`coalesce(p.pairs, 0)`)} / e.unique_files` : sql`NULL`;
    const entropy = sql`log2(sum(rows)) - ${dialect.orderedSum(sql`rows * log2(n)`, sql`n`)} / sum(rows)`;
    // What needs all values of a key at once, a sum in order, cannot spill: only a few are left for it.
    return sql`
      WITH versions AS (
        SELECT key, count(*) AS versions
        FROM (
          SELECT DISTINCT b.key, k.version FROM ${by_file_kind!} b JOIN ${file_kinds!} k ON k.file_kind = b.file_kind
          WHERE k.version IS NOT NULL
        ) GROUP BY key
      ), every AS (
        SELECT key, CAST(sum(rows // u.n) AS BIGINT) AS unique_files,
               ${definitions === 'clean' ? sql`greatest(${entropy}, 0)` : sql`0`} AS file_entropy
        FROM ${file_uses!} u GROUP BY key
      )
      SELECT e.key, e.unique_files, ${users} AS avg_users_per_file, e.file_entropy,
             coalesce(v.versions, 0) AS unique_versions
      FROM every e LEFT JOIN versions v ON v.key = e.key LEFT JOIN ${user_file_pairs!} p ON p.key = e.key`;
  },
});

/** How alike the users are, x rows with a file name each. */
export const homogeneity = defineExtractor({
  name: 'homogeneity',
  from: ['user_file_pairs', 'by_user'],
  needs: ['user', 'file'],
  columns: {
    user_homogeneity_score: float64({
      unit: '1',
      min: 0,
      meaning: 'How equally much the users take; a farm that shares its work evenly reaches the cap of 100.',
      formula: 'min(100, mean(x) ÷ sd(x)); 100 if sd = 0, 0 for a single user',
      nullWhen: NO_USERS,
      reference: '0 if sd = 0; no cap (N22, N36).',
    }),
    avg_files_per_user: float64({
      unit: 'files',
      min: 0,
      meaning: 'Mean of the distinct files per user.',
      formula: '#(user, file) ÷ U',
      nullWhen: NO_USERS,
    }),
    avg_active_days_per_user: float64({
      unit: 'days',
      min: 1,
      meaning: 'Mean of the active days per user.',
      formula: '#(user, day) ÷ U',
      nullWhen: NO_USERS,
    }),
  },
  query: ({ user_file_pairs, by_user }, { dialect, definitions }) => {
    const sd = deviationOf(dialect, sql`users`, sql`total`, sql`squares`);
    const average = meanOf(dialect, sql`users`, sql`total`);
    const even = definitions === 'clean' ? sql`CASE WHEN users >= 2 THEN ${CAP} ELSE 0 END` : sql`0`;
    const ratio = definitions === 'clean' ? sql`least(${CAP}, ${average} / ${sd})` : sql`${average} / ${sd}`;
    return sql`
      WITH sums AS (
        SELECT key, count(*) AS users, ${exactSum(dialect, sql`named`)} AS total, ${exactSquares(dialect, sql`named`)} AS squares
        FROM ${by_user!} WHERE named > 0 GROUP BY key
      ), days AS (
        SELECT key, ${dialect.double(sql`sum(active_days)`)} / count(*) AS days FROM ${by_user!} GROUP BY key
      )
      SELECT s.key, CASE WHEN coalesce(${sd}, 0) > 0 THEN ${ratio} ELSE ${even} END AS user_homogeneity_score,
             ${dialect.double(sql`p.pairs`)} / users AS avg_files_per_user, d.days AS avg_active_days_per_user
      FROM sums s JOIN days d ON d.key = s.key JOIN ${user_file_pairs!} p ON p.key = s.key`;
  },
});

/** How long and how steadily a location has been active. */
export const persistence = defineExtractor({
  name: 'persistence',
  from: ['by_place', 'by_day', 'by_week'],
  columns: {
    active_days: float64({
      unit: 'days',
      min: 1,
      meaning: 'Days with at least one download.',
      formula: 'D',
      nullWhen: 'never',
    }),
    active_weeks: float64({
      unit: 'weeks',
      min: 1,
      meaning: 'ISO weeks with at least one download.',
      formula: 'W',
      nullWhen: 'never',
    }),
    lifespan_days: float64({
      unit: 'days',
      min: 0,
      meaning: 'Time from the first to the last download.',
      formula: '(last − first) ÷ 86 400 s',
      nullWhen: 'never',
    }),
    activity_density: float64({
      unit: '1',
      min: 0,
      meaning: 'Share of the days between first and last download that are active.',
      formula: 'D ÷ calendar days from first to last, both included',
      nullWhen: 'never',
      reference: 'D ÷ lifespan_days, 1 if the span is 0; may exceed 1 by far (N40).',
    }),
    persistence_score: float64({
      unit: 'weeks · days',
      min: 1,
      meaning: 'Large for locations that come back over years.',
      formula: 'W × D',
      nullWhen: 'never',
    }),
  },
  query: ({ by_place, by_day, by_week }, { dialect, definitions }) => {
    const span = sql`${dialect.double(sql`last_us - first_us`)} / 86400000000`;
    const calendarDays = sql`((${dialect.epochUs(sql`last_day`)} - ${dialect.epochUs(sql`first_day`)}) / 86400000000 + 1)`;
    const density =
      definitions === 'clean'
        ? sql`d.n / ${calendarDays}`
        : sql`CASE WHEN last_us > first_us THEN d.n / (${span}) ELSE 1 END`;
    return sql`
      WITH spans AS (
        SELECT key, min(${dialect.epochUs(sql`min_ts`)}) AS first_us, max(${dialect.epochUs(sql`max_ts`)}) AS last_us
        FROM ${by_place!} GROUP BY key
      ), d AS (SELECT key, count(*) AS n, min(day) AS first_day, max(day) AS last_day FROM ${by_day!} GROUP BY key),
      w AS (SELECT key, count(*) AS n FROM ${by_week!} GROUP BY key)
      SELECT s.key, d.n AS active_days, w.n AS active_weeks, ${span} AS lifespan_days,
             ${density} AS activity_density, w.n * d.n AS persistence_score
      FROM spans s JOIN d ON d.key = s.key JOIN w ON w.key = s.key`;
  },
});

/** How surely the rows of a location come from one country. */
export const stability = defineExtractor({
  name: 'stability',
  from: ['by_place'],
  columns: {
    geographic_stability: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of rows in the most frequent country of the location; below 1 its place is in doubt.',
      formula: 'rows of the modal country ÷ rows with a country',
      nullWhen: 'no row has a country',
      reference: 'The constant 0.5 (N37).',
    }),
  },
  query: ({ by_place }, { dialect, definitions }) =>
    definitions === 'clean'
      ? sql`
        WITH counts AS (SELECT key, country, sum(n) AS n FROM ${by_place!} WHERE country IS NOT NULL GROUP BY key, country)
        SELECT key, ${dialect.double(sql`max(n)`)} / sum(n) AS geographic_stability FROM counts GROUP BY key`
      : sql`SELECT DISTINCT key, 0.5 AS geographic_stability FROM ${by_place!}`,
});

/** What follows from files and users of one location. */
export const farmScores = defineDerived({
  name: 'farm_scores',
  from: [
    'unique_files',
    'file_entropy',
    'unique_versions',
    'unique_users',
    'user_homogeneity_score',
    'avg_files_per_user',
  ],
  columns: {
    file_exploration_score: float64({
      unit: 'bit',
      min: 0,
      meaning: 'Large where many files are read evenly.',
      formula: 'file_entropy × ln(F + 1) if F > 10, else 0',
      nullWhen: NO_FILES,
      reference: 'The constant 0 (N36).',
    }),
    file_mirroring_score: float64({
      unit: '1',
      min: 0,
      max: 10,
      meaning: 'Large where few files take all downloads.',
      formula: '1 ÷ (file_entropy + 0.1)',
      nullWhen: NO_FILES,
      reference: 'The constant 10 (N36).',
    }),
    version_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 where all versioned files have one version.',
      formula: '1 ÷ unique_versions',
      nullWhen: 'no file name has a version',
      reference: '0.5 without a version (N39).',
    }),
    targets_latest_only: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 where exactly one version is read; which is the latest is not known (N39).',
      formula: 'unique_versions = 1',
      nullWhen: NO_FILES,
    }),
    bot_farm_score: float64({
      unit: '1',
      min: 0,
      meaning: 'Large where many users take equally much.',
      formula: 'user_homogeneity_score × ln(U + 1) if U > 100 and user_homogeneity_score > 2, else 0',
      nullWhen: NO_USERS,
    }),
    user_authenticity_score: float64({
      unit: 'days · files',
      min: 0,
      meaning: 'Days times files of the average user.',
      formula: 'avg_active_days_per_user × avg_files_per_user',
      nullWhen: NO_USERS,
    }),
  },
  compute: (table, { definitions }) => {
    const clean = definitions === 'clean';
    const entropy = table.need('file_entropy');
    const versions = table.need('unique_versions');
    const users = table.need('unique_users');
    const unknown = clean ? Number.NaN : 0.5;
    return {
      file_exploration_score: entropy.map((h, i) =>
        table.need('unique_files')[i]! > 10 ? h * Math.log(table.need('unique_files')[i]! + 1) : h * 0,
      ),
      file_mirroring_score: entropy.map((h) => (Number.isNaN(h) ? (clean ? h : 1) : h > 0 ? 1 / (h + 0.1) : 10)),
      version_concentration: versions.map((count) =>
        count > 0 ? 1 / count : Number.isNaN(count) && clean ? count : unknown,
      ),
      targets_latest_only: versions.map((count) => (Number.isNaN(count) ? count : Number(count === 1))),
      bot_farm_score: table
        .need('user_homogeneity_score')
        .map((h, i) => (users[i]! > 100 && h > 2 ? h * Math.log(users[i]! + 1) : h * 0)),
      user_authenticity_score: table
        .need('avg_active_days_per_user')
        .map((days, i) => days * table.need('avg_files_per_user')[i]!),
    };
  },
});

export const discriminativeNodes: readonly PlanNode[] = [files, homogeneity, persistence, stability, farmScores];
