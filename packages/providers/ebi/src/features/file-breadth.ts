import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { NO_PIPELINE } from './reference-notes.js';

/** Breadth of the files, against all rows. */
export const fileBreadth = defineExtractor({
  name: 'file_breadth',
  from: ['file_uses', 'keys'],
  needs: ['file'],
  columns: {
    file_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = a single file; towards 0 = many.',
      formula: '1 ÷ F',
      nullWhen: 'no row has a file name',
      reference: `1 without a file name. ${NO_PIPELINE}`,
    }),
    file_diversity_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Files per row; near 0 = the same few files again and again.',
      formula: 'F ÷ n, rows without a file name included in n',
      nullWhen: 'no row has a file name',
      reference: NO_PIPELINE,
    }),
    is_single_file: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = fewer than one file in ten rows.',
      formula: 'file_diversity_ratio < 0.1',
      nullWhen: 'no row has a file name',
      reference: NO_PIPELINE,
    }),
  },
  query: ({ file_uses, keys }, { dialect, definitions }) => {
    const reference = definitions === 'reference';
    return sql`
      WITH files AS (SELECT key, CAST(sum(rows // u.n) AS BIGINT) AS files FROM ${file_uses!} u GROUP BY key),
      ratios AS (
        SELECT k.key, ${dialect.double(sql`1`)} / f.files AS one_of,
               ${dialect.double(reference ? sql`coalesce(f.files, 0)` : sql`f.files`)} / k.n AS diversity
        FROM ${keys!} k LEFT JOIN files f ON f.key = k.key
      )
      SELECT key, ${reference ? sql`coalesce(one_of, 1)` : sql`one_of`} AS file_concentration,
             diversity AS file_diversity_ratio, CAST(diversity < 0.1 AS INTEGER) AS is_single_file
      FROM ratios`;
  },
});
