import { LABELS, type RunResult } from '@deeplogbot/core';
import type { Chart } from './chart.js';
import { type Histogram, histogram } from './histogram.js';
import { LABEL_STYLE } from './palette.js';
import { type Panel, panels, short } from './panels.js';

const log10 = (value: number): number => Math.log10(value + 1);
const unlog = (value: number): string => short(Math.max(0, Math.round(Math.exp(value * Math.LN10) - 1)));
const plainly = (value: number): string => String(Number(value.toPrecision(3)));

interface Wanted {
  readonly feature: string;
  readonly title: string;
  readonly log?: boolean;
  readonly range?: readonly [number, number];
}

const FEATURES: readonly Wanted[] = [
  { feature: 'unique_users', title: 'Users (logarithmic)', log: true },
  { feature: 'downloads_per_user', title: 'Downloads per user (logarithmic)', log: true },
  { feature: 'working_hours_ratio', title: 'Share in working hours', range: [0, 1] },
  { feature: 'night_activity_ratio', title: 'Share at night', range: [0, 1] },
  { feature: 'regularity_score', title: 'Regularity of the gaps' },
  { feature: 'anomaly_score', title: 'Anomaly score' },
];

const TEMPORAL: readonly Wanted[] = [
  { feature: 'working_hours_ratio', title: 'Share in working hours', range: [0, 1] },
  { feature: 'night_activity_ratio', title: 'Share at night', range: [0, 1] },
  { feature: 'regularity_score', title: 'Regularity of the gaps' },
  { feature: 'hourly_entropy', title: 'Entropy of the hour of the day, nats' },
];

const YEARLY: readonly Wanted[] = [
  { feature: 'years_span', title: 'Years from first to last download' },
  { feature: 'fraction_latest_year', title: 'Share of downloads in the latest year', range: [0, 1] },
];

/** How users, hours, gaps and the anomaly score are spread, by class. */
export const featureDistributions = (run: RunResult): Chart =>
  distributions(run, FEATURES, 30, 3, 500, 'feature_distributions', 'Features by class');

/** How hours and gaps are spread, by class. */
export const temporalPatterns = (run: RunResult): Chart =>
  distributions(run, TEMPORAL, 30, 2, 500, 'temporal_patterns', 'Hours and gaps by class');

/** How long locations have been active, and how much of it lies in the latest year, by class. */
export const yearlyTrends = (run: RunResult): Chart =>
  distributions(run, YEARLY, 20, 2, 300, 'yearly_trends', 'Years by class');

function distributions(
  run: RunResult,
  wanted: readonly Wanted[],
  bins: number,
  columns: number,
  height: number,
  name: string,
  title: string,
): Chart {
  const found = wanted.flatMap(({ log, ...each }) => {
    const counted = histogram(run, each.feature, bins, log ? log10 : undefined, each.range);
    return counted ? [{ ...each, counted, format: log ? unlog : plainly }] : [];
  });
  return {
    name,
    title,
    summary: `Bars count locations; their parts are the classes. ${found.map(({ title: of, counted }) => `${of}: ${short(counted.measured)} measured`).join('; ')}.`,
    width: 960,
    height,
    option:
      found.length === 0
        ? null
        : panels(
            found.map(({ title: of, counted, format }) => panel(of, counted, format)),
            columns,
            960,
            height,
          ),
    missing: `None of ${wanted.map(({ feature }) => feature).join(', ')} was measured.`,
    table: {
      names: ['Feature', 'From', 'To', ...LABELS.map((label) => LABEL_STYLE[label].name)],
      rows: found.flatMap(({ feature, counted: { edges, counts }, format }) =>
        edges
          .slice(0, -1)
          .map((edge, i) => [
            feature,
            format(edge),
            format(edges[i + 1]!),
            ...LABELS.map((label) => counts[label][i]!),
          ]),
      ),
    },
  };
}

const panel = (title: string, { edges, counts }: Histogram, format: (value: number) => string): Panel => ({
  title,
  x: { type: 'category', data: edges.slice(0, -1).map(format) },
  y: { type: 'value', axisLabel: { formatter: short } },
  series: LABELS.map((label) => ({
    type: 'bar',
    name: LABEL_STYLE[label].name,
    stack: 'all',
    barCategoryGap: '4%',
    itemStyle: { color: LABEL_STYLE[label].colour },
    data: [...counts[label]],
  })),
});
