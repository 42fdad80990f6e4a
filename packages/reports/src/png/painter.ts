import { type Chart, loadCharts } from '../charts/chart.js';
import { roboto } from './roboto.generated.js';

/** What drawing needs of `@napi-rs/canvas`. */
export interface CanvasLibrary {
  createCanvas(width: number, height: number): Canvas;
  readonly GlobalFonts: { has(name: string): boolean; register(font: Buffer, name: string): unknown };
}

interface Canvas {
  encode(format: 'png'): Promise<Uint8Array>;
}

/** Of our own, so that a font of the machine with the name of ours is not taken for it. */
const FONT = 'DeepLogBot Roboto';
/** Pixels of the file per pixel of the drawing. */
const SCALE = 2;

/** Draws a chart as PNG: the same chart library draws the same options, on a canvas instead of as SVG. */
export async function createPainter({
  createCanvas,
  GlobalFonts,
}: CanvasLibrary): Promise<(chart: Chart) => Promise<Uint8Array>> {
  const echarts = await loadCharts();
  if (!GlobalFonts.has(FONT)) GlobalFonts.register(Buffer.from(roboto, 'base64'), FONT);
  return async ({ width, height, option }) => {
    const canvas = createCanvas(width, height);
    const chart = echarts.init(canvas as unknown as HTMLCanvasElement, null, {
      renderer: 'canvas',
      devicePixelRatio: SCALE,
      width,
      height,
    });
    try {
      chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT }, ...option });
      return await canvas.encode('png');
    } finally {
      chart.dispose();
    }
  };
}
