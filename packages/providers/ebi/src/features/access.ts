import { defineExtractor, float64, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { exactSum } from './moments.js';

const NO_FILE = 'no row has a file name';

/**
 * Whether files are taken in order. Over rows with a file name by (ts, file, user): o = 1 … N the place,
 * r = dense rank of the name in code-point order within the key, F files.
 */
export const access = defineExtractor({
  name: 'access',
  from: ['keys', 'file_uses'],
  needs: ['file'],
  columns: {
    alphabetical_access_score: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'How far files are fetched in the order of their names: 1 = a straight pass, 0 = any order.',
      formula: 'Pearson correlation of o and r',
      nullWhen: `${NO_FILE}, or only one row or one file`,
      reference: 'Times (N − 1) ÷ N; 0 where undefined; rows of one instant in any order.',
    }),
    sequential_file_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of steps from a numbered file to one whose number is the next or the one before.',
      formula: 'steps with abs(number′ − number) = 1 ÷ steps from a file name with a number',
      nullWhen: `${NO_FILE}, or no step starts at a numbered file`,
      reference: '0 where undefined; rows of one instant in any order.',
    }),
    directory_traversal_score: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'Ordered access that rarely repeats a file: near 1 for a crawl through a directory.',
      formula: 'alphabetical_access_score · F ÷ N',
      nullWhen: `${NO_FILE}, or only one row or one file`,
      reference: 'Equals alphabetical_access_score.',
    }),
    retry_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of files that were fetched more than once.',
      formula: 'files with more than one row ÷ F',
      nullWhen: NO_FILE,
      reference: '0 without a file name.',
    }),
    unique_file_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Files per row: 1 = nothing fetched twice.',
      formula: 'F ÷ N',
      nullWhen: NO_FILE,
      reference: 'Constant 1.',
    }),
  },
  query: ({ keys, file_uses }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const spread = (sum: string, squares: string) => {
      const name = (text: string) =>
        text === 'o' ? sql`o` : text === 'oo' ? sql`oo` : text === 'r' ? sql`r` : sql`rr`;
      return dialect.double(sql`${dialect.wide(sql`n`)} * ${name(squares)} - ${name(sum)} * ${name(sum)}`);
    };
    const covariance = dialect.double(sql`${dialect.wide(sql`n`)} * x - o * r`);
    const defined = sql`n >= 2 AND ${spread('r', 'rr')} > 0`;
    const factor = clean ? sql`` : sql`* (${dialect.double(sql`n`)} - 1) / n`;
    const score = sql`CASE WHEN ${defined}
      THEN least(1, greatest(-1, ${covariance} / (sqrt(${spread('o', 'oo')}) * sqrt(${spread('r', 'rr')})))) ${factor}
      ELSE ${clean ? null : 0} END`;
    const total = (x: Sql) => exactSum(dialect, x);
    return sql`
      WITH every AS (SELECT key FROM ${keys!}),
      sums AS (
        SELECT key, CAST(sum(rows) AS BIGINT) AS n, ${total(sql`o`)} AS o, ${total(sql`r`)} AS r, ${total(sql`oo`)} AS oo,
               ${total(sql`rr`)} AS rr, ${total(sql`x`)} AS x, CAST(sum(steps) AS BIGINT) AS steps,
               CAST(sum(next_steps) AS BIGINT) AS next_steps, CAST(sum(rows // u.n) AS BIGINT) AS files,
               CAST(sum(CASE WHEN u.n > 1 THEN rows // u.n ELSE 0 END) AS BIGINT) AS repeated
        FROM ${file_uses!} u GROUP BY key
      ), scored AS (SELECT *, ${score} AS score FROM sums)
      SELECT e.key,
             ${clean ? sql`score` : sql`coalesce(score, 0)`} AS alphabetical_access_score,
             coalesce(${dialect.double(sql`next_steps`)} / nullif(steps, 0), ${clean ? null : 0}) AS sequential_file_ratio,
             ${clean ? sql`score * s.files / s.n` : sql`coalesce(score, 0)`} AS directory_traversal_score,
             coalesce(${dialect.double(sql`repeated`)} / s.files, ${clean ? null : 0}) AS retry_ratio,
             ${clean ? sql`${dialect.double(sql`s.files`)} / s.n` : sql`1`} AS unique_file_ratio
      FROM every e LEFT JOIN scored s ON s.key = e.key`;
  },
});

export const accessNodes: readonly PlanNode[] = [access];
