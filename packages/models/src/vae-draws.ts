import type { Random } from '@deeplogbot/core';

/** Standard normal draws by Box & Muller (1958), two from two uniform ones. */
export function normals(n: number, random: Random): Float32Array {
  const result = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    result[i] = radius * Math.cos(angle);
    if (i + 1 < n) result[i + 1] = radius * Math.sin(angle);
  }
  return result;
}

/** A mask of 0 with probability `rate`, else 1 / (1 − rate). Draws the geometric gaps between zeros, so few draws for a small rate. */
export function dropoutMask(n: number, rate: number, random: Random): Float32Array {
  const mask = new Float32Array(n).fill(1 / (1 - rate));
  if (rate === 0) return mask;
  const perDraw = 1 / Math.log(1 - rate);
  const gap = () => Math.floor(Math.log(1 - random.next()) * perDraw);
  for (let i = gap(); i < n; i += 1 + gap()) mask[i] = 0;
  return mask;
}
