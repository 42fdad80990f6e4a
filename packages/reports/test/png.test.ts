import { createHash } from 'node:crypto';
import { plots } from '@deeplogbot/reports';
import { pngPlots, pngPlotsWith } from '@deeplogbot/reports/node';
import * as canvasLibrary from '@napi-rs/canvas';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { COLOURS } from '../src/charts/palette.js';
import { type CanvasLibrary, createPainter } from '../src/png/painter.js';
import { memoryDir, runOf, syntheticRun } from './support/run.js';

const run = syntheticRun(300, 20);

/** Name → bytes of what a reporter writes, and its warnings. */
async function bytesOf(reporter: typeof pngPlots, of = run) {
  const files = new Map<string, Uint8Array>();
  const warnings: string[] = [];
  const target = {
    path: 'memory',
    write: async (name: string, content: string | Uint8Array | Iterable<string>) => {
      files.set(name, content as Uint8Array);
      return name;
    },
  };
  await reporter.write(of, target, (warning) => warnings.push(warning));
  return { files, warnings };
}

async function pixelsOf(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number) => [...data.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 4)];
  return { width: image.width, height: image.height, data, at };
}

describe('plots as PNG', () => {
  let written: Awaited<ReturnType<typeof bytesOf>>;
  beforeAll(async () => {
    written = await bytesOf(pngPlots);
  });

  it('are those that there are as SVG', async () => {
    const svg = memoryDir();
    await plots.write(run, svg);
    const { files, warnings } = written;
    expect([...files.keys()].map((name) => name.replace(/png$/, 'svg'))).toEqual([...svg.files.keys()]);
    expect(files.size).toBeGreaterThan(9);
    expect(warnings).toEqual([]);
  });

  it('are the same whether they are asked for one after the other or all at once, on canvases that they share', async () => {
    const paint = createPainter(canvasLibrary as unknown as CanvasLibrary);
    const sizes = [60, 500, 10, 300, 40, 200].map((width) => ({ width, height: 30 }));
    const draw = ({ width, height }: { width: number; height: number }) =>
      paint(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width / 2}" height="9"/></svg>`,
        { width, height },
      );
    const single: Uint8Array[] = [];
    for (const size of sizes) single.push(await draw(size));
    expect(await Promise.all(sizes.map(draw))).toEqual(single);
    expect(new Set(single.map((png) => png.length)).size).toBeGreaterThan(3);
  });

  it('have two pixels each way for one of the drawing, on white, with the colours of the classes and letters', async () => {
    const { files } = written;
    const { width, height, data, at } = await pixelsOf(files.get('plot_classification_distribution.png')!);
    expect([width, height]).toEqual([1440, 520]);
    expect(at(1400, 4)).toEqual([255, 255, 255, 255]);
    const colours = new Map<string, number>();
    for (let i = 0; i < data.length; i += 4) {
      const colour = data.subarray(i, i + 3).join();
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    for (const name of ['organic', 'bot', 'hub', 'insufficient'] as const) {
      const rgb = [...Buffer.from(COLOURS[name].slice(1), 'hex')].join();
      expect(colours.get(rgb), name).toBeGreaterThan(500);
    }
    // the words left of the bars: more than empty paper, less than a box for each letter
    let ink = 0;
    for (let y = 100; y < 440; y++) for (let x = 4; x < 260; x++) ink += Number(at(x, y)[0]! < 128);
    expect(ink).toBeGreaterThan(1000);
    expect(ink).toBeLessThan(20_000);
  });

  it('are filled to every edge, on white where the drawing leaves it free', async () => {
    const paint = createPainter(canvasLibrary as unknown as CanvasLibrary);
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10"><rect width="10" height="10"/></svg>';
    const { width, height, at } = await pixelsOf(await paint(svg, { width: 20, height: 10 }));
    expect([width, height]).toEqual([40, 20]);
    for (const y of [0, 19])
      expect([at(0, y), at(39, y)]).toEqual([
        [0, 0, 0, 255],
        [255, 255, 255, 255],
      ]);
  });

  it('have their words in the middle of their line, in the font that comes along', async () => {
    const register = vi.fn(() => true);
    createPainter({ ...canvasLibrary, GlobalFonts: { has: () => false, register } } as unknown as CanvasLibrary);
    expect(register).toHaveBeenCalledWith(expect.any(Buffer), 'DeepLogBot Roboto');
    const paint = createPainter(canvasLibrary as unknown as CanvasLibrary);
    const inkOf = async (attributes: string) => {
      const text = `<text x="5" y="30" style="font-family:Any;font-size:20px"${attributes}>HHHH</text>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60" viewBox="0 0 80 60">${text}</svg>`;
      const { at } = await pixelsOf(await paint(svg, { width: 80, height: 60 }));
      const rows = Array.from({ length: 120 }, (_, y) => y);
      return rows.filter((y) => rows.some((x) => at(x, y)[0]! < 128));
    };
    const [central, onLine] = [await inkOf(' dominant-baseline="central"'), await inkOf('')];
    // Capitals of Roboto are 0.711 sizes high: at two pixels each way 28 rows, above the baseline or around the middle.
    expect(Math.abs((central[0]! + central.at(-1)!) / 2 - 60)).toBeLessThan(1.5);
    expect(Math.abs(onLine.at(-1)! - 59)).toBeLessThan(1.5);
    expect(Math.abs(central.length - 28)).toBeLessThan(2);
  });

  it('have the same bytes each time', async () => {
    const digests = ({ files }: typeof written) =>
      [...files.values()].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect(digests(await bytesOf(pngPlots, syntheticRun(300, 20)))).toEqual(digests(written));
  });

  it('are left out, and the run says so, where the library does not load', async () => {
    const missing = pngPlotsWith(() => import(String('@napi-rs/canvas-for-no-machine')));
    const { files, warnings } = await bytesOf(missing);
    expect(files.size).toBe(0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^plots are written as SVG only: @napi-rs\/canvas does not load on \w+ \w+ \(.+\)/);
    expect(warnings[0]).not.toContain('\n');
  });

  it('need no library where there is nothing to draw', async () => {
    const { files, warnings } = await bytesOf(
      pngPlotsWith(() => Promise.reject(new RangeError('asked for'))),
      runOf([], { usage: undefined }),
    );
    expect([files.size, warnings]).toEqual([0, []]);
  });
});
