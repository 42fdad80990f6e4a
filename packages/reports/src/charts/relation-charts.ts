import { createRandom, LABELS, type RunResult } from '@deeplogbot/core';
import { correlation } from '../statistics/feature-summary.js';
import type { Chart } from './chart.js';
import { histogram } from './histogram.js';
import { COLOURS, LABEL_STYLE } from './palette.js';
import { panels, short } from './panels.js';

const CORRELATED = [
  'unique_users',
  'downloads_per_user',
  'working_hours_ratio',
  'night_activity_ratio',
  'hourly_entropy',
  'regularity_score',
  'anomaly_score',
  'user_coordination_score',
] as const;

/** How eight features go together, two at a time. */
export function correlationMatrix(run: RunResult): Chart {
  const present = CORRELATED.filter((name) => run.features.get(name));
  const cells = present.flatMap((a, x) =>
    present.slice(x).flatMap((b, after) => {
      const r = Math.round(100 * correlation(run.features.need(a), run.features.need(b))) / 100;
      const cell = { x, y: x + after, a, b, r };
      return after === 0 ? [cell] : [cell, { ...cell, x: cell.y, y: cell.x }];
    }),
  );
  const known = cells.filter(({ r }) => Number.isFinite(r));
  const category = { type: 'category' as const, data: [...present], splitLine: { show: false } };
  return {
    name: 'correlation_matrix',
    title: 'How features go together',
    summary:
      'Correlation of two features over all locations: orange when they rise together, blue when one falls as the other rises; the fuller the stronger.',
    width: 820,
    height: 520,
    option:
      known.length === 0
        ? null
        : {
            grid: { left: 190, top: 20, width: 600, height: 360 },
            xAxis: { ...category, axisLabel: { rotate: 35, color: COLOURS.muted, interval: 0 } },
            yAxis: { ...category, inverse: true, axisLabel: { color: COLOURS.muted } },
            series: [
              {
                type: 'scatter',
                symbol: 'rect',
                symbolSize: [600 / present.length - 3, 360 / present.length - 3],
                silent: true,
                data: known.map(({ x, y, r }) => ({
                  value: [x, y],
                  itemStyle: {
                    color: r < 0 ? COLOURS.fall : COLOURS.rise,
                    opacity: Math.round(75 * Math.abs(r)) / 100,
                  },
                })),
              },
              {
                type: 'scatter',
                symbolSize: 0,
                silent: true,
                data: known.map(({ x, y }) => [x, y]),
                label: {
                  show: true,
                  position: 'inside',
                  color: COLOURS.ink,
                  formatter: ({ dataIndex }) => String(known[dataIndex]!.r),
                },
              },
            ],
          },
    missing: 'Too few features were measured.',
    table: {
      names: ['Feature', 'Feature', 'Correlation'],
      rows: known.filter(({ x, y }) => x < y).map(({ a, b, r }) => [a, b, r]),
    },
  };
}

/** Dots that a drawing can hold; more are drawn from with a seed. */
const MAX_DOTS = 1500;

/** The anomaly score by class, and against downloads per user. */
export function anomalyAnalysis(run: RunResult): Chart {
  const counted = histogram(run, 'anomaly_score', 30);
  const [score, perUser] = [run.features.get('anomaly_score'), run.features.get('downloads_per_user')];
  const measured =
    score && perUser ? [...score.keys()].filter((i) => Number.isFinite(score[i]!) && perUser[i]! > 0) : [];
  const drawn = [...createRandom(run.randomState).sample(measured.length, MAX_DOTS)]
    .sort((a, b) => a - b)
    .map((at) => measured[at]!);
  const spread = {
    title: 'Score against downloads per user (logarithmic)',
    x: { type: 'log' as const, axisLabel: { formatter: short } },
    y: { type: 'value' as const },
    series: LABELS.map((label) => ({
      type: 'scatter' as const,
      name: LABEL_STYLE[label].name,
      symbol: LABEL_STYLE[label].symbol,
      symbolSize: Math.round(50 * LABEL_STYLE[label].side) / 10,
      itemStyle: { color: LABEL_STYLE[label].colour, opacity: 0.7 },
      data: drawn
        .filter((i) => run.verdicts.rows[i]!.label === label)
        .map((i) => [perUser![i]!, Number(score![i]!.toPrecision(4))]),
    })),
  };
  const counts = counted && {
    title: 'Locations by anomaly score',
    x: {
      type: 'category' as const,
      data: counted.edges.slice(0, -1).map((edge) => String(Number(edge.toPrecision(3)))),
    },
    y: { type: 'value' as const, axisLabel: { formatter: short } },
    series: LABELS.map((label) => ({
      type: 'bar' as const,
      name: LABEL_STYLE[label].name,
      stack: 'all',
      barCategoryGap: '4%',
      itemStyle: { color: LABEL_STYLE[label].colour },
      data: [...counted.counts[label]],
    })),
  };
  return {
    name: 'anomaly_analysis',
    title: 'Anomaly score',
    summary: `Above 0 a location is among the most unusual ${Math.round(100 * run.contamination)} per cent. ${drawn.length} of ${measured.length} locations are drawn on the right.`,
    width: 960,
    height: 340,
    option: counts === null ? null : panels(drawn.length > 0 ? [counts, spread] : [counts], 2, 960, 340),
    missing: 'The run has no anomaly score.',
    table: {
      names: ['Lowest score', 'Highest score', ...LABELS.map((label) => LABEL_STYLE[label].name)],
      rows: counted
        ? counted.edges
            .slice(0, -1)
            .map((edge, i) => [edge, counted.edges[i + 1]!, ...LABELS.map((label) => counted.counts[label][i]!)])
        : [],
    },
  };
}
