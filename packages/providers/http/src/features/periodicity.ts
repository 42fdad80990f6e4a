import { defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';

/** Fewer requests than this show no rhythm. */
const FEWEST = 30;
/** So many requests are looked at, from the first; pairs of them are compared. */
const MOST = 500;
const LONGEST_LAG_S = 3600;

/** Whether the client keeps time: a timer asks again after the same number of seconds. */
export const periodicity = defineSeries({
  name: 'periodicity',
  from: ['requests'],
  columns: {
    periodicity: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: `How well the requests repeat after some number of seconds from 2 to 3,600, over the first ${MOST}: 1 = a timer, 0 = no rhythm.`,
      formula: 'largest autocorrelation of requests per second; 0 where none is positive',
      nullWhen: `fewer than ${FEWEST} requests, or all in one second`,
    }),
  },
  query: ({ requests }) => sql`
    SELECT key, second FROM (
      SELECT key, CAST(ts_us // 1000000 AS DOUBLE) AS second, count(*) OVER (PARTITION BY key) AS n,
             row_number() OVER (PARTITION BY key ORDER BY ts_us, source_id, line_no) AS i
      FROM ${requests!}
    ) WHERE n >= ${FEWEST} AND i <= ${MOST} ORDER BY key, i`,
  compute: ({ second }) => ({ periodicity: autocorrelation(second!) }),
});

/**
 * Largest r(L) = Σ (cₜ − c̄)(cₜ₊L − c̄) ÷ Σ (cₜ − c̄)² over lags L of 2 to 3,600 s, where cₜ counts the requests in second t of
 * all seconds from the first to the last. Only seconds with requests are touched; `seconds` is sorted.
 */
export function autocorrelation(seconds: Float64Array): number {
  const n = seconds.length;
  const span = seconds[n - 1]! - seconds[0]! + 1;
  if (!(span > 1)) return Number.NaN;
  const mean = n / span;
  const longest = Math.min(LONGEST_LAG_S, span - 1);
  const products = new Float64Array(longest + 1);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const lag = seconds[j]! - seconds[i]!;
      if (lag > longest) break;
      // Pairs within one second count in both orders.
      products[lag]! += lag === 0 && j > i ? 2 : 1;
    }
  }
  const variance = products[0]! - n * mean;
  let best = 0;
  let late = n;
  let early = 0;
  for (let lag = 2; lag <= longest; lag++) {
    while (late > 0 && seconds[late - 1]! > seconds[n - 1]! - lag) late--;
    while (early < n && seconds[early]! < seconds[0]! + lag) early++;
    // `late` requests are in the seconds that have one `lag` later, `n − early` in those that have one before.
    const covariance = products[lag]! - mean * (late + n - early) + (span - lag) * mean * mean;
    best = Math.max(best, covariance / variance);
  }
  return variance > 0 ? Math.min(1, best) : Number.NaN;
}

export const periodicityNodes: readonly PlanNode[] = [periodicity];
