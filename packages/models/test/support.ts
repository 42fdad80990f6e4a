import { ConfigError, createRandom } from '@deeplogbot/core';

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
