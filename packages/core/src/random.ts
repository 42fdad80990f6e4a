/** A seeded stream of draws; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** The next draws, one for each place, several times as fast as one by one. */
  fill(places: Float64Array): void;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** k distinct integers of [0, n), in order of drawing; k is capped at n. */
  sample(n: number, k: number): Int32Array;
}

/** xoshiro128** (Blackman & Vigna, 2018), its state filled by splitmix32 from the seed. */
export function createRandom(seed: number): Random {
  const state = seedState(seed);
  const uint32 = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const t = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= t;
    state[3] = rotate(state[3]!, 11);
    return result;
  };
  const next = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const fill = (places: Float64Array) => {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let half = 0, high = 0; half < 2 * places.length; half++) {
      const drawn = Math.imul(rotate(Math.imul(b, 5), 7), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotate(d, 11);
      if (half % 2 === 0) high = drawn >>> 5;
      else places[half >> 1] = (high * 67108864 + (drawn >>> 6)) / 9007199254740992;
    }
    state.set([a, b, c, d]);
  };
  const int = (n: number) => Math.floor(next() * n);
  let places = new Int32Array();
  const sample = (n: number, k: number) => {
    if (n > MOST_KEPT) return sparseSample(int, n, Math.min(k, n));
    if (places.length < n) places = Int32Array.from({ length: n }, (_, i) => i);
    return denseSample(int, places, n, Math.min(k, n));
  };
  return { next, fill, int, sample };
}

const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k));

function seedState(seed: number): Int32Array {
  let s = seed | 0;
  return Int32Array.from({ length: 4 }, () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s ^ (s >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  });
}

/** Up to so many places are kept from sample to sample, 4 MiB. */
const MOST_KEPT = 2 ** 20;

/** Floyd's algorithm order is biased; a sparse Fisher–Yates keeps the order of drawing uniform at O(k) memory. */
function sparseSample(int: (n: number) => number, n: number, k: number): Int32Array {
  const moved = new Map<number, number>();
  return Int32Array.from({ length: k }, (_, i) => {
    const j = i + int(n - i);
    const picked = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return picked;
  });
}

/** The same draws, several times as fast. Each of `places` holds its own number, before and after. */
function denseSample(int: (n: number) => number, places: Int32Array, n: number, k: number): Int32Array {
  const picked = new Int32Array(k);
  const drawn = new Int32Array(k);
  for (let i = 0; i < k; i++) {
    const j = i + int(n - i);
    drawn[i] = j;
    picked[i] = places[j]!;
    places[j] = places[i]!;
  }
  for (const j of drawn) places[j] = j;
  return picked;
}
