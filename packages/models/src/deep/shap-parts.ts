import { CLASSES, type ClassName, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { type TreeExplanation, treeShap, treeShapSteps } from '../tree-shap.js';
import { inTurns } from '../turns.js';

/** Rows explained at a time: contributions of all of them at once would not fit for a large log. */
const CHUNK = 2048;

/** Exact Shapley values of a model's raw scores, worked out a part of the rows at a time. */
export class ShapParts {
  private readonly medians: number[] = [];
  private from = -1;
  private contributions: TreeExplanation['contributions'] = [];

  /** @param worked told of each part that was worked out: its first row and `contributions[class][feature][row]` */
  constructor(
    private readonly model: BoostingModel,
    readonly features: readonly string[],
    private readonly columns: readonly Float64Array[],
    private readonly worked: (from: number, contributions: TreeExplanation['contributions']) => void = () => undefined,
  ) {}

  /** Whether the row lies outside the part that was worked out last. */
  needs(row: number): boolean {
    return this.from < 0 || row < this.from || row >= this.from + CHUNK;
  }

  /** Works out the part that the row lies in, with turns of the event loop. */
  async prepare(row: number, control: RunControl): Promise<void> {
    await inTurns(this.medianSteps(), control);
    this.take(row, await inTurns(treeShapSteps(this.ensemble(), this.part(row)), control));
  }

  /** {@link prepare} at once, where that was not done. */
  ensure(row: number): void {
    for (const _ of this.medianSteps());
    if (this.needs(row)) this.take(row, treeShap(this.ensemble(), this.part(row)));
  }

  /** What each feature adds to the score of a class, less the mean of what it adds to the others'. */
  towards(row: number, label: ClassName): Float64Array {
    const own = CLASSES.indexOf(label);
    const at = row - this.from;
    const others = this.contributions.length - 1;
    return Float64Array.from(this.contributions[own]!, (column, f) => {
      const rest = this.contributions.reduce((sum, each, k) => (k === own ? sum : sum + each[f]![at]!), 0);
      return column[at]! - rest / others;
    });
  }

  value(feature: number, row: number): number {
    return this.columns[feature]![row]!;
  }

  /** Of the measurable rows; NaN where there is none. */
  median(feature: number): number {
    return this.medians[feature]!;
  }

  private ensemble() {
    const { trees, baseline, features } = this.model;
    return { trees, features, baseline, scale: 1 };
  }

  private part(row: number): readonly Float64Array[] {
    const from = row - (row % CHUNK);
    return this.columns.map((column) => column.subarray(from, from + CHUNK));
  }

  private take(row: number, { contributions }: TreeExplanation): void {
    this.from = row - (row % CHUNK);
    this.contributions = contributions;
    this.worked(this.from, contributions);
  }

  /** Fills in the medians that are still missing, and yields after each. */
  private *medianSteps(): Generator<undefined, void> {
    while (this.medians.length < this.columns.length) {
      this.medians.push(median(this.columns[this.medians.length]!));
      yield undefined;
    }
  }
}

function median(column: Float64Array): number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  return sorted.length === 0 ? Number.NaN : sorted[Math.floor((sorted.length - 1) / 2)]!;
}
