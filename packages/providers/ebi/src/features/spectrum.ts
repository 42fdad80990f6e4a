import FFT from 'fft.js';
import { Scratch } from './scratch.js';

/** What Bluestein's convolution of one length multiplies with. */
interface Chirp {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly filter: Float64Array;
}

/** 80 bytes a day each: 4 MB for series of five years. Series of one length are rare there, and a chirp costs what it is used for. */
const KEPT_CHIRPS = 32;
const chirps = new Map<number, Chirp>();

/** A transform of one size, and two series of that size to work in. */
interface Bench {
  readonly fft: FFT;
  readonly a: Float64Array;
  readonly b: Float64Array;
}
/** One for each power of two that occurs. */
const benches = new Map<number, Bench>();

interface Circle {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}
/** 16 bytes a day each: 4 MB for series of five years. */
const KEPT_CIRCLES = 128;
const circles = new Map<number, Circle>();

const [reals, imaginaries] = [new Scratch(), new Scratch()];

/**
 * Power |X_k|² of the discrete Fourier transform of a real series, k = 0 … floor(D/2), for any length D.
 *
 * X_k = Σ_i x_i·e^(−2πi·k·i/D). A series with few deviations from its mode is summed directly (the mode changes X_0 only),
 * any other one goes through Bluestein's convolution, which is exact for every length. The result is lost with the next call.
 */
export function powerSpectrum(series: Float64Array): Float64Array {
  const length = series.length;
  const base = series.length > 0 ? commonest(series) : 0;
  let [others, total] = [0, 0];
  for (let i = 0; i < length; i++) {
    const value = series[i]!;
    if (value !== base) others++;
    total += value;
  }
  const size = transformSize(length);
  const power = others * length < size * Math.log2(size) ? direct(series, base) : bluestein(series, base);
  if (length > 0) power[0] = total * total;
  return power;
}

/** The value of most calendar days is one and the same: that of a day without downloads. */
function commonest(series: Float64Array): number {
  let candidate = series[0]!;
  let lead = 0;
  for (let i = 0; i < series.length; i++) {
    const value = series[i]!;
    if (lead === 0) candidate = value;
    lead += value === candidate ? 1 : -1;
  }
  return candidate;
}

function transformSize(length: number): number {
  let size = 2;
  while (size < 2 * length - 1) size *= 2;
  return size;
}

function direct(series: Float64Array, base: number): Float64Array {
  const length = series.length;
  const { cos, sin } = circleOf(length);
  const half = Math.floor(length / 2);
  const re = reals.zeros(half + 1);
  const im = imaginaries.zeros(half + 1);
  for (let i = 0; i < length; i++) {
    const value = series[i]! - base;
    if (value === 0) continue;
    for (let k = 0, angle = 0; k <= half; k++) {
      re[k]! += value * cos[angle]!;
      im[k]! -= value * sin[angle]!;
      angle += i;
      if (angle >= length) angle -= length;
    }
  }
  for (let k = 0; k <= half; k++) re[k] = re[k]! * re[k]! + im[k]! * im[k]!;
  return re;
}

function circleOf(length: number): Circle {
  return remembered(circles, KEPT_CIRCLES, length, (forgotten) => {
    const cos = within(forgotten?.cos, length);
    const sin = within(forgotten?.sin, length);
    for (let i = 0; 2 * i <= length; i++) {
      const angle = (2 * Math.PI * i) / length;
      const mirrored = (length - i) % length;
      cos[i] = cos[mirrored] = Math.cos(angle);
      sin[i] = Math.sin(angle);
      sin[mirrored] = -sin[i]!;
    }
    return { cos, sin };
  });
}

/** What is known of a length; else it is made, in the room of what was known the longest once as many are kept as there may be. */
function remembered<T>(known: Map<number, T>, kept: number, length: number, make: (forgotten?: T) => T): T {
  const found = known.get(length);
  if (found) return found;
  const oldest = known.size >= kept ? known.keys().next().value! : Number.NaN;
  const made = make(known.get(oldest));
  known.delete(oldest);
  known.set(length, made);
  return made;
}

/**
 * Numbers of any value, all of which are to be set, in the memory of others if that is large enough. Memory of its own for each of
 * thousands of lengths was 50 MB of garbage before the collector looked at it. Room is made up to a power of two, so that it will do for the next length.
 */
function within(others: Float64Array | undefined, length: number): Float64Array {
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  const enough = others !== undefined && others.buffer.byteLength >= bytes;
  const room = enough ? others.buffer : new ArrayBuffer(2 ** Math.ceil(Math.log2(bytes)));
  return new Float64Array(room, 0, length);
}

function bluestein(series: Float64Array, base: number): Float64Array {
  const length = series.length;
  const size = transformSize(length);
  const { fft, a, b } = benchOf(size);
  const { cos, sin, filter } = chirpOf(length, size);
  a.fill(0);
  for (let i = 0; i < length; i++) {
    const value = series[i]! - base;
    a[2 * i] = value * cos[i]!;
    a[2 * i + 1] = -value * sin[i]!;
  }
  fft.transform(b, a);
  for (let i = 0; i < 2 * size; i += 2) {
    const re = b[i]! * filter[i]! - b[i + 1]! * filter[i + 1]!;
    b[i + 1] = b[i]! * filter[i + 1]! + b[i + 1]! * filter[i]!;
    b[i] = re;
  }
  fft.inverseTransform(a, b);
  const power = reals.take(Math.floor(length / 2) + 1);
  for (let k = 0; k < power.length; k++) power[k] = a[2 * k]! * a[2 * k]! + a[2 * k + 1]! * a[2 * k + 1]!;
  return power;
}

function benchOf(size: number): Bench {
  const make = () => ({ fft: new FFT(size), a: new Float64Array(2 * size), b: new Float64Array(2 * size) });
  return remembered(benches, Number.POSITIVE_INFINITY, size, make);
}

const chirpOf = (length: number, size: number): Chirp =>
  remembered(chirps, KEPT_CHIRPS, length, (forgotten) => makeChirp(length, size, forgotten));

function makeChirp(length: number, size: number, forgotten?: Chirp): Chirp {
  const { fft, b } = benchOf(size);
  const cos = within(forgotten?.cos, length);
  const sin = within(forgotten?.sin, length);
  b.fill(0);
  for (let i = 0; i < length; i++) {
    const angle = (Math.PI * ((i * i) % (2 * length))) / length;
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
    for (const place of i === 0 ? [0] : [i, size - i]) {
      b[2 * place] = cos[i]!;
      b[2 * place + 1] = sin[i]!;
    }
  }
  const filter = within(forgotten?.filter, 2 * size);
  fft.transform(filter, b);
  return { cos, sin, filter };
}
