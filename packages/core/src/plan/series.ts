import { type ColumnBatch, numbers } from '../columns.js';

export type Series = Readonly<Record<string, Float64Array>>;

/** Cuts an ordered stream of batches into one piece per key. */
export class SeriesGroups {
  private key = Number.NaN;
  private parts: Record<string, Float64Array[]> = {};

  constructor(private readonly emit: (key: number, series: Series) => void) {}

  push(batch: ColumnBatch): void {
    const keys = numbers(batch, 'key');
    let start = 0;
    while (start < batch.rows) {
      const key = keys[start]!;
      let end = start + 1;
      while (end < batch.rows && keys[end] === key) end++;
      if (key !== this.key) this.flush(key);
      for (const name of Object.keys(batch.columns)) {
        if (name !== 'key') {
          this.parts[name] ??= [];
          this.parts[name].push(numbers(batch, name).subarray(start, end));
        }
      }
      start = end;
    }
  }

  end(): void {
    this.flush(Number.NaN);
  }

  private flush(next: number): void {
    if (!Number.isNaN(this.key)) {
      this.emit(this.key, Object.fromEntries(Object.entries(this.parts).map(([name, parts]) => [name, concat(parts)])));
    }
    this.key = next;
    this.parts = {};
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
