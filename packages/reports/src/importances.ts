import type { Reporter } from '@deeplogbot/core';
import { csvLines } from './csv.js';

/** `feature_importances.csv`: what the anomaly score relies on, largest first. Written only when the run was asked for it. */
export const featureImportances: Reporter = {
  name: 'feature-importances',
  early: true,
  async write(run, target) {
    if (run.importances.length === 0) return [];
    const columns = [run.importances.map(([feature]) => feature), run.importances.map(([, importance]) => importance)];
    return [await target.write('feature_importances.csv', csvLines(['feature', 'importance'], columns))];
  },
};
