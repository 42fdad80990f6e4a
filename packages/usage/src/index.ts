// beside the report
export { excludedTsv, type RobotDetection, spikesTsv, summaryOf, type Totals, type UsageSummary } from './beside.js';
// counting
export { countUsage, DOUBLE_CLICK_S, isPartial, type UsageCounts } from './count.js';
export { countryCode } from './countries.js';
export { REASONS } from './events.js';
// the report
export { exceptionsOf, headerOf, type ReportException } from './header.js';
export { type Cell, type ItemMetadata, itemsOf, METRICS, readMetadata } from './items.js';
export { type CountInterval, keptPrecision, type Share } from './kept-precision.js';
export { type Month, monthText, type Period, parseMonth } from './months.js';
export { REPORT_DEFAULTS, type ReportOptions, type UsageFields, type UsageOptions } from './options.js';
export { jsonParts, type Metadata } from './report-json.js';
export { tsvParts } from './report-tsv.js';
export { type Spike, type SpikeMark, spikeMark, spikesOf } from './spikes.js';
export { DSR_SCHEMA, validateReport } from './validate.js';
export { reportStem, type WrittenUsage, writeUsage } from './write.js';
