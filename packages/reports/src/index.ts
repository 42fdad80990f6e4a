// Reporters, what they are made of, and the parts of a page. All of it runs in a browser too.

// reporters

export { clientAddresses } from './clients/address-table.js';
export { clientAnalysisCsv } from './clients/client-table.js';
export { clientReport } from './clients/text-report.js';
export { featureImportances } from './feature-importances.js';
export { locationGroups } from './geo/location-groups.js';
export { clientHtmlReport } from './html/client-page.js';
export { htmlReport } from './html/html-report.js';
export { plots } from './plots.js';
export { quarantine } from './quarantine.js';
export { runManifest } from './run-manifest.js';
export { statistics } from './statistics/statistics.js';
export { locationAnalysisCsv, locationAnalysisParquet } from './tables/location-reporters.js';
export { textReport } from './text-report.js';

// what they write, as values

export { clientVerdict } from './clients/verdicts.js';
export { consoleSummary } from './console-summary.js';
export { type Coordinates, parseCoordinates } from './geo/coordinates.js';
export { type GroupInput, type GroupOptions, groupLocations, haversineKm, type LocationGroup } from './geo/groups.js';
export { groupsOf } from './geo/location-groups.js';
export { clientPage } from './html/client-page.js';
export { htmlPage } from './html/html-report.js';
export { statisticsOf } from './statistics/statistics.js';
export { concentration, FILTERS, type UsageTable, usageTables } from './statistics/usage-tables.js';
export { type LocationColumn, locationTable } from './tables/location-table.js';

// charts, pages, tables and texts of one's own

export { type Chart, type ChartTable, drawCharts } from './charts/chart.js';
export { profileChart } from './charts/profile-chart.js';
export { type SignedBarsWords, signedBars } from './charts/signed-bars.js';
export { escapeHtml } from './html/escape.js';
export { page as htmlDocument } from './html/page.js';
export { figure as htmlFigure, section as htmlSection, table as htmlTable } from './html/parts.js';
export { clipText, count, counted, percent, plain } from './plain-text.js';
export { csvCell, csvLines, csvText } from './tables/csv.js';
