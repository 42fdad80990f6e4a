import { LABELS, type RunResult } from '@deeplogbot/core';
import type { Chart } from './chart.js';
import { LABEL_STYLE } from './palette.js';
import { label, type Panel, panels, short } from './panels.js';
import { timeLabels } from './time-labels.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
/** Monday first, as most readers expect it. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;
const NOT_COUNTED = 'The run did not count downloads by time.';

/** Downloads per month, stacked by class. */
export function trafficOverTime(run: RunResult): Chart {
  const months = run.usage?.dimensions.month.rows ?? [];
  const steps = months.map(({ value }) => value ?? '–');
  const series = LABELS.map((label) => ({
    type: 'bar' as const,
    name: LABEL_STYLE[label].name,
    stack: 'all',
    barCategoryGap: '12%',
    itemStyle: { color: LABEL_STYLE[label].colour },
    data: months.map(({ downloads }) => downloads[label]),
  }));
  const panel: Panel = {
    title: 'Downloads per month (UTC)',
    x: { type: 'category', data: steps.map(label), axisLabel: timeLabels('month', steps) },
    y: { type: 'value', axisLabel: { formatter: short } },
    series,
  };
  return {
    name: 'traffic_over_time',
    title: 'Traffic over time by class',
    summary: 'Each bar is a month; its parts are the classes of the locations that downloaded.',
    width: 960,
    height: 300,
    option: months.length === 0 ? null : panels([panel], 1, 960, 300),
    missing: NOT_COUNTED,
    table: {
      names: ['Month', ...LABELS.map((label) => LABEL_STYLE[label].name)],
      rows: months.map(({ value, downloads }) => [value, ...LABELS.map((label) => downloads[label])]),
    },
  };
}

/** A heat map of weekday and hour for each class that has downloads; each is scaled to its own busiest hour. */
export function hoursAndWeekdays(run: RunResult): Chart {
  const clock = run.usage?.clock;
  const labels = LABELS.filter((label) => clock?.[label].some((n) => n > 0));
  const height = 30 + Math.ceil(labels.length / 2) * 210;
  return {
    name: 'hours_and_weekdays',
    title: 'Hours and weekdays by class',
    summary:
      'The fuller the colour, the more downloads in that hour (UTC) of that weekday; each class is scaled to its own busiest hour.',
    width: 960,
    height,
    option:
      clock && labels.length > 0
        ? {
            ...panels(
              labels.map((label) => clockPanel(label, clock[label])),
              2,
              960,
              height,
              84,
            ),
            legend: { show: false },
          }
        : null,
    missing: NOT_COUNTED,
    table: {
      names: ['Weekday', 'Hour', ...labels.map((label) => LABEL_STYLE[label].name)],
      rows: WEEK.flatMap((day) =>
        Array.from({ length: 24 }, (_, hour) => [
          DAYS[day]!,
          hour,
          ...labels.map((label) => clock![label][day * 24 + hour]!),
        ]),
      ),
    },
  };
}

function clockPanel(label: (typeof LABELS)[number], counts: Float64Array): Panel {
  const most = Math.max(...counts);
  const days = [...WEEK].reverse();
  return {
    title: `${LABEL_STYLE[label].name}: ${short(most)} downloads in the busiest hour of the week`,
    x: { type: 'category', data: Array.from({ length: 24 }, (_, hour) => `${hour}`), splitLine: { show: false } },
    y: { type: 'category', data: days.map((day) => DAYS[day]!), splitLine: { show: false } },
    series: [
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [14, 15],
        data: days.flatMap((day, y) =>
          Array.from({ length: 24 }, (_, hour) => ({
            value: [hour, y],
            itemStyle: {
              color: LABEL_STYLE[label].colour,
              opacity: Math.round((100 * counts[day * 24 + hour]!) / most) / 100,
            },
          })),
        ),
      },
    ],
  };
}
