import { ConfigError, createRandom } from '@deeplogbot/core';

export interface Table {
  readonly columns: Float64Array[];
  readonly labels: string[];
}

/** Rows of three classes in four columns: 0 and 1 tell them apart, 2 is noise, 3 has a quarter missing. */
export function table(rows: number, seed: number): Table {
  const random = createRandom(seed);
  const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, () => random.next()));
  for (let row = 0; row < rows; row++) if (random.next() < 0.25) columns[3]![row] = Number.NaN;
  const labels = Array.from(columns[0]!, (x, row) => {
    if (random.next() < 0.1) return 'hub';
    return x + (columns[1]![row]! > 0.5 ? 0.4 : 0) > 0.8 ? 'bot' : 'organic';
  });
  return { columns, labels };
}

export const rowsOf = ({ columns, labels }: Table, rows: readonly number[]): Table => ({
  columns: columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
  labels: rows.map((row) => labels[row]!),
});

/** Mean −ln p of the true class. */
export function logLossOf(
  probabilities: readonly Float64Array[],
  classes: readonly string[],
  labels: readonly string[],
) {
  const losses = labels.map((label, row) => -Math.log(Math.max(1e-15, probabilities[classes.indexOf(label)]![row]!)));
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

/** The code of the ConfigError that a call ends with. */
export async function codeOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error instanceof ConfigError ? error.code : error;
  }
  return undefined;
}

/** `width` columns that are linear in `factors` hidden ones, plus noise of sd about 0.1. */
export function correlatedColumns(rows: number, width: number, factors: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  const bell = () => random.next() + random.next() + random.next() + random.next() - 2;
  const hidden = Array.from({ length: factors }, () => Float64Array.from({ length: rows }, bell));
  return Array.from({ length: width }, () => {
    const loadings = hidden.map(bell);
    return Float64Array.from({ length: rows }, (_, row) =>
      loadings.reduce((sum, loading, k) => sum + 2 * loading * hidden[k]![row]!, 0.2 * bell()),
    );
  });
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
