// reporters

// for people
export { clientAnalysisCsv, clientVerdict } from './client-analysis.js';
export { clientReport } from './client-report.js';
export { consoleSummary } from './console-summary.js';
export { csvCell, csvLines } from './csv.js';
export { featureImportances } from './importances.js';
export { locationAnalysisCsv, locationAnalysisParquet } from './location-analysis.js';
// building blocks
export { type LocationColumn, locationTable } from './location-table.js';
export { runManifest } from './manifest.js';
export { clipText, plain } from './plain-text.js';
export { quarantine } from './quarantine.js';
export { textReport } from './text-report.js';
