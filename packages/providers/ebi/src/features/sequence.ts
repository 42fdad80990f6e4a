import { defineAggregate, defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';

/** A column that says nothing; it is there so that tables of the reference can be reproduced. */
const sequencePresent = defineExtractor({
  name: 'sequence_present',
  from: ['keys'],
  columns: {
    time_series_features_present: float64({
      unit: '1',
      min: 1,
      max: 1,
      meaning: 'Placeholder for the monthly sequence, which no model reads.',
      formula: 'NULL',
      nullWhen: 'always',
      reference: 'Constant 1.',
    }),
  },
  query: ({ keys }, { definitions }) =>
    sql`SELECT key, ${definitions === 'reference' ? 1 : null} AS time_series_features_present FROM ${keys!}`,
});

/** Rows and distinct users per month, for sequence models. Not part of the default catalogue: add it to the nodes to have it built. */
export const monthlySeries = defineAggregate({
  name: 'monthly_series',
  from: ['user_spans'],
  grain: ['key', 'month'],
  query: ({ user_spans }, { dialect }) => sql`
    SELECT key, ${dialect.truncate('month', sql`first`)} AS month, CAST(sum(n) AS BIGINT) AS n,
           count(DISTINCT "user") AS users
    FROM ${user_spans!} GROUP BY ALL`,
});

export const sequenceNodes: readonly PlanNode[] = [sequencePresent];
