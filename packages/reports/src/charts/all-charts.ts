import type { RunResult } from '@deeplogbot/core';
import type { Chart } from './chart.js';
import { categoryFeatureComparison, classificationDistribution, downloadsByCategory } from './class-charts.js';
import { featureDistributions, temporalPatterns, yearlyTrends } from './distribution-charts.js';
import { geographicDistribution, worldMapChart } from './place-charts.js';
import { anomalyAnalysis, anomalyImportances, correlationMatrix, featureImportance } from './relation-charts.js';
import { hoursAndWeekdays, trafficOverTime } from './time-charts.js';

/** Every drawing of a run. */
export const allCharts = (run: RunResult): readonly Chart[] => [
  classificationDistribution(run),
  downloadsByCategory(run),
  trafficOverTime(run),
  hoursAndWeekdays(run),
  worldMapChart(run),
  geographicDistribution(run),
  yearlyTrends(run),
  featureDistributions(run),
  featureImportance(run),
  anomalyImportances(run),
  correlationMatrix(run),
  categoryFeatureComparison(run),
  temporalPatterns(run),
  anomalyAnalysis(run),
];
