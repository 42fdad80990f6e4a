import type { BinnedColumns } from './bins.js';

/** Numbers per slot: sum of gradients, sum of hessians, rows. */
export const SLOT = 3;

/** Sums per bin over the rows of a node; arrays are handed out and taken back, never allocated per node. */
export class HistogramPool {
  private readonly free: Float64Array[] = [];
  private readonly gathered: { gradient: Float64Array; hessian: Float64Array };

  constructor(
    private readonly binned: BinnedColumns,
    rows: number,
  ) {
    this.gathered = { gradient: new Float64Array(rows), hessian: new Float64Array(rows) };
  }

  /** Sums over `rows`, for the given features; other features hold whatever was there. */
  build(rows: Int32Array, gradient: Float64Array, hessian: Float64Array, features: Int32Array): Float64Array {
    const { bins, offsets } = this.binned;
    const histogram = this.free.pop() ?? new Float64Array(offsets.at(-1)! * SLOT);
    const { gradient: g, hessian: h } = this.gathered;
    for (let i = 0; i < rows.length; i++) {
      g[i] = gradient[rows[i]!]!;
      h[i] = hessian[rows[i]!]!;
    }
    for (const f of features) {
      histogram.fill(0, offsets[f]! * SLOT, offsets[f + 1]! * SLOT);
      addFeature(histogram, bins[f]!, offsets[f]!, rows, g, h);
    }
    return histogram;
  }

  /** Turns a node's histogram into that of the child which is not `child`. */
  subtract(parent: Float64Array, child: Float64Array, features: Int32Array): Float64Array {
    const { offsets } = this.binned;
    for (const f of features) {
      const end = offsets[f + 1]! * SLOT;
      for (let i = offsets[f]! * SLOT; i < end; i++) parent[i]! -= child[i]!;
    }
    return parent;
  }

  release(histogram: Float64Array): void {
    this.free.push(histogram);
  }
}

function addFeature(
  histogram: Float64Array,
  bins: Uint8Array,
  offset: number,
  rows: Int32Array,
  g: Float64Array,
  h: Float64Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const slot = (offset + bins[rows[i]!]!) * SLOT;
    histogram[slot]! += g[i]!;
    histogram[slot + 1]! += h[i]!;
    histogram[slot + 2]! += 1;
  }
}
