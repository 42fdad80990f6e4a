import type { Condition } from './tree-leaves.js';

/**
 * The game of one leaf of value v with features 1 … d: a coalition S is worth v · ∏_{i ∈ S} m_i · ∏_{i ∉ S} z_i, where
 * m_i is 1 if the row meets condition i, else 0, and z_i its share. With M the features that are met, q the product of
 * the other z and w(A) = Σ_k k! (d − k − 1)! / d! · [x^k] ∏_{i ∈ A} (x + z_i):
 *
 *     φ_i = v q (1 − z_i) w(M \ i) for i in M,    φ_i = −v q w(M) for the others.
 */
export class LeafGame {
  private readonly weights: Float64Array;

  constructor(
    private readonly path: readonly Condition[],
    private readonly value: number,
  ) {
    this.weights = coalitionWeights(path.length);
  }

  /** The Shapley value of each feature of the path, given which of the conditions a row meets. */
  play(met: Uint8Array): Float64Array {
    const q = this.path.reduce((product, { share }, i) => (met[i] === 1 ? product : product * share), this.value);
    const unmet = met.includes(0) ? -q * this.weighted(met, -1) : 0;
    return Float64Array.from(this.path, ({ share }, i) =>
      met[i] === 1 ? q * (1 - share) * this.weighted(met, i) : unmet,
    );
  }

  /** w(M \ without), of at most d − 1 features: one is not met or left out. */
  private weighted(met: Uint8Array, without: number): number {
    const coefficients = new Float64Array(met.length + 1);
    coefficients[0] = 1;
    let degree = 0;
    for (let i = 0; i < met.length; i++) {
      if (met[i] === 0 || i === without) continue;
      degree++;
      const share = this.path[i]!.share;
      for (let k = degree; k > 0; k--) coefficients[k] = coefficients[k - 1]! + share * coefficients[k]!;
      coefficients[0]! *= share;
    }
    let sum = 0;
    for (let k = 0; k <= degree; k++) sum += this.weights[k]! * coefficients[k]!;
    return sum;
  }
}

/** k! (d − k − 1)! / d! for k = 0 … d − 1. */
function coalitionWeights(d: number): Float64Array {
  const weights = new Float64Array(d);
  weights[0] = 1 / d;
  for (let k = 1; k < d; k++) weights[k] = (weights[k - 1]! * k) / (d - k);
  return weights;
}
