import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { exactSum } from './moments.js';

/**
 * Whether a location takes what others take: people follow what is talked of, a crawler takes whatever is there. Locations below the minimum of
 * downloads count as others, too. Logarithms are summed as whole millionths, so that no order of rows changes a digit.
 */
export const projectDemand = defineExtractor({
  name: 'project_demand',
  from: ['by_project'],
  needs: ['project'],
  columns: {
    project_demand: float64({
      unit: 'nat',
      min: 0,
      meaning:
        'How many locations take what this one does, by its downloads, as a logarithm; 0 = nobody else takes any of it.',
      formula: 'Σ g ln(L) ÷ G, L locations that take the data set',
      nullWhen: 'no row has a project',
    }),
  },
  query: ({ by_project }, { dialect }) => sql`
    WITH demand AS (
      SELECT project, CAST(round(ln(count(*)) * 1000000) AS BIGINT) AS nats FROM ${by_project!} GROUP BY project
    ), sums AS (
      SELECT p.key, ${exactSum(dialect, sql`n`)} AS total, ${exactSum(dialect, sql`n * nats`)} AS nats
      FROM ${by_project!} p JOIN demand d ON d.project = p.project GROUP BY p.key
    )
    SELECT key, ${dialect.double(sql`nats`)} / total / 1000000 AS project_demand FROM sums`,
});
