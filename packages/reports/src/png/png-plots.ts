import type { Reporter } from '@deeplogbot/core';
import { drawnAhead, drawnCharts } from '../charts/all-charts.js';
import type { Chart } from '../charts/chart.js';
import { FilesInWriting } from '../files-in-writing.js';
import { oncePerRun } from '../once-per-run.js';
import { type CanvasLibrary, createPainter } from './painter.js';

export type { CanvasLibrary } from './painter.js';

/**
 * `plots/*.png`: the drawings of `plots/*.svg`, made of the same SVG, twice as many pixels each way, on white, for slides and word processors. The letters come with the
 * package. Where the drawing library has no binary for the machine, nothing is written and the run's warnings say so.
 */
export const pngPlots: Reporter = pngPlotsWith(() => import('@napi-rs/canvas'));

/** The same with a drawing library of the caller's; `load` may fail. */
export function pngPlotsWith(load: () => Promise<CanvasLibrary>): Reporter {
  const painterOf = oncePerRun(() => load().then(paintOnce));
  return {
    name: 'png-plots',
    early: true,
    needs: ['usage'],
    async prepare(run) {
      const paint = await painterOf(run);
      for (const { chart, svg } of (await drawnAhead(run)).values()) {
        if (svg !== undefined) paint(chart, svg).catch(() => {}); // Told by `write`, which gets the same promise.
      }
    },
    async write(run, target, warn) {
      const drawings = [...(await drawnCharts(run)).values()].filter(({ svg }) => svg !== undefined);
      if (drawings.length === 0) return [];
      const paint = await painterOf(run).catch((cause: unknown) => {
        warn?.(absent(cause));
        return null;
      });
      if (paint === null) return [];
      const folder = (await target.folder?.('plots')) ?? target;
      const files = new FilesInWriting();
      let before: Promise<unknown> = Promise.resolve();
      for (const { chart, svg } of drawings) {
        const name = folder === target ? `plot_${chart.name}.png` : `${chart.name}.png`;
        const written = Promise.all([paint(chart, svg!), before]).then(([png]) => folder.write(name, png));
        files.add(written);
        await before; // While one is encoded, in a thread of the library, the next is drawn.
        before = written.catch(() => {}); // Told by `files`.
      }
      return files.paths();
    },
  };
}

type Paint = (chart: Chart, svg: string) => Promise<Uint8Array>;

/** Paints each chart of a run once. */
function paintOnce(library: CanvasLibrary): Paint {
  const paint = createPainter(library);
  const painted = new Map<string, Promise<Uint8Array>>();
  return (chart, svg) => {
    const png = painted.get(chart.name) ?? paint(svg, chart);
    painted.set(chart.name, png);
    return png;
  };
}

const absent = (cause: unknown): string => {
  const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return `plots are written as SVG only: @napi-rs/canvas does not load on ${process.platform} ${process.arch} (${why}); install it for this platform to have PNG`;
};
