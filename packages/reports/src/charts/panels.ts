import type { EChartsOption, SeriesOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { clipText } from '../plain-text.js';
import { COLOURS } from './palette.js';

/** One small drawing among others: its axes and series. */
export interface Panel {
  readonly title: string;
  readonly x: XAXisComponentOption;
  readonly y: YAXisComponentOption;
  readonly series: readonly SeriesOption[];
}

const GAP = { left: 62, right: 14, top: 34, bottom: 44 } as const;
const LEGEND = 30;

/** Axes in the greys of the page. */
export const axis = {
  axisLine: { onZero: false, lineStyle: { color: COLOURS.muted } },
  axisTick: { lineStyle: { color: COLOURS.muted } },
  axisLabel: { color: COLOURS.muted, fontSize: 11, hideOverlap: true },
  splitLine: { lineStyle: { color: COLOURS.grid } },
  nameTextStyle: { color: COLOURS.muted, fontSize: 11 },
} as const;

/**
 * Text of a log as a label. The library keeps what it measured under the text itself in a plain object, so a label `__proto__` would change
 * the prototype of all objects; the space in front prevents that for the text and for every beginning of it.
 */
export const label = (text: string): string => `\u00a0${clipText(text, 40)}`;

/** 12345 → 12K, for labels of an axis. */
export function short(value: number): string {
  const size = Math.abs(value);
  const cut = (unit: number, letter: string) => `${Number((value / unit).toPrecision(3))}${letter}`;
  if (size >= 1e9) return cut(1e9, 'B');
  if (size >= 1e6) return cut(1e6, 'M');
  if (size >= 1e4) return cut(1e3, 'K');
  return String(Number(value.toPrecision(4)));
}

/** Lays panels out in rows, under one legend where series have names. */
export function panels(
  list: readonly Panel[],
  columns: number,
  width: number,
  height: number,
  left: number = GAP.left,
): EChartsOption {
  const rows = Math.ceil(list.length / columns);
  const above = list.some(({ series }) => series.some(({ name }) => name !== undefined)) ? LEGEND : 0;
  const [cellWidth, cellHeight] = [width / columns, (height - above) / rows];
  const at = (i: number) => ({ x: (i % columns) * cellWidth, y: above + Math.floor(i / columns) * cellHeight });
  return {
    legend: {
      top: 2,
      left: 4,
      icon: 'roundRect',
      itemHeight: 10,
      itemWidth: 14,
      itemGap: 22,
      textStyle: { color: COLOURS.ink, fontSize: 12 },
      selectedMode: false,
    },
    title: list.map(({ title }, i) => ({
      text: title,
      left: at(i).x + 6,
      top: at(i).y + 4,
      textStyle: { fontSize: 12, fontWeight: 'normal', color: COLOURS.ink },
    })),
    grid: list.map((_, i) => ({
      left: at(i).x + left,
      top: at(i).y + GAP.top,
      width: cellWidth - left - GAP.right,
      height: cellHeight - GAP.top - GAP.bottom,
    })),
    xAxis: list.map(
      ({ x }, i) =>
        ({ ...axis, ...x, axisLabel: { ...axis.axisLabel, ...x.axisLabel }, gridIndex: i }) as XAXisComponentOption,
    ),
    yAxis: list.map(
      ({ y }, i) =>
        ({ ...axis, ...y, axisLabel: { ...axis.axisLabel, ...y.axisLabel }, gridIndex: i }) as YAXisComponentOption,
    ),
    series: list.flatMap(({ series }, i) =>
      series.map((each) => {
        const own = 'stack' in each && each.stack !== undefined ? { stack: `${each.stack} ${i}` } : {};
        return { silent: true, ...each, ...own, xAxisIndex: i, yAxisIndex: i } as SeriesOption;
      }),
    ),
  };
}
