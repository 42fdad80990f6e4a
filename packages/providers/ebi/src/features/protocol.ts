import { defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';

const NO_METHOD = 'the log has no transfer method';
const share = (name: string, note?: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `Share of downloads over ${name}.`,
    formula: 'rows ÷ n, rows without a method included in n',
    nullWhen: NO_METHOD,
    ...(note ? { reference: note } : {}),
  });

/** Transfer methods. Spellings are compared in lower case, and `https` is http. */
export const protocols = defineExtractor({
  name: 'protocols',
  from: ['by_place'],
  needs: ['method'],
  columns: {
    http_ratio: share('http or https', 'https counts in none.'),
    ftp_ratio: share('ftp'),
    aspera_ratio: share('Aspera'),
    globus_ratio: share('Globus'),
    protocol_diversity: float64({
      unit: 'methods',
      min: 0,
      meaning: 'Distinct transfer methods.',
      formula: '#distinct methods',
      nullWhen: NO_METHOD,
      reference: 'Distinct raw spellings.',
    }),
    protocol_legitimacy_score: float64({
      unit: '1',
      min: 0,
      max: 0.95,
      meaning: 'How much of the traffic uses methods that people set up on purpose.',
      formula: '0.9 aspera + 0.95 globus + 0.6 ftp + 0.1 http',
      nullWhen: NO_METHOD,
    }),
  },
  query: ({ by_place }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const spelled = clean
      ? sql`CASE WHEN lower(method) = 'https' THEN 'http' ELSE lower(method) END`
      : sql`lower(method)`;
    return sql`
      WITH sums AS (
        SELECT key, sum(n) AS total, coalesce(sum(n) FILTER (${spelled} = 'http'), 0) AS http,
               coalesce(sum(n) FILTER (${spelled} = 'ftp'), 0) AS ftp,
               coalesce(sum(n) FILTER (contains(${spelled}, 'aspera')), 0) AS aspera,
               coalesce(sum(n) FILTER (contains(${spelled}, 'globus')), 0) AS globus,
               count(DISTINCT ${clean ? spelled : sql`method`}) AS methods
        FROM ${by_place!} GROUP BY key
      ), shares AS (
        SELECT key, methods, ${dialect.double(sql`http`)} / total AS http, ${dialect.double(sql`ftp`)} / total AS ftp,
               ${dialect.double(sql`aspera`)} / total AS aspera, ${dialect.double(sql`globus`)} / total AS globus
        FROM sums
      )
      SELECT key, http AS http_ratio, ftp AS ftp_ratio, aspera AS aspera_ratio, globus AS globus_ratio,
             methods AS protocol_diversity,
             ${0.9} * aspera + ${0.95} * globus + ${0.6} * ftp + ${0.1} * http AS protocol_legitimacy_score
      FROM shares`;
  },
});

export const protocolNodes: readonly PlanNode[] = [protocols];
