/** The finite ones among some numbers, in their order; with a loop, since `filter` calls a function for each. */
export function finite(values: ArrayLike<number>): Float64Array {
  const found = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0) found[count++] = value;
  }
  return found.slice(0, count);
}
