import { nextTurn, type RunResult } from '@deeplogbot/core';

import { oncePerRun } from '../once-per-run.js';
import { type Chart, drawCharts } from './chart.js';
import { categoryFeatureComparison, classificationDistribution, downloadsByCategory } from './class-charts.js';
import { featureDistributions, temporalPatterns, yearlyTrends } from './distribution-charts.js';
import { anomalyImportances, featureImportance, modelImportances, surrogateImportances } from './importance-charts.js';
import { geographicDistribution, worldMapChart } from './place-charts.js';
import { anomalyAnalysis, correlationMatrix } from './relation-charts.js';
import { hoursAndWeekdays, trafficOverTime } from './time-charts.js';

type Maker = (run: RunResult) => Chart;

/** The drawings of a run in the order of their files. */
const ALL: readonly Maker[] = [
  classificationDistribution,
  downloadsByCategory,
  trafficOverTime,
  hoursAndWeekdays,
  worldMapChart,
  geographicDistribution,
  yearlyTrends,
  featureDistributions,
  featureImportance,
  modelImportances,
  anomalyImportances,
  surrogateImportances,
  correlationMatrix,
  categoryFeatureComparison,
  temporalPatterns,
  anomalyAnalysis,
];

/** Those that read `run.usage`. */
const COUNTED: ReadonlySet<Maker> = new Set([trafficOverTime, hoursAndWeekdays]);

const AHEAD: readonly Maker[] = ALL.filter((make) => !COUNTED.has(make));

/** A chart with its drawing; none where there is nothing to draw. */
export interface Drawn {
  readonly chart: Chart;
  readonly svg: string | undefined;
}

const drawings = oncePerRun(() => new Map<Maker, Promise<Drawn>>());

/** Every drawing of a run by its name; made once for all reporters of the run. */
export const drawnCharts = (run: RunResult): Promise<ReadonlyMap<string, Drawn>> => drawn(run, ALL);

/** Those of them that can be made before the downloads are counted. */
export const drawnAhead = (run: RunResult): Promise<ReadonlyMap<string, Drawn>> => drawn(run, AHEAD);

async function drawn(run: RunResult, makers: readonly Maker[]): Promise<ReadonlyMap<string, Drawn>> {
  const before = drawings(run);
  const found: (readonly [string, Drawn])[] = [];
  for (const make of makers) {
    const drawing = before.get(make) ?? draw(make(run));
    before.set(make, drawing);
    const each = await drawing;
    found.push([each.chart.name, each]);
  }
  return new Map(found);
}

/** Lets others run first: a drawing takes up to a fifth of a second. */
async function draw(chart: Chart): Promise<Drawn> {
  await nextTurn();
  return { chart, svg: (await drawCharts([chart])).get(chart.name) };
}
