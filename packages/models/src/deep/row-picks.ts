/** The values of the given rows, in their order. */
export function pickRows(column: Float64Array, rows: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < picked.length; i++) picked[i] = column[rows[i]!]!;
  return picked;
}

/** {@link pickRows} of each column, and yields after each. */
export function* pickSteps(
  columns: readonly Float64Array[],
  rows: ArrayLike<number>,
): Generator<undefined, Float64Array[]> {
  const picked: Float64Array[] = [];
  for (const column of columns) {
    picked.push(pickRows(column, rows));
    yield undefined;
  }
  return picked;
}
