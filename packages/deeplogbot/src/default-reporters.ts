import type { Provider, Reporter } from '@deeplogbot/core';
import {
  clientAddresses,
  clientAnalysisCsv,
  clientHtmlReport,
  clientReport,
  featureImportances,
  htmlReport,
  locationGroups,
  plots,
  quarantine,
  runManifest,
  statistics,
  textReport,
} from '@deeplogbot/reports';
import { locationTables, pngPlots } from '@deeplogbot/reports/node';

/** The reports of a run, the manifest last because it lists the others' hashes. */
export const DEFAULT_REPORTERS: readonly Reporter[] = [
  ...locationTables,
  textReport,
  locationGroups,
  statistics,
  htmlReport,
  plots,
  pngPlots,
  featureImportances,
  runManifest,
];

/** The same for a provider that classifies clients of a web server. */
const CLIENT_REPORTERS: readonly Reporter[] = [
  clientAnalysisCsv,
  clientReport,
  clientHtmlReport,
  clientAddresses,
  quarantine,
  featureImportances,
  runManifest,
];

/** What a provider's runs write unless they are told otherwise. */
export const defaultReporters = (provider: Provider): readonly Reporter[] =>
  provider.reports === 'clients' ? CLIENT_REPORTERS : DEFAULT_REPORTERS;
