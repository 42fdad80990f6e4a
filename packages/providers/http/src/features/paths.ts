import { defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { IS } from '../aggregates.js';
import { count, exactSum, NO_REFERRER, share } from './spec.js';

const NO_PATH = 'no usable request';

/** Which paths a client asked for. */
const pathSpread = defineExtractor({
  name: 'path_spread',
  from: ['paths'],
  columns: {
    distinct_paths: count('paths', 'Distinct paths.', 'distinct'),
    repeat_ratio: share('Share of requests for a path that was asked for before.', '1 − distinct ÷ n', NO_PATH),
    path_entropy: share(
      'How evenly requests are spread over the paths.',
      'H ÷ ln(distinct paths); 0 for one path',
      NO_PATH,
    ),
    popularity_mean: float64({
      unit: '1',
      min: 0,
      meaning: 'Mean of log₁₀ of all requests that the paths get: low = a sweep through what nobody else reads.',
      formula: 'Σ log₁₀(hits) ÷ n',
      nullWhen: NO_PATH,
    }),
  },
  query: ({ paths }, { dialect }) => sql`
    WITH hits AS (SELECT path_id, sum(n) AS hits FROM ${paths!} GROUP BY path_id)
    SELECT p.key, count(*) AS distinct_paths, 1 - count(*) / sum(n) AS repeat_ratio,
           CASE WHEN count(*) = 1 THEN 0
                ELSE greatest(0, least(1, (ln(sum(n)) - ${exactSum(dialect, sql`n * ln(n)`)} / sum(n)) / ln(count(*)))) END AS path_entropy,
           ${exactSum(dialect, sql`n * log10(h.hits)`)} / sum(n) AS popularity_mean
    FROM ${paths!} p JOIN hits h ON h.path_id = p.path_id GROUP BY p.key`,
});

/** Numbers in paths: counting through them is what sweeps do. */
const itemRuns = defineExtractor({
  name: 'item_runs',
  from: ['requests'],
  columns: {
    id_run_ratio: share(
      'Share of consecutive requests for items of one kind whose numbers differ by one.',
      '#±1 ÷ #pairs',
      'no two consecutive items of one kind',
    ),
    distinct_items: count('items', 'Distinct numbered items.', 'distinct'),
    swept_items: count(
      'items',
      'Distinct numbered items that no link of the site led to; only pages where the log has no referrers.',
      'distinct without an own referrer',
    ),
    coverage: share(
      'Share of the numbered items known to the site that the client asked for.',
      'distinct ÷ distinct of all clients',
      'nobody asked for a numbered item',
    ),
    max_query_values: count('requests', 'Most distinct queries to one path with one set of parameters.', 'max'),
  },
  query: ({ requests }) => sql`
    WITH items AS (
      SELECT key, template_id, item_number, CASE WHEN referrer_kind_id IS NULL THEN ${IS.page} ELSE referrer_kind_id <> 1 END AS unled, lag(item_number) OVER w AS before
      FROM ${requests!} WHERE item_number IS NOT NULL
      WINDOW w AS (PARTITION BY key, template_id ORDER BY ts_us, source_id, line_no)
    ), runs AS (
      SELECT key, count(*) FILTER (abs(item_number - before) = 1) / nullif(count(before), 0) AS ratio,
             count(DISTINCT (template_id, item_number)) AS items,
             count(DISTINCT (template_id, item_number)) FILTER (unled) AS swept
      FROM items GROUP BY key
    ), queries AS (
      SELECT key, max(targets) AS targets FROM (
        SELECT key, count(DISTINCT target_id) AS targets FROM ${requests!} WHERE query_id >= 0 GROUP BY key, path_id, query_id
      ) GROUP BY key
    ), known AS (SELECT count(DISTINCT (template_id, item_number)) AS items FROM items),
    keys AS (SELECT DISTINCT key FROM ${requests!})
    SELECT k.key, r.ratio AS id_run_ratio, coalesce(r.items, 0) AS distinct_items, coalesce(r.swept, 0) AS swept_items, coalesce(r.items, 0) / nullif(n.items, 0) AS coverage, coalesce(q.targets, 0) AS max_query_values
    FROM keys k LEFT JOIN runs r ON r.key = k.key LEFT JOIN queries q ON q.key = k.key, known n`,
});

/** The shape of what a client saw of the tree that the paths make. */
const pathTree = defineExtractor({
  name: 'path_tree',
  from: ['requests'],
  columns: {
    width: count(
      'paths',
      'Ends of the tree that the visited paths make: paths with no other visited path directly below.',
      'leaves',
      NO_PATH,
    ),
  },
  query: ({ requests }) => sql`
    WITH visited AS (SELECT DISTINCT key, node_id, parent_id FROM ${requests!} WHERE node_id >= 0),
    inner_nodes AS (SELECT DISTINCT key, parent_id AS node_id FROM visited)
    SELECT v.key, count(*) FILTER (i.node_id IS NULL) AS width
    FROM visited v LEFT JOIN inner_nodes i ON i.key = v.key AND i.node_id = v.node_id GROUP BY v.key`,
});

/** Referrers that a client cannot have come from. */
const referrerMismatch = defineExtractor({
  name: 'referrer_mismatch',
  from: ['requests', 'paths'],
  columns: {
    referrer_mismatch_ratio: share(
      'Share of referrers of the site itself whose page the client never asked for.',
      '#never asked ÷ #own referrers',
      `${NO_REFERRER}, or none is of the site`,
    ),
  },
  query: ({ requests, paths }) => sql`
    SELECT r.key, count(*) FILTER (p.path_id IS NULL) / count(*) AS referrer_mismatch_ratio
    FROM ${requests!} r LEFT JOIN ${paths!} p ON p.key = r.key AND p.path_id = r.referrer_path_id
    WHERE r.referrer_kind_id = 1 AND r.referrer_path_id >= 0 GROUP BY r.key`,
});

export const pathNodes: readonly PlanNode[] = [pathSpread, itemRuns, pathTree, referrerMismatch];
