import { defineExtractor, float64, sql } from '@deeplogbot/core';

const NO_FILES = 'no row has a file name';

/** Which files are read, by how many users, in how many versions. */
export const files = defineExtractor({
  name: 'files',
  from: ['file_uses', 'by_file_kind', 'file_kinds'],
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
      reference: 'The constant 0.',
    }),
    unique_versions: float64({
      unit: 'versions',
      min: 0,
      meaning: 'Distinct version texts d.d.d in file names.',
      formula: '#distinct file_version',
      nullWhen: NO_FILES,
    }),
  },
  query: ({ file_uses, by_file_kind, file_kinds }, { dialect, definitions, roles }) => {
    const users = roles.has('user') ? sql`${dialect.double(sql`e.pairs`)} / e.unique_files` : sql`NULL`;
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
        SELECT key, CAST(sum(rows // u.n) AS BIGINT) AS unique_files, sum(pairs) AS pairs,
               ${definitions === 'clean' ? sql`greatest(${entropy}, 0)` : sql`0`} AS file_entropy
        FROM ${file_uses!} u GROUP BY key
      )
      SELECT e.key, e.unique_files, ${users} AS avg_users_per_file, e.file_entropy,
             coalesce(v.versions, 0) AS unique_versions
      FROM every e LEFT JOIN versions v ON v.key = e.key`;
  },
});
