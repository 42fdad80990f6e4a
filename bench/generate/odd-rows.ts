/**
 * A dozen rows as real logs have them, built on the first generated location: three without a location, three without
 * a user, three of 2019, and three that call its country by another name.
 */
export function oddRowsSql(): string {
  return `
    SELECT strftime(ts, '%Y-%m-%d') AS date, year(ts)::INTEGER AS year, month(ts)::INTEGER AS month,
           CASE WHEN odd // 3 = 1 THEN NULL ELSE '00000000000000' || lpad(odd::VARCHAR, 2, '0') END AS "user",
           'PXD000001' AS accession, 'run_00001_00' || odd % 3 || '.raw' AS filename, 'Complete' AS completed,
           CASE WHEN odd // 3 = 3 THEN country || ' (disputed)' ELSE country END AS country, 'http' AS method,
           ts AS "timestamp", region AS geoip_region_name, city AS geoip_city_name,
           CASE WHEN odd // 3 = 0 THEN NULL ELSE geo END AS geo_location
    FROM (
      SELECT *, TIMESTAMP '2023-03-01 10:00:00' + odd * INTERVAL 1 MINUTE
                - CASE WHEN odd // 3 = 2 THEN INTERVAL 4 YEAR ELSE INTERVAL 0 YEAR END AS ts
      FROM (SELECT *, unnest(range(12)) AS odd FROM locations WHERE location = 0)
    )`;
}
