// reporters

// pages of one's own
export { type Chart, type ChartTable, drawCharts } from './charts/chart.js';
export { type SignedBarsWords, signedBars } from './charts/signed-bars.js';
export { clientAnalysisCsv, clientVerdict } from './client-analysis.js';
export { clientReport } from './client-report.js';
// for terminals and tables
export { consoleSummary } from './console-summary.js';
export { csvCell, csvLines } from './csv.js';
// places
export { type Coordinates, parseCoordinates } from './geo/coordinates.js';
export { type GroupInput, type GroupOptions, groupLocations, haversineKm, type LocationGroup } from './geo/groups.js';
export { groupsOf, locationGroups } from './geo/location-groups.js';
export { escapeHtml } from './html/escape.js';
export { htmlPage, htmlReport } from './html/html-report.js';
export { page as htmlDocument } from './html/page.js';
export { figure as htmlFigure, section as htmlSection, table as htmlTable } from './html/parts.js';
export { featureImportances } from './importances.js';
export { locationAnalysisCsv, locationAnalysisParquet } from './location-analysis.js';
export { type LocationColumn, locationTable } from './location-table.js';
export { runManifest } from './manifest.js';
export { clipText, plain } from './plain-text.js';
export { plots } from './plots.js';
export { quarantine } from './quarantine.js';
export { statistics, statisticsOf } from './statistics/statistics.js';
export { concentration, FILTERS, type UsageTable, usageTables } from './statistics/usage-tables.js';
export { textReport } from './text-report.js';
