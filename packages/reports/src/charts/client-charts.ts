import type { RunResult, TrafficUnit } from '@deeplogbot/core';
import { CLIENT_VERDICTS, verdictOfKind } from '../clients/verdicts.js';
import type { Chart } from './chart.js';
import { type Panel, panels, short } from './panels.js';
import { timeLabels } from './time-labels.js';

/** Requests per hour, day, week or month, stacked by the verdict of their client. */
export function trafficByVerdict({ traffic }: Pick<RunResult, 'traffic'>): Chart {
  const steps = traffic ? Array.from(traffic.startsUs, (us) => nameOf(traffic.unit, us)) : [];
  const shown = CLIENT_VERDICTS.flatMap((verdict) => {
    const columns = [...(traffic?.counts ?? [])].filter(([kind]) => verdictOfKind(kind) === verdict.id);
    if (columns.length === 0) return [];
    return [{ ...verdict, data: steps.map((_, i) => columns.reduce((sum, [, counts]) => sum + counts[i]!, 0)) }];
  });
  const unit = traffic?.unit ?? 'hour';
  const panel: Panel = {
    title: `Requests per ${unit} (UTC)`,
    x: { type: 'category', data: steps, axisLabel: timeLabels(unit, steps) },
    y: { type: 'value', axisLabel: { formatter: short } },
    series: shown.map(({ name, colour, data }) => ({
      type: 'bar' as const,
      name,
      stack: 'all',
      barCategoryGap: '12%',
      itemStyle: { color: colour },
      data,
    })),
  };
  return {
    name: 'traffic_by_verdict',
    title: 'Requests over time by verdict',
    summary: `Each bar is ${unit === 'hour' ? 'an hour' : `a ${unit}`}; its parts are the verdicts of the clients that asked.`,
    width: 960,
    height: 300,
    option: steps.length === 0 ? null : panels([panel], 1, 960, 300),
    missing: 'The run did not count requests by time.',
    table: {
      names: [STEP_NAMES[unit], ...shown.map(({ name }) => name)],
      rows: steps.map((step, i) => [step, ...shown.map(({ data }) => data[i]!)]),
    },
  };
}

const STEP_NAMES = { hour: 'Hour', day: 'Day', week: 'Week of', month: 'Month' } as const;

function nameOf(unit: TrafficUnit, us: number): string {
  const text = new Date(us / 1000).toISOString();
  if (unit === 'hour') return `${text.slice(0, 10)} ${text.slice(11, 13)}:00`;
  return unit === 'month' ? text.slice(0, 7) : text.slice(0, 10);
}
