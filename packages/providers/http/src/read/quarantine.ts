import type { RejectedRow } from '@deeplogbot/core';
import type { Reason } from '../formats/row.js';

/** Reasons that set a line aside without anything being wrong with it. */
export const HARMLESS: ReadonlySet<Reason> = new Set(['comment', 'not-access']);

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
    let sum = 0;
    for (const [reason, n] of this.counts) if (!HARMLESS.has(reason)) sum += n;
    return sum;
  }

  /** Lines set aside for any reason. */
  get total(): number {
    let sum = 0;
    for (const n of this.counts.values()) sum += n;
    return sum;
  }
}
