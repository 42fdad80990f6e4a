import { LABELS, type RunResult } from '@deeplogbot/core';
import { quantile } from '../statistics/feature-summary.js';
import type { Chart } from './chart.js';
import { COLOURS, LABEL_STYLE } from './palette.js';
import { type Panel, panels, short } from './panels.js';

const byLabel = (run: RunResult) => ({
  locations: {
    organic: run.organicLocations,
    hub: run.hubLocations,
    bot: run.botLocations,
    insufficient_evidence: run.insufficientLocations,
  },
  downloads: {
    organic: run.stats.normal,
    hub: run.stats.hubs,
    bot: run.stats.bots,
    insufficient_evidence: run.stats.insufficientEvidence,
  },
});

const names = LABELS.map((label) => LABEL_STYLE[label].name);

/** Locations per class. */
export const classificationDistribution = (run: RunResult): Chart =>
  bars(run, 'locations', 'classification_distribution', 'Locations by class');

/** Downloads per class. */
export const downloadsByCategory = (run: RunResult): Chart =>
  bars(run, 'downloads', 'downloads_by_category', 'Downloads by class');

function bars(run: RunResult, kind: 'locations' | 'downloads', name: string, title: string): Chart {
  const counts = byLabel(run)[kind];
  const panel: Panel = {
    title,
    x: { type: 'value', axisLabel: { formatter: short } },
    y: { type: 'category', inverse: true, data: names },
    series: [
      {
        type: 'bar',
        barMaxWidth: 30,
        label: { show: true, position: 'right', color: COLOURS.ink, formatter: ({ value }) => short(Number(value)) },
        data: LABELS.map((label) => ({ value: counts[label], itemStyle: { color: LABEL_STYLE[label].colour } })),
      },
    ],
  };
  return {
    name,
    title,
    summary: `${title}; the number is behind each bar.`,
    width: 720,
    height: 260,
    option: run.totalLocations === 0 ? null : panels([panel], 1, 720, 260, 140),
    missing: 'No location was classified.',
    table: { names: ['Class', kind], rows: LABELS.map((label) => [LABEL_STYLE[label].name, counts[label]]) },
  };
}

const COMPARED = [
  ['downloads_per_user', 'Downloads per user (logarithmic)'],
  ['working_hours_ratio', 'Share in working hours'],
  ['regularity_score', 'Regularity of the gaps'],
] as const;

/** Box plots of three features by the first level of the taxonomy; boxes are quartiles, whiskers the 5 % and 95 % quantiles. */
export function categoryFeatureComparison(run: RunResult): Chart {
  const groups = [...new Set(run.verdicts.rows.map(({ behaviorType }) => behaviorType))].sort();
  const rows = COMPARED.flatMap(([feature, title]) => {
    const values = run.features.get(feature);
    if (values === undefined) return [];
    return groups.map((group) => {
      const sorted = values
        .filter((value, i) => Number.isFinite(value) && run.verdicts.rows[i]!.behaviorType === group)
        .sort();
      return {
        feature,
        title,
        group,
        n: sorted.length,
        five: [0.05, 0.25, 0.5, 0.75, 0.95].map((q) => quantile(sorted, q)),
      };
    });
  }).filter(({ n }) => n > 0);
  const panel = ([feature, title]: (typeof COMPARED)[number]): Panel => ({
    title,
    x: {
      type: 'category',
      data: groups.map((group) => group.replaceAll('_', '\n')),
      axisLabel: { interval: 0, hideOverlap: false },
    },
    y: { type: feature === 'downloads_per_user' ? 'log' : 'value', axisLabel: { formatter: short } },
    series: [
      {
        type: 'boxplot',
        itemStyle: { color: 'none', borderColor: COLOURS.fall, borderWidth: 1.5 },
        data: groups.map((group) => rows.find((row) => row.feature === feature && row.group === group)?.five ?? []),
      },
    ],
  });
  const present = COMPARED.filter(([feature]) => rows.some((row) => row.feature === feature));
  return {
    name: 'category_feature_comparison',
    title: 'Features by kind of behaviour',
    summary:
      'Boxes hold the middle half of the locations, the line in them is the median, whiskers end at the 5 % and 95 % quantiles.',
    width: 960,
    height: 320,
    option: present.length === 0 ? null : panels(present.map(panel), present.length, 960, 320),
    missing: 'None of the compared features was measured.',
    table: {
      names: ['Feature', 'Behaviour', 'Locations', '5 %', '25 %', 'Median', '75 %', '95 %'],
      rows: rows.map(({ feature, group, n, five }) => [feature, group, n, ...five]),
    },
  };
}
