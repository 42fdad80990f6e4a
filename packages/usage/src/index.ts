// counting

export { countUsage, DOUBLE_CLICK_S, isPartial, type UsageCounts } from './count.js';
export { countryCode } from './countries.js';
export { REASONS } from './events.js';
export { type Month, monthText, type Period, parseMonth } from './months.js';
export type { UsageFields, UsageOptions } from './options.js';

// the report

export { exceptionsOf, headerOf, type ReportException } from './header.js';
export { type Cell, itemsOf, METRICS } from './items.js';
export { type ItemMetadata, type Metadata, readMetadata } from './metadata.js';
export { REPORT_DEFAULTS, type ReportOptions } from './options.js';
export { jsonParts } from './report-json.js';
export { tsvParts } from './report-tsv.js';
export { DSR_SCHEMA, validateReport } from './validate.js';
export { reportStem, type WrittenUsage, writeUsage } from './write.js';

// beside the report

export { excludedTsv } from './excluded.js';
export { type CountInterval, keptPrecision, type Share } from './kept-precision.js';
export { type Spike, type SpikeMark, spikeMark, spikesOf, spikesTsv } from './spikes.js';
export { type RobotDetection, summaryOf, type Totals, type UsageSummary } from './summary.js';
