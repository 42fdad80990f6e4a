/**
 * The least probability with which a class belongs to a conformal set of this coverage: the k-th smallest probability
 * that held-out rows gave their true class, k = ⌊α · (n + 1)⌋, α = 1 − coverage (Vovk et al. 2005; least ambiguous sets
 * of Sadinle, Lei & Wasserman 2019). 0 where there are too few rows to promise it: then every class belongs.
 */
export function conformalThreshold(
  probabilities: readonly Float64Array[],
  classOf: Int32Array,
  coverage: number,
): number {
  const own = Float64Array.from(classOf, (k, row) => probabilities[k]![row]!).sort();
  const k = Math.floor((1 - coverage) * (own.length + 1));
  return k < 1 ? 0 : own[k - 1]!;
}

/** Classes of the conformal set of one row, most probable first; the most probable one always belongs. */
export function conformalSet(probabilities: readonly number[], threshold: number): readonly number[] {
  const order = probabilities.map((_, k) => k).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  return order.filter((k, place) => place === 0 || probabilities[k]! >= threshold);
}

/** Whether the conformal set of a row is this class alone; the same as asking {@link conformalSet}, without a list. */
export function isCertain(probabilities: readonly number[], label: number, threshold: number): boolean {
  for (let k = 0; k < probabilities.length; k++) {
    if (k === label) continue;
    const p = probabilities[k]!;
    const before = p > probabilities[label]! || (p === probabilities[label]! && k < label);
    if (before || p >= threshold) return false;
  }
  return true;
}
