-- Clean downloads from an annotated log, for DuckDB:
--   duckdb -c "SET VARIABLE annotated = 'output/demo/*_annotated.parquet'" -f examples/analysis/clean-downloads.sql
-- Rows that are no bot and that were looked at; a row without a verdict says why in classification_reason.

CREATE OR REPLACE VIEW downloads AS
SELECT * FROM read_parquet(getvariable('annotated'));

-- What is left of each month, and what was taken out.
SELECT strftime(timestamp, '%Y-%m') AS month,
       count(*) FILTER (is_organic) AS people,
       count(*) FILTER (is_hub) AS hubs,
       count(*) FILTER (is_bot) AS bots,
       count(*) FILTER (behavior_type = 'insufficient_evidence') AS unsure,
       count(*) FILTER (behavior_type = 'filtered') AS without_verdict
FROM downloads
WHERE timestamp IS NOT NULL
GROUP BY ALL
ORDER BY 1;

-- Data sets by downloads of people, beside the count that a naive statistic would give.
SELECT accession,
       count(*) FILTER (is_organic) AS people,
       count(*) AS all_rows,
       round(count(*) FILTER (is_bot) / count(*), 3) AS bot_share
FROM downloads
WHERE accession IS NOT NULL
GROUP BY accession
ORDER BY people DESC, accession
LIMIT 20;

-- Why locations were taken for bots, the most downloads first.
SELECT subcategory, classification_reason, count(DISTINCT geo_location) AS locations, count(*) AS downloads
FROM downloads
WHERE is_bot
GROUP BY subcategory, classification_reason
ORDER BY downloads DESC, classification_reason
LIMIT 20;
