import { Scratch } from './scratch.js';

const scratch = new Scratch();

/** A series on the calendar: the value of each period from the first to the last active one, 0 where nothing happened. Lost with the next call. */
export function calendar(periods: Float64Array, values: Float64Array): Float64Array {
  const first = periods[0] ?? 0;
  const filled = scratch.zeros(periods.length === 0 ? 0 : periods[periods.length - 1]! - first + 1);
  for (let i = 0; i < periods.length; i++) filled[periods[i]! - first] = values[i]!;
  return filled;
}
