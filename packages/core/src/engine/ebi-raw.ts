import { type Sql, sql } from '../sql.js';

/** Placeholders such as `%{geoip_city_name}` that a log shipper did not fill in. */
const field = (i: number): Sql =>
  sql`CASE WHEN f[${i}] LIKE '%\%{%' ESCAPE '\' OR f[${i}] = '' THEN NULL ELSE f[${i}] END`;

/**
 * The 13 fields of the raw EBI log as columns of the downstream Parquet. Fields are parted by a tab or by the two
 * characters backslash and t. The user is field 2; field 6 is the same for every row of one protocol.
 * The accession is the first PXD number of the path, the file name its last segment.
 */
export const EBI_RAW_QUERY = (lines: Sql): Sql => sql`
  SELECT ${field(1)} AS timestamp, ${field(2)} AS "user", ${field(3)} AS bytes, ${field(4)} AS path, ${field(5)} AS direction,
         ${field(6)} AS protocol_hash, ${field(7)} AS completed, ${field(8)} AS country, ${field(9)} AS geoip_region_name,
         ${field(10)} AS geoip_city_name, ${field(11)} AS geo_location, ${field(12)} AS method, ${field(13)} AS visibility,
         nullif(regexp_extract(f[4], '(PXD[0-9]+)', 1), '') AS accession,
         nullif(regexp_extract(f[4], '([^/]+)$', 1), '') AS filename
  FROM (
    SELECT file, number, string_split(replace(line, ${'\\t'}, chr(9)), chr(9)) AS f FROM ${lines}
  )
  WHERE len(f) = 13
  ORDER BY file, number`;
