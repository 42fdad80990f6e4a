import type { RunResult } from '@deeplogbot/core';

/** Every report asks for the order, and of a million clients it takes a second. */
const orders = new WeakMap<Float64Array, readonly number[]>();

/** Rows in the order of reports: most requests first, then by key. */
export function clientOrder({ downloads }: Pick<RunResult, 'downloads'>): readonly number[] {
  const known = orders.get(downloads);
  if (known) return known;
  const order = byRequests(downloads);
  orders.set(downloads, order);
  return order;
}

/** By one number for requests and row, which are sorted without a comparison in JavaScript: a fifth of the time. */
function byRequests(requests: Float64Array): readonly number[] {
  const rows = requests.length;
  const most = requests.reduce((a, b) => Math.max(a, b), 0);
  if (most * rows > Number.MAX_SAFE_INTEGER || !requests.every(Number.isInteger)) {
    return [...requests.keys()].sort((a, b) => requests[b]! - requests[a]! || a - b);
  }
  const ranks = requests.map((n, row) => (most - n) * rows + row).sort();
  return Array.from(ranks, (rank) => rank % rows);
}
