// reporters

// for people
export { clientAnalysisCsv } from './client-analysis.js';
export { clientReport } from './client-report.js';
export { clientVerdict } from './client-verdicts.js';
export { consoleSummary } from './console-summary.js';
export { csvCell, csvLines } from './csv.js';
export { type Coordinates, parseCoordinates } from './geo/coordinates.js';
export { type GroupInput, type GroupOptions, groupLocations, haversineKm, type LocationGroup } from './geo/groups.js';
export { groupsOf, locationGroups } from './geo/location-groups.js';
export { clientHtmlReport, clientPage } from './html/client-page.js';
export { htmlPage, htmlReport } from './html/html-report.js';
export { featureImportances } from './importances.js';
export { locationAnalysisCsv, locationAnalysisParquet } from './location-analysis.js';
// building blocks
export { type LocationColumn, locationTable } from './location-table.js';
export { runManifest } from './manifest.js';
export { clipText, plain } from './plain-text.js';
export { plots } from './plots.js';
export { quarantine } from './quarantine.js';
export { statistics, statisticsOf } from './statistics/statistics.js';
export { concentration, FILTERS, type UsageTable, usageTables } from './statistics/usage-tables.js';
export { textReport } from './text-report.js';
