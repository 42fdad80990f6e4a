import { type ColumnBatch, numbers } from '../columns.js';

export type Series = Readonly<Record<string, Float64Array>>;

/** The rows of one key. */
export interface KeySeries {
  readonly key: number;
  readonly series: Series;
}

/**
 * Cuts an ordered stream of batches into one piece per key. Batches wait whole until somebody asks for their pieces: a
 * million small pieces that wait would cost more to keep than to make.
 */
export class SeriesQueue {
  private readonly batches: ColumnBatch[] = [];
  private key = Number.NaN;
  private parts: Record<string, Float64Array[]> = {};
  private values = 0;

  add(batch: ColumnBatch): void {
    this.batches.push(batch);
    this.values += batch.rows * (Object.keys(batch.columns).length - 1);
  }

  /** Numbers that wait. */
  get waiting(): number {
    return this.values;
  }

  /** Takes what has been added so far, but for the last key, which may go on in a later batch. */
  *take(): Iterable<KeySeries> {
    for (let batch = this.batches.shift(); batch !== undefined; batch = this.batches.shift()) yield* this.cut(batch);
    this.values = 0;
  }

  /** Takes all that is left, when nothing more will be added. */
  *takeAll(): Iterable<KeySeries> {
    yield* this.take();
    yield* this.close(Number.NaN);
  }

  private *cut(batch: ColumnBatch): Iterable<KeySeries> {
    const keys = numbers(batch, 'key');
    const names = Object.keys(batch.columns).filter((name) => name !== 'key');
    let start = 0;
    while (start < batch.rows) {
      const key = keys[start]!;
      let end = start + 1;
      while (end < batch.rows && keys[end] === key) end++;
      if (key !== this.key) yield* this.close(key);
      for (const name of names) {
        const part = numbers(batch, name).subarray(start, end);
        const before = this.parts[name];
        if (before) before.push(part);
        else this.parts[name] = [part];
      }
      start = end;
    }
  }

  private *close(next: number): Iterable<KeySeries> {
    const { key, parts } = this;
    this.key = next;
    this.parts = {};
    if (Number.isNaN(key)) return;
    const series: Record<string, Float64Array> = {};
    for (const name in parts) series[name] = concat(parts[name]!);
    yield { key, series };
  }
}

function concat(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
