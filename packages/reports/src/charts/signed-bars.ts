import type { Chart } from './chart.js';
import { COLOURS } from './palette.js';
import { label, type Panel, panels, short } from './panels.js';

type Bars = readonly (readonly [name: string, value: number])[];

/** A bar per name, in the order given; `colour` of a value tells what side it is on. */
export const barPanel = (title: string, rows: Bars, colour: (value: number) => string): Panel => ({
  title,
  x: { type: 'value', axisLabel: { formatter: short } },
  y: { type: 'category', inverse: true, data: rows.map(([name]) => label(name)), axisLabel: { margin: 8 } },
  series: [
    {
      type: 'bar',
      barMaxWidth: 13,
      data: rows.map(([, value]) => ({ value, itemStyle: { color: colour(value) } })),
    },
  ],
});

/** Orange to the right where the value is positive, blue to the left where it is negative. */
const signed = (value: number) => (value < 0 ? COLOURS.fall : COLOURS.rise);

/** Bars of one kind, of no class. */
export const plain = () => COLOURS.muted;

/** A drawing of one such panel, {@link signed} unless told otherwise. */
export function signedBars(rows: Bars, { measure, of = 'Feature', colour = signed, ...words }: SignedBarsWords): Chart {
  const height = 90 + 20 * rows.length;
  const option = rows.length === 0 ? null : panels([barPanel(measure, rows, colour)], 1, 720, height, 220);
  return { ...words, width: 720, height, option, table: { names: [of, measure], rows } };
}

/** The words of such a chart. */
export interface SignedBarsWords extends Pick<Chart, 'name' | 'title' | 'summary' | 'missing'> {
  /** What the values are. */
  readonly measure: string;
  /** What the names are. @defaultValue 'Feature' */
  readonly of?: string;
  /** Colour of a value. @defaultValue orange above 0, blue below */
  readonly colour?: (value: number) => string;
}
