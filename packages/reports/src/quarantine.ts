import type { Reporter } from '@deeplogbot/core';
import { csvLines } from './tables/csv.js';

/** `quarantine.csv`: where the lines were that could not be read, and why. Their text is not repeated. Written only when there are any. */
export const quarantine: Reporter = {
  name: 'quarantine',
  early: true,
  async write(run, target) {
    const rejected = run.rejected ?? [];
    if (rejected.length === 0) return [];
    const files = rejected.map(({ file }) => file.split(/[/\\]/).at(-1)!);
    const columns = [files, rejected.map(({ line }) => line), rejected.map(({ reason }) => reason)];
    return [await target.write('quarantine.csv', csvLines(['file', 'line', 'reason'], columns))];
  },
};
