import { type Sql, sql } from './sql.js';

/** A file name behind its last dot, with the part before where that end only says how the file is packed; NULL without a dot. */
export function fileTail(file: Sql): Sql {
  const end = sql`right(${file}, 20)`;
  const last = sql`split_part(${end}, '.', -1)`;
  return sql`CASE
  WHEN ${last} IN ('gz', 'bz2', 'xz', 'zst') AND split_part(${end}, '.', -3) <> '' THEN split_part(${end}, '.', -2) || '.' || ${last}
  WHEN ${last} <> ${end} THEN ${last} END`;
}

/** The type that a {@link fileTail} stands for: `mzML.gz` is `mzml`; text that is no extension (a version) is NULL. */
export const fileType = (tail: Sql): Sql =>
  sql`nullif(regexp_extract(lower(${tail}), '^([a-z][a-z0-9_]{0,9}|7z)([.](gz|bz2|xz|zst))?$', 1), '')`;
