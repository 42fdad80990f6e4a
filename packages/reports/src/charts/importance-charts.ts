import {
  CLASSES,
  type FeatureImportance,
  type ImportanceKind,
  type Importances,
  type RunResult,
} from '@deeplogbot/core';
import { count } from '../plain-text.js';
import { SAYERS } from '../said.js';
import { botCorrelations } from '../statistics/feature-summary.js';
import type { Chart } from './chart.js';
import { LABEL_STYLE } from './palette.js';
import { label, panels, short } from './panels.js';
import { barPanel, plain, signedBars } from './signed-bars.js';

const TOP = 20;
const NOT_ASKED = 'The run was not asked for importances (computeImportances, --compute-importances).';

const importancesOf = (run: RunResult, kind: ImportanceKind): Importances | undefined =>
  run.importances.find((each) => each.kind === kind);

/** How each feature goes with being a bot: point-biserial correlations with their sign. */
export function featureImportance(run: RunResult): Chart {
  const rows = botCorrelations(run).slice(0, TOP);
  return signedBars(rows, {
    name: 'feature_importance',
    title: 'What goes with being a bot',
    summary: 'Correlation of each feature with being a bot; right: bots have more of it, left: bots have less.',
    missing: 'There are too few locations, or no bots, to correlate with.',
    measure: 'Correlation',
  });
}

const saysNote = ([prefix, who]: (typeof SAYERS)[number]) =>
  ` ${prefix}organic, ${prefix}bot and ${prefix}hub are the words of ${who}.`;

/** What the verdicts of the deep method rest on. */
export function modelImportances(run: RunResult): Chart {
  const found = importancesOf(run, 'shap');
  const shown = found?.features.slice(0, TOP) ?? [];
  const height = 90 + 20 * shown.length;
  const panel = {
    title: 'Mean absolute contribution (log-odds)',
    x: { type: 'value' as const, axisLabel: { formatter: short } },
    y: { type: 'category' as const, inverse: true, data: shown.map(({ feature }) => label(feature)) },
    series: CLASSES.map((name) => ({
      type: 'bar' as const,
      name: LABEL_STYLE[name].name,
      stack: 'classes',
      barMaxWidth: 13,
      itemStyle: { color: LABEL_STYLE[name].colour },
      data: shown.map(({ byClass }) => byClass?.[name] ?? 0),
    })),
  };
  // The table below the drawing holds all of them.
  const said = SAYERS.filter(([prefix]) => found?.features.some(({ feature }) => feature.startsWith(prefix)));
  return {
    name: 'model_importances',
    title: 'What the model of the deep method relies on',
    summary: `How far each feature moves the score of each class, up or down, in the mean over ${count(found?.rows ?? 0)} rows (exact Shapley values, before calibration).${said.map(saysNote).join('')}`,
    width: 720,
    height,
    option: shown.length === 0 ? null : panels([panel], 1, 720, height, 220),
    missing:
      run.method === 'deep'
        ? 'No model was fitted that can be explained.'
        : 'The rules have no model; which of them decided is listed above.',
    table: {
      names: ['Feature', 'All classes', ...CLASSES.map((name) => LABEL_STYLE[name].name)],
      rows: (found?.features ?? []).map(({ feature, importance, byClass }) => [
        feature,
        importance,
        ...CLASSES.map((name) => byClass?.[name] ?? null),
      ]),
    },
  };
}

/** What the anomaly score relies on; only when the run was asked for it. */
export function anomalyImportances(run: RunResult): Chart {
  const found = importancesOf(run, 'permutation');
  return signedBars(bars((found?.features ?? []).slice(0, TOP)), {
    name: 'anomaly_importances',
    title: 'What the anomaly score relies on',
    summary: `Permutation importance: how much the score of the isolation forest changes, in the mean over ${count(found?.rows ?? 0)} locations, when the values of one feature are dealt out anew.`,
    missing: NOT_ASKED,
    measure: 'Importance',
    colour: plain,
  });
}

const bars = (features: readonly FeatureImportance[]) =>
  features.map(({ feature, importance }) => [feature, importance] as const);

/** What tells anomalies from the rest, asked of a forest grown for it; only when the run was asked for it. */
export function surrogateImportances(run: RunResult): Chart {
  const found = (
    [
      ['surrogate_gini', 'Gini: share of the impurity taken away'],
      ['surrogate_permutation', 'Permutation: loss of area under the ROC curve'],
    ] as const
  ).flatMap(([kind, title]) => {
    const each = importancesOf(run, kind);
    return each ? [{ title, kind, shown: each.features.slice(0, TOP / 2) }] : [];
  });
  const height = 90 + 10 * TOP;
  const option = panels(
    found.map(({ title, shown }) => barPanel(title, bars(shown), plain)),
    2,
    960,
    height,
    190,
  );
  return {
    name: 'surrogate_importances',
    title: 'What tells anomalies from the rest',
    summary: `A random forest was grown to tell the ${Math.round(100 * run.contamination)} per cent of anomalies from the other locations; the ${TOP / 2} features it relies on most, measured in two ways on what it was grown on.`,
    width: 960,
    height,
    option: found.length === 0 ? null : option,
    missing: importancesOf(run, 'permutation') ? 'All locations are anomalies, or none is.' : NOT_ASKED,
    table: {
      names: ['Measure', 'Feature', 'Importance'],
      rows: found.flatMap(({ kind, shown }) =>
        shown.map(({ feature, importance }) => [
          kind === 'surrogate_gini' ? 'Gini' : 'permutation',
          feature,
          importance,
        ]),
      ),
    },
  };
}
