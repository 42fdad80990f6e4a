import { CLASSES, type ClassName, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { type TreeExplanation, TreeShap } from '../tree-shap.js';
import { atOnce, inTurns } from '../turns.js';

/** Rows explained at a time: contributions of all of them at once would not fit for a large log. */
const CHUNK = 2048;

/** Told of each part that was worked out: its first row and `contributions[class][feature][row]`. */
export type Worked = (from: number, contributions: TreeExplanation['contributions']) => void;

/** Exact Shapley values of a model's raw scores, worked out a part of the rows at a time. */
export class ShapParts {
  private readonly shap: TreeShap;
  private from = -1;
  private contributions: TreeExplanation['contributions'] = [];

  constructor(
    model: BoostingModel,
    readonly features: readonly string[],
    private readonly columns: readonly Float64Array[],
    private readonly medians = new ColumnMedians(),
    private readonly worked: Worked = () => undefined,
  ) {
    const { trees, baseline, features: count } = model;
    this.shap = new TreeShap({ trees, features: count, baseline, scale: 1 });
  }

  /** Whether the row lies outside the part that was worked out last. */
  needs(row: number): boolean {
    return this.from < 0 || row < this.from || row >= this.from + CHUNK;
  }

  /** Works out the part that the row lies in, with turns of the event loop. */
  async prepare(row: number, control: RunControl): Promise<void> {
    this.take(row, await inTurns(this.shap.steps(this.part(row)), control));
  }

  /** {@link prepare} at once, where that was not done. */
  ensure(row: number): void {
    if (this.needs(row)) this.take(row, atOnce(this.shap.steps(this.part(row))));
  }

  /** What each feature adds to the score of a class, less the mean of what it adds to the others'. */
  towards(row: number, label: ClassName): Float64Array {
    const own = CLASSES.indexOf(label);
    const at = row - this.from;
    const found = new Float64Array(this.features.length);
    for (let f = 0; f < found.length; f++) {
      let rest = 0;
      for (const [k, each] of this.contributions.entries()) if (k !== own) rest += each[f]![at]!;
      found[f] = this.contributions[own]![f]![at]! - rest / (this.contributions.length - 1);
    }
    return found;
  }

  value(feature: number, row: number): number {
    return this.columns[feature]![row]!;
  }

  /** Of the measurable rows; NaN where there is none. */
  median(feature: number): number {
    return this.medians.of(this.columns[feature]!);
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
}

/** Medians of columns, each worked out once however many models read it. */
export class ColumnMedians {
  private readonly known = new WeakMap<Float64Array, number>();

  /** The lower median of the measurable rows; NaN where there is none. */
  of(column: Float64Array): number {
    const known = this.known.get(column);
    if (known !== undefined) return known;
    const sorted = column.filter((value) => !Number.isNaN(value)).sort();
    const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
    this.known.set(column, median);
    return median;
  }
}
