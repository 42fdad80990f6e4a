import { byImportance, CLASSES, type Importances } from '@deeplogbot/core';

/** Sums absolute Shapley values over parts of the rows, each part once however often it is worked out. */
export class MeanContributions {
  private readonly sums: readonly Float64Array[];
  private readonly parts = new Set<number>();
  private rows = 0;

  constructor(private readonly features: readonly string[]) {
    this.sums = CLASSES.map(() => new Float64Array(features.length));
  }

  /** `contributions[k][f]` are the values of feature f for the score of class k, one per row of the part that begins at `from`. */
  add(from: number, contributions: readonly (readonly Float64Array[])[]): void {
    if (this.parts.has(from)) return;
    this.parts.add(from);
    this.rows += contributions[0]?.[0]?.length ?? 0;
    for (const [k, sum] of this.sums.entries()) {
      for (const f of this.features.keys()) sum[f]! += absoluteSum(contributions[k]![f]!);
    }
  }

  /** The means; undefined where no row was worked out. */
  result(): Importances | undefined {
    if (this.rows === 0) return undefined;
    const features = this.features.map((feature, f) => {
      const [organic, bot, hub] = this.sums.map((sum) => sum[f]! / this.rows) as [number, number, number];
      return { feature, importance: (organic + bot + hub) / CLASSES.length, byClass: { organic, bot, hub } };
    });
    return { kind: 'shap', rows: this.rows, features: byImportance(features) };
  }
}

function absoluteSum(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}
