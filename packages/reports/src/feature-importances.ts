import { CLASSES, type Importances, type OutputDir, type Reporter } from '@deeplogbot/core';
import { csvLines } from './tables/csv.js';

/** Folder, name of the CSV, and name of its column of importances; the first two of a surrogate and of the deep method are those of the Python package. */
const FILES = {
  permutation: ['feature_importances', 'feature_importances_anomaly_score', 'importance'],
  surrogate_gini: ['feature_importances', 'feature_importances_gini', 'importance'],
  surrogate_permutation: ['feature_importances', 'feature_importances_permutation', 'importance_mean'],
  shap: ['feature_importances_deep', 'fusion_importances', 'importance'],
} as const satisfies Record<Importances['kind'], readonly [folder: string, name: string, column: string]>;

/**
 * What scores and verdicts rely on, most important first: `feature_importances/` for the anomaly score, where the run was asked
 * for it, and `feature_importances_deep/` for the model of the deep method. Each as CSV, the latter as JSON too.
 */
export const featureImportances: Reporter = {
  name: 'feature-importances',
  early: true,
  async write(run, target) {
    const paths: string[] = [];
    for (const importances of run.importances) paths.push(...(await written(importances, target)));
    return paths;
  },
};

async function written(importances: Importances, target: OutputDir): Promise<string[]> {
  const [folderName, name, column] = FILES[importances.kind];
  const folder = (await target.folder?.(folderName)) ?? target;
  const csv = await folder.write(`${name}.csv`, csvOf(importances, column));
  if (importances.kind !== 'shap') return [csv];
  return [csv, await folder.write(`${name}.json`, `${JSON.stringify({ format: 1, ...importances }, null, 2)}\n`)];
}

function csvOf({ features }: Importances, column: string): Iterable<string> {
  const classes = features[0]?.byClass ? CLASSES : [];
  return csvLines(
    ['feature', column, ...classes],
    [
      features.map(({ feature }) => feature),
      features.map(({ importance }) => importance),
      ...classes.map((name) => features.map(({ byClass }) => byClass?.[name] ?? Number.NaN)),
    ],
  );
}
