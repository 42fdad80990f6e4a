import { defineExtractor, defineLookup, float64, type PlanNode, sql } from '@deeplogbot/core';
import { count } from './spec.js';

const NO_TOPIC = 'no item with topics was asked for';
const spread = (what: string) =>
  float64({
    unit: '1',
    min: 0,
    meaning: `How far the items of a session lie apart${what}: people stay near a subject, sweeps do not.`,
    formula: 'mean |x − mean of the session|²',
    nullWhen: NO_TOPIC,
  });

/** Weights as rows: `topic_item`, `topic`, `weight`; zeros are left out. */
const topicWeights = (topics: Readonly<Record<string, readonly number[]>>) =>
  defineLookup({
    name: 'topic_weights',
    from: ['keys'],
    compute: () => {
      const rows = Object.values(topics).flatMap((weights, item) =>
        weights.flatMap((weight, topic) => (weight === 0 ? [] : [[item, topic, weight] as const])),
      );
      const column = (at: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[at]);
      return { rows: rows.length, columns: { topic_item: column(0), topic: column(1), weight: column(2) } };
    },
  });

/** How the subjects of the items hang together, after Lagopoulos, Tsoumakas and Papadopoulos (2018). Vectors come from the user. */
const contents = defineExtractor({
  name: 'contents',
  from: ['requests', 'topic_weights'],
  columns: {
    total_topics: count(
      'topics',
      'Topics of the items that were asked for, each as often as it came.',
      'Σ #topics',
      NO_TOPIC,
    ),
    unique_topics: count('topics', 'Distinct topics of the items.', 'distinct', NO_TOPIC),
    page_similarity: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'How like one another consecutive items of a session are.',
      formula: 'mean cosine of x and the item before',
      nullWhen: 'no two items with topics in one session',
    }),
    page_variance: spread(''),
    boolean_variance: spread(', each topic counted as there or not'),
  },
  query: ({ requests, topic_weights }, { dialect }) => sql`
    WITH items AS (
      SELECT key, session, topic_item AS x, lag(topic_item) OVER (PARTITION BY key, session ORDER BY ts_us, source_id, line_no) AS y
      FROM ${requests!} WHERE topic_item >= 0
    ), counts AS (SELECT key, session, x, count(*) AS n FROM items GROUP BY ALL),
    sizes AS (SELECT key, session, sum(n) AS n FROM counts GROUP BY ALL),
    by_topic AS (
      SELECT c.key, c.session, w.topic, ${dialect.orderedSum(sql`c.n * w.weight`, sql`c.x`)} AS s,
             ${dialect.orderedSum(sql`c.n * w.weight * w.weight`, sql`c.x`)} AS q, sum(c.n) AS b
      FROM counts c JOIN ${topic_weights!} w ON w.topic_item = c.x GROUP BY ALL
    ), by_session AS (
      SELECT t.key, t.session, ${dialect.orderedSum(sql`greatest(0, t.q - t.s * t.s / z.n)`, sql`t.topic`)} AS far,
             ${dialect.orderedSum(sql`t.b - t.b * t.b / z.n`, sql`t.topic`)} AS far_boolean
      FROM by_topic t JOIN sizes z ON z.key = t.key AND z.session = t.session GROUP BY t.key, t.session
    ), variance AS (
      SELECT z.key, ${dialect.orderedSum(sql`coalesce(s.far, 0)`, sql`z.session`)} / sum(z.n) AS v,
             ${dialect.orderedSum(sql`coalesce(s.far_boolean, 0)`, sql`z.session`)} / sum(z.n) AS b
      FROM sizes z LEFT JOIN by_session s ON s.key = z.key AND s.session = z.session GROUP BY z.key
    ), totals AS (
      SELECT key, sum(b) AS total, count(DISTINCT topic) AS distinct_topics FROM by_topic GROUP BY key
    ), lengths AS (
      SELECT topic_item AS x, sqrt(${dialect.orderedSum(sql`weight * weight`, sql`topic`)}) AS length FROM ${topic_weights!} GROUP BY topic_item
    ), pairs AS (SELECT key, x, y, count(*) AS n FROM items WHERE y IS NOT NULL GROUP BY ALL),
    products AS (
      SELECT p.x, p.y, ${dialect.orderedSum(sql`a.weight * b.weight`, sql`a.topic`)} AS product
      FROM (SELECT DISTINCT x, y FROM pairs) p
      JOIN ${topic_weights!} a ON a.topic_item = p.x JOIN ${topic_weights!} b ON b.topic_item = p.y AND b.topic = a.topic
      GROUP BY p.x, p.y
    ), cosines AS (
      SELECT p.key, ${dialect.orderedSum(sql`p.n * coalesce(d.product, 0) / (l.length * m.length)`, sql`p.x, p.y`)} / sum(p.n) AS cosine
      FROM pairs p JOIN lengths l ON l.x = p.x JOIN lengths m ON m.x = p.y
      LEFT JOIN products d ON d.x = p.x AND d.y = p.y GROUP BY p.key
    )
    SELECT v.key, coalesce(t.total, 0) AS total_topics, coalesce(t.distinct_topics, 0) AS unique_topics,
           CASE WHEN i.cosine IS NOT NULL THEN greatest(-1, least(1, i.cosine)) END AS page_similarity, v.v AS page_variance, v.b AS boolean_variance
    FROM variance v LEFT JOIN totals t ON t.key = v.key LEFT JOIN cosines i ON i.key = v.key`,
});

export const topicNodes = (topics: Readonly<Record<string, readonly number[]>>): readonly PlanNode[] => [
  topicWeights(topics),
  contents,
];
