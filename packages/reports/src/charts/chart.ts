import type { EChartsOption } from 'echarts';
import { worldMap } from './world.generated.js';

/** A drawing and what it says: a title, one sentence, and the numbers as a table. */
export interface Chart {
  /** File name without an ending. */
  readonly name: string;
  readonly title: string;
  /** One sentence on how to read it. */
  readonly summary: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Null when there is nothing to draw; `missing` then says why. */
  readonly option: EChartsOption | null;
  readonly missing?: string;
  readonly table: ChartTable;
}

export interface ChartTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * The library with the map, loaded when something is drawn for the first time. From one file: its 600 modules take half a
 * second of processor time to load.
 */
async function loadCharts(): Promise<typeof import('echarts')> {
  const echarts = await import('echarts/dist/echarts.esm.min');
  if (!echarts.getMap('world')) echarts.registerMap('world', JSON.parse(worldMap));
  return echarts;
}

/**
 * Draws charts as SVG text, without a browser. Equal charts give equal text: what the library numbers per process or adds for its
 * own scripts is taken out.
 */
export async function drawCharts(charts: readonly Chart[]): Promise<ReadonlyMap<string, string>> {
  const echarts = await loadCharts();
  const drawn = new Map<string, string>();
  for (const { name, title, width, height, option } of charts) {
    if (option === null) continue;
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option });
      drawn.set(name, cleaned(chart.renderToSVGString({ useViewBox: true }), title));
    } finally {
      chart.dispose();
    }
  }
  return drawn;
}

function cleaned(svg: string, title: string): string {
  return svg
    .replace(/ (?:ecmeta_\w+|class|pointer-events|preserveAspectRatio)="[^"]*"/g, '')
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/zr\d+-/g, 'zr-')
    .replace(/ d="[^"]{200,}"/g, (path) =>
      path.replace(/\d+\.\d{2,}/g, (value) => String(Math.round(Number(value) * 10) / 10)),
    )
    .replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', '')
    .replace('<svg ', `<svg role="img" aria-label="${title.replace(/[<>&"]/g, ' ')}" `)
    .replace(/>\s*\n\s*</g, '>\n<')
    .trim();
}
