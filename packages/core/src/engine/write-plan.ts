import type { WriteTarget } from '../engine.js';

export const DEFAULT_ROW_GROUP_SIZE = 122_880;

/** Rows that DuckDB hands on at once. */
const VECTOR = 2048;

export interface WritePlan {
  readonly rowGroupSize: number;
  /** Whether several threads may encode row groups without the bytes depending on how many there are. */
  readonly parallel: boolean;
}

/**
 * How to write so that the same rows give the same bytes; (measured with DuckDB 1.4 and 1.5).
 *
 * DuckDB's parallel writer makes row groups out of those of the source, in runs whose length is a matter of timing.
 * Where no run can make a difference it is used; elsewhere one thread writes.
 */
export function writePlan(target: Pick<WriteTarget, 'rowGroupSize' | 'sourceRowGroups'>): WritePlan {
  const groups = target.sourceRowGroups;
  const likeSource = (groups ?? []).slice(0, 1).filter((size) => size >= VECTOR);
  const sizes = target.rowGroupSize === undefined ? [DEFAULT_ROW_GROUP_SIZE, ...likeSource] : [target.rowGroupSize];
  const timeless = groups && sizes.find((size) => !dependsOnTiming(groups, size));
  return { rowGroupSize: timeless ?? sizes[0]!, parallel: timeless !== undefined };
}

/**
 * A group that is within one vector of the wanted size at the beginning of a run is written as it is; the others are
 * joined, vector by vector, and cut when they reach the size. What is left at the end of a run begins the next one. So
 * the end of a run makes a difference only if what is left there is almost of the wanted size.
 */
function dependsOnTiming(groups: readonly number[], size: number): boolean {
  const nearly = (rows: number) => Math.abs(rows - size) < VECTOR;
  let left = 0;
  for (const rows of groups.slice(0, -1)) {
    if (left === 0 && nearly(rows)) continue;
    left = afterJoining(left, rows, size);
    if (left > 0 && nearly(left)) return true;
  }
  return false;
}

function afterJoining(left: number, rows: number, size: number): number {
  let joined = left;
  for (let rest = rows; rest > 0; rest -= VECTOR) {
    joined += Math.min(rest, VECTOR);
    if (joined >= size) joined = 0;
  }
  return joined;
}
