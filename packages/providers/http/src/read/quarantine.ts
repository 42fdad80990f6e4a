import type { RejectedRow } from '@deeplogbot/core';
import type { Reason } from '../formats/row.js';

/** Reasons that set a line aside without anything being wrong with it. */
export const HARMLESS: ReadonlySet<Reason> = new Set(['comment', 'not-access', 'repeated']);

/** Examples kept of each reason. */
const KEPT = 1000;

/** Lines that are no rows: all counted by reason, the first thousand of each kept by place. */
export class Quarantine {
  readonly counts = new Map<Reason, number>();
  readonly examples: RejectedRow[] = [];

  add(reason: Reason, file: string, line: number): void {
    const n = (this.counts.get(reason) ?? 0) + 1;
    this.counts.set(reason, n);
    if (n <= KEPT && !HARMLESS.has(reason)) this.examples.push({ file, line, reason });
  }

  /** Lines that a reader should know of. */
  get rejected(): number {
    return Object.values(this.rejectedByReason).reduce((sum, n) => sum + n, 0);
  }

  /** The same by reason. */
  get rejectedByReason(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].filter(([reason]) => !HARMLESS.has(reason)).sort());
  }

  /** Lines set aside for any reason. */
  get total(): number {
    let sum = 0;
    for (const n of this.counts.values()) sum += n;
    return sum;
  }
}
