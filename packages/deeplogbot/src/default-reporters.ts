import type { Reporter } from '@deeplogbot/core';
import {
  featureImportances,
  htmlReport,
  locationAnalysisCsv,
  locationAnalysisParquet,
  locationGroups,
  plots,
  runManifest,
  statistics,
  textReport,
} from '@deeplogbot/reports';

/** The reports of a run, the manifest last because it lists the others' hashes. */
export const DEFAULT_REPORTERS: readonly Reporter[] = [
  locationAnalysisCsv,
  locationAnalysisParquet,
  textReport,
  statistics,
  locationGroups(),
  htmlReport,
  plots,
  featureImportances,
  runManifest,
];
