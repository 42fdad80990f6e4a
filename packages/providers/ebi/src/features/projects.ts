import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { exactSquares, exactSum } from './moments.js';

/** Distinct projects, 0 where no row of the location has one. */
export const projectCount = defineExtractor({
  name: 'project_count',
  from: ['keys', 'by_project'],
  needs: ['project'],
  columns: {
    unique_projects: float64({
      unit: 'projects',
      min: 0,
      meaning: 'Distinct data sets that were downloaded.',
      formula: 'P',
      nullWhen: 'the log has no projects',
      reference: '0 when the log has no projects.',
    }),
  },
  query: ({ keys, by_project }) => sql`
    SELECT k.key, count(p.project) AS unique_projects
    FROM ${keys!} k LEFT JOIN ${by_project!} p ON p.key = k.key GROUP BY k.key`,
});

/** Which few projects take most of the downloads. Rows without a project are left out. */
export const projectConcentration = defineExtractor({
  name: 'project_concentration',
  from: ['by_project'],
  needs: ['project'],
  columns: {
    top_project_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the most downloaded data set.',
      formula: 'g₁ ÷ G',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    top3_project_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the three most downloaded data sets.',
      formula: '(g₁ + g₂ + g₃) ÷ G',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    project_hhi: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Concentration over all data sets (Herfindahl–Hirschman index); 1 = a single one.',
      formula: 'Σ (g ÷ G)²',
      nullWhen: 'no row has a project',
      reference: '0 without projects.',
    }),
    projects_per_download: float64({
      unit: 'projects per row',
      min: 0,
      max: 1,
      meaning: 'How seldom a data set is taken twice, by anybody: 1 where each download is of another one.',
      formula: 'P ÷ G',
      nullWhen: 'no row has a project',
    }),
    top_project_lead: float64({
      unit: 'times',
      min: 1,
      meaning:
        'How many times as much the most downloaded data set is taken as one in the mean: 1 where all are taken alike.',
      formula: 'g₁ ÷ (G ÷ P)',
      nullWhen: 'no row has a project',
    }),
  },
  query: ({ by_project }, { dialect }) => sql`
    WITH sums AS (
      SELECT key, count(*) AS projects, ${exactSum(dialect, sql`n`)} AS total, ${exactSquares(dialect, sql`n`)} AS squares, max(n) AS top,
             ${dialect.sumOfLargest(sql`n`, 3)} AS top3
      FROM ${by_project!} GROUP BY key
    )
    SELECT key, ${dialect.double(sql`top`)} / total AS top_project_concentration,
           ${dialect.double(sql`top3`)} / total AS top3_project_concentration,
           ${dialect.double(sql`squares`)} / (${dialect.double(sql`total`)} * ${dialect.double(sql`total`)}) AS project_hhi,
           ${dialect.double(sql`projects`)} / total AS projects_per_download,
           ${dialect.double(sql`top * projects`)} / total AS top_project_lead
    FROM sums`,
});
