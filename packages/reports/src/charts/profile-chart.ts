import type { Timing } from '@deeplogbot/core';
import { counted } from '../plain-text.js';
import { drawCharts } from './chart.js';
import { COLOURS, LABEL_STYLE } from './palette.js';
import { axis, label } from './panels.js';

/** Steps shorter than this share of the run are left out of the picture. */
const SHORTEST = 0.004;
const WIDTH = 960;
const ROW = 18;
const ROOM = { left: 230, right: 70, top: 60, bottom: 40 } as const;

type Kind = 'engine' | 'host' | 'report' | 'step';

const STYLE: Readonly<Record<Kind, readonly [name: string, colour: string]>> = {
  step: ['part of the run', COLOURS.muted],
  engine: ['node of the feature plan', LABEL_STYLE.organic.colour],
  host: ['computed beside it', LABEL_STYLE.hub.colour],
  report: ['report', LABEL_STYLE.bot.colour],
};

function kindOf(step: string): Kind {
  if (step.startsWith('reports/')) return 'report';
  if (!step.startsWith('features/')) return 'step';
  return step.endsWith('/host') ? 'host' : 'engine';
}

/** A picture of a profiled run as SVG: a bar per step from its begin to its end, steps that overlap above one another. */
export async function profileChart(steps: readonly Timing[], seconds: number): Promise<string> {
  const shown = steps.filter((step) => step.start !== undefined && step.seconds >= SHORTEST * seconds);
  const left = steps.length - shown.length;
  const title = `Where ${seconds.toFixed(1)} seconds went`;
  const rest = `${counted(left, 'step')} of less than ${(SHORTEST * seconds).toFixed(2)} s ${left === 1 ? 'is' : 'are'} in the JSON file alone`;
  const height = ROOM.top + ROOM.bottom + ROW * Math.max(1, shown.length);
  const kinds = (Object.keys(STYLE) as Kind[]).filter((kind) => shown.some(({ step }) => kindOf(step) === kind));
  const bar = { type: 'bar', stack: 'time', barWidth: ROW - 5 } as const;
  const option = {
    legend: { top: 28, left: 4, icon: 'roundRect', itemGap: 26, data: kinds.map((kind) => STYLE[kind][0]) },
    title: { text: title, left: 4, top: 4, textStyle: { fontSize: 15 } },
    graphic: {
      type: 'text' as const,
      right: ROOM.right,
      top: 7,
      style: { text: left > 0 ? rest : '', fill: COLOURS.muted, fontSize: 11 },
    },
    grid: ROOM,
    xAxis: { ...axis, type: 'value' as const, name: 'seconds', nameLocation: 'middle' as const, nameGap: 24 },
    yAxis: {
      ...axis,
      type: 'category' as const,
      inverse: true,
      data: shown.map(({ step }) => label(step)),
      axisLabel: { ...axis.axisLabel, interval: 0 },
    },
    series: [
      { ...bar, silent: true, itemStyle: { color: 'transparent' }, data: shown.map(({ start }) => start!) },
      ...kinds.map((kind) => ({
        ...bar,
        name: STYLE[kind][0],
        itemStyle: { color: STYLE[kind][1] },
        label: { show: true, position: 'right' as const, color: COLOURS.ink, fontSize: 10, formatter: secondsText },
        data: shown.map(({ step, seconds: took }) => (kindOf(step) === kind ? took : '-')),
      })),
    ],
  };
  const table = { names: ['step', 'seconds'], rows: steps.map(({ step, seconds: took }) => [step, took]) };
  const chart = { name: 'profile', title, summary: title, width: WIDTH, height, option, table };
  return `${(await drawCharts([chart])).get('profile')!}\n`;
}

const secondsText = ({ value }: { readonly value?: unknown }): string => `${Number(value).toFixed(2)} s`;
