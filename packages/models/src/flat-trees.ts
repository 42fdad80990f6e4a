/**
 * Trees as parallel arrays, all trees one after another. Node i of a split sends a row left where
 * `column[feature[i]][row] <= threshold[i]` or the value is NaN, else right; children are absolute positions.
 * A leaf has `feature[i] = −1`; `value[i]` is what it stands for (rows in an isolation tree, a score in a boosted one).
 */
export interface FlatTrees {
  /** Position of each tree's first node. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
}

/** Grows {@link FlatTrees} node by node. */
export class TreeBuilder {
  private readonly roots: number[] = [];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly value: number[] = [];

  beginTree(): void {
    this.roots.push(this.feature.length);
  }

  leaf(value: number): number {
    return this.add(-1, Number.NaN, value);
  }

  /** Adds a split whose children are set once they exist. */
  split(feature: number, threshold: number): number {
    return this.add(feature, threshold, Number.NaN);
  }

  children(node: number, left: number, right: number): void {
    this.left[node] = left;
    this.right[node] = right;
  }

  build(): FlatTrees {
    return {
      roots: Int32Array.from(this.roots),
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      value: Float64Array.from(this.value),
    };
  }

  private add(feature: number, threshold: number, value: number): number {
    this.feature.push(feature);
    this.threshold.push(threshold);
    this.left.push(-1);
    this.right.push(-1);
    this.value.push(value);
    return this.feature.length - 1;
  }
}
