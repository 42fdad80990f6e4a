import { roboto } from './roboto.generated.js';

/** What drawing needs of `@napi-rs/canvas`. */
export interface CanvasLibrary {
  createCanvas(width: number, height: number): Canvas;
  readonly Image: new () => Image;
  readonly GlobalFonts: { has(name: string): boolean; register(font: Buffer, name: string): unknown };
}

interface Image {
  /** Setting it frees the pixels of what was there before. */
  src: Uint8Array | string;
  decode(): Promise<void>;
}

interface Canvas {
  /** Setting either empties the canvas. */
  width: number;
  height: number;
  getContext(kind: '2d'): {
    fillStyle: unknown;
    fillRect(x: number, y: number, width: number, height: number): void;
    drawImage(image: never, x: number, y: number, width: number, height: number): void;
  };
  encode(format: 'png'): Promise<Uint8Array>;
}

/** Of our own, so that a font of the machine with the name of ours is not taken for it. */
const FONT = 'DeepLogBot Roboto';
/** Pixels of the file per pixel of the drawing. */
const SCALE = 2;
/** From the middle of a line of Roboto down to its baseline, in sizes of the font. */
const MIDDLE_TO_BASELINE = 0.35;

/**
 * Turns drawings as `drawCharts` makes them into PNG, on white. All share one canvas and one image, since the pixels of those for each,
 * 4 to 8 MB, would stay until JavaScript's garbage is collected; a drawing waits until the one before it is encoded.
 */
export function createPainter({
  createCanvas,
  Image,
  GlobalFonts,
}: CanvasLibrary): (svg: string, size: { readonly width: number; readonly height: number }) => Promise<Uint8Array> {
  if (!GlobalFonts.has(FONT)) GlobalFonts.register(Buffer.from(roboto, 'base64'), FONT);
  const [canvas, image] = [createCanvas(1, 1), new Image()];
  const paint = async (svg: string, width: number, height: number) => {
    image.src = Buffer.from(forSkia(svg, width, height));
    await image.decode();
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.drawImage(image as never, 0, 0, width, height);
    return canvas.encode('png');
  };
  let free: Promise<unknown> = Promise.resolve();
  return (svg, size) => {
    const painted = free.then(() => paint(svg, size.width * SCALE, size.height * SCALE));
    free = painted.catch(() => {}); // Told to who asked for it.
    return painted;
  };
}

/** The drawing in full size, its words in our font and on baselines, since Skia knows no middle of a line. */
const forSkia = (svg: string, width: number, height: number): string =>
  svg
    .replace(/ width="[^"]*" height="[^"]*"/, ` width="${width}" height="${height}"`)
    .replace(/<text([^>]*)>/g, (_, attributes: string) => `<text${onBaseline(attributes)}>`);

function onBaseline(attributes: string): string {
  const ours = attributes.replace(/font-family:[^;"]*/, `font-family:${FONT}`);
  if (!ours.includes(MIDDLE)) return ours;
  const size = Number(/font-size:([\d.]+)px/.exec(ours)?.[1] ?? 12);
  const y = Number(/ y="([^"]*)"/.exec(ours)?.[1] ?? 0);
  return `${ours.replace(MIDDLE, '').replace(/ y="[^"]*"/, '')} y="${y + MIDDLE_TO_BASELINE * size}"`;
}

const MIDDLE = ' dominant-baseline="central"';
