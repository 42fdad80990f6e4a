import type { RunResult } from '@deeplogbot/core';
import { type Chart, drawCharts } from './chart.js';
import { categoryFeatureComparison, classificationDistribution, downloadsByCategory } from './class-charts.js';
import { featureDistributions, temporalPatterns, yearlyTrends } from './distribution-charts.js';
import { anomalyImportances, featureImportance, modelImportances, surrogateImportances } from './importance-charts.js';
import { geographicDistribution, worldMapChart } from './place-charts.js';
import { anomalyAnalysis, correlationMatrix } from './relation-charts.js';
import { hoursAndWeekdays, trafficOverTime } from './time-charts.js';

const made = new WeakMap<RunResult['verdicts'], readonly Chart[]>();

/** Every drawing of a run; made once for all reporters of the run. */
export function allCharts(run: RunResult): readonly Chart[] {
  const charts = made.get(run.verdicts) ?? makeCharts(run);
  made.set(run.verdicts, charts);
  return charts;
}

const makeCharts = (run: RunResult): readonly Chart[] => [
  classificationDistribution(run),
  downloadsByCategory(run),
  trafficOverTime(run),
  hoursAndWeekdays(run),
  worldMapChart(run),
  geographicDistribution(run),
  yearlyTrends(run),
  featureDistributions(run),
  featureImportance(run),
  modelImportances(run),
  anomalyImportances(run),
  surrogateImportances(run),
  correlationMatrix(run),
  categoryFeatureComparison(run),
  temporalPatterns(run),
  anomalyAnalysis(run),
];

/** A chart with its drawing; none where there is nothing to draw. */
export interface Drawn {
  readonly chart: Chart;
  readonly svg: string | undefined;
}

const known = new WeakMap<RunResult['verdicts'], Promise<ReadonlyMap<string, Drawn>>>();

/** Every drawing of a run by its name; made once for all reporters of the run. */
export function drawnCharts(run: RunResult): Promise<ReadonlyMap<string, Drawn>> {
  const before = known.get(run.verdicts);
  if (before) return before;
  const charts = allCharts(run);
  const drawings = drawCharts(charts).then(
    (drawn) => new Map(charts.map((chart) => [chart.name, { chart, svg: drawn.get(chart.name) }] as const)),
  );
  known.set(run.verdicts, drawings);
  return drawings;
}
