import type { Chart } from './chart.js';
import { COLOURS } from './palette.js';
import { label, panels, short } from './panels.js';

/** A bar per name, in the order given: orange to the right where the value is positive, blue to the left where it is negative. */
export function signedBars(
  rows: readonly (readonly [name: string, value: number])[],
  { measure, of = 'Feature', ...words }: SignedBarsWords,
): Chart {
  const height = 90 + 20 * rows.length;
  const panel = {
    title: measure,
    x: { type: 'value' as const, axisLabel: { formatter: short } },
    y: {
      type: 'category' as const,
      inverse: true,
      data: rows.map(([name]) => label(name)),
      axisLabel: { margin: 8 },
    },
    series: [
      {
        type: 'bar' as const,
        barMaxWidth: 13,
        data: rows.map(([, value]) => ({ value, itemStyle: { color: value < 0 ? COLOURS.hub : COLOURS.bot } })),
      },
    ],
  };
  return {
    ...words,
    width: 720,
    height,
    option: rows.length === 0 ? null : panels([panel], 1, 720, height, 220),
    table: { names: [of, measure], rows: rows.map(([name, value]) => [name, value]) },
  };
}

/** The words of such a chart. */
export interface SignedBarsWords extends Pick<Chart, 'name' | 'title' | 'summary' | 'missing'> {
  /** What the values are. */
  readonly measure: string;
  /** What the names are. @defaultValue 'Feature' */
  readonly of?: string;
}
