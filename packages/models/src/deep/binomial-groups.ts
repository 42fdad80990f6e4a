/** What is this much rarer than the likeliest number is met by no draw of 53 bits. */
const NEVER = 2 ** -60;

/**
 * How many of a group's independent trials succeed, for several groups, from one uniform draw each: by inversion of the
 * binomial distribution (Devroye 1986, *Non-Uniform Random Variate Generation*, III.2 and X.4), exact up to rounding.
 */
export class BinomialGroups {
  private readonly starts: Uint32Array;
  /** Per group, the least number of successes that is ever met. */
  private readonly least: Uint32Array;
  /** Per group, the probabilities of more than the least number, of more than one more, and so on: descending. */
  private readonly above: Float64Array;

  /**
   * @param sizes trials per group, 1 and up
   * @param probabilities of success, per group
   */
  constructor(sizes: Uint32Array, probabilities: Float64Array) {
    const above: number[] = [];
    this.starts = new Uint32Array(sizes.length + 1);
    this.least = new Uint32Array(sizes.length);
    for (let group = 0; group < sizes.length; group++) {
      this.least[group] = pushAbove(above, sizes[group]!, probabilities[group]!);
      this.starts[group + 1] = above.length;
    }
    this.above = Float64Array.from(above);
  }

  /** @param u in [0, 1) */
  successes(group: number, u: number): number {
    const start = this.starts[group]!;
    let [low, high] = [start, this.starts[group + 1]!];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < this.above[middle]!) low = middle + 1;
      else high = middle;
    }
    return this.least[group]! + low - start;
  }
}

/** Adds the probabilities of more than each number of successes that is ever met but the last; returns the first. */
function pushAbove(above: number[], size: number, p: number): number {
  if (size === 1) {
    above.push(p);
    return 0;
  }
  const { least, weights } = metNumbers(size, p);
  for (let i = weights.length - 2; i >= 0; i--) weights[i]! += weights[i + 1]!;
  for (let i = 1; i < weights.length; i++) above.push(weights[i]! / weights[0]!);
  return least;
}

/** The numbers of successes that are ever met, from the least one on, by how likely each is beside the likeliest: neighbours follow from one another. */
function metNumbers(size: number, p: number): { readonly least: number; readonly weights: number[] } {
  const odds = p / (1 - p);
  const likeliest = Math.min(size, Math.floor((size + 1) * p));
  const fewer: number[] = [];
  for (let k = likeliest, weight = 1; k > 0; k--) {
    weight *= k / (size - k + 1) / odds;
    if (weight < NEVER) break;
    fewer.push(weight);
  }
  const more: number[] = [];
  for (let k = likeliest, weight = 1; k < size; k++) {
    weight *= ((size - k) / (k + 1)) * odds;
    if (weight < NEVER) break;
    more.push(weight);
  }
  return { least: likeliest - fewer.length, weights: [...fewer.reverse(), 1, ...more] };
}
