import {
  type Aggregate,
  BASE_SCHEMA,
  defineProvider,
  defineSchema,
  type FeatureNode,
  type Lookup,
  type PlanNode,
  type Provider,
} from '@deeplogbot/core';
import { Networks } from './agents/networks.js';
import { aggregatesOf, EVENT_COLUMNS } from './aggregates.js';
import { compatRules } from './compat-rules.generated.js';
import { conductOf } from './conduct.js';
import { defaultRules } from './default-rules.generated.js';
import { bucketNodes } from './features/buckets.js';
import { identityNodes } from './features/identity.js';
import { paceNodes } from './features/pace.js';
import { pathNodes } from './features/paths.js';
import { periodicityNodes } from './features/periodicity.js';
import { readerNodes } from './features/readers.js';
import { requestNodes } from './features/requests.js';
import { sequentialNodes, sequentialWarnings } from './features/sequential.js';
import { topicNodes } from './features/topics.js';
import { transferNodes } from './features/transfers.js';
import { type HttpOptions, type ResolvedHttpOptions, resolveHttpOptions } from './options.js';
import { readLog } from './read/read-log.js';
import { readingOf, settingsOf } from './settings.js';

/** The log as the reader makes it: what is classified is a client. Its address and agent take the place of country and city. */
export const HTTP_SCHEMA = defineSchema(
  {
    locationField: 'client',
    countryField: 'ip',
    cityField: 'user_agent',
    userField: null,
    projectField: null,
    fileField: null,
    methodField: 'method',
    timestampField: 'timestamp',
    bytesField: 'bytes',
    minYear: 1995,
  },
  BASE_SCHEMA,
);

/** What counting reads: data sets by `itemPatterns`, sessions by address, agent and hour, robots by the verdict. */
const USAGE = {
  schema: { projectField: 'item', fileField: 'path', countryField: null, cityField: null },
  fields: { clientFields: ['client'], statusField: 'status', requestField: 'retrieved' },
} as const;

const featuresOf = (options: ResolvedHttpOptions): readonly PlanNode[] => [
  ...requestNodes,
  ...readerNodes,
  ...paceNodes,
  ...pathNodes,
  ...identityNodes(new Networks(options).countries),
  ...bucketNodes,
  ...transferNodes,
  ...periodicityNodes,
  ...topicNodes(options.topics),
  ...(options.sequential ? sequentialNodes : []),
];

/** What others read, and no feature itself. */
const isRead = (node: PlanNode): node is Aggregate | Lookup => node.kind === 'lookup' || node.kind === 'aggregate';

/** What the isolation forest sees. */
const FOREST_FEATURES = [
  'number_requests_total',
  'no_referrer_requests_ratio',
  'status_4xx_ratio',
  'html_ratio',
  'asset_ratio',
  'repeat_ratio',
  'avg_request_interarrival_time',
  'cv_interarrival',
  'max_requests_10s',
  'night_ratio',
  'depth_mean',
  'popularity_mean',
] as const;

/** Beside what the host holds, so that ten million lines of two million clients take less than a gigabyte in all: docs/http.md. */
const MEMORY_LIMIT = '352MB';

/** Web server access logs: one client is an address with an agent. */
export function httpProvider(options: HttpOptions = {}): Provider {
  const resolved = resolveHttpOptions(options);
  const nodes = featuresOf(resolved);
  const extractors = nodes.filter((node) => !isRead(node)) as readonly FeatureNode[];
  return defineProvider({
    name: 'http',
    settings: settingsOf(resolved),
    displayName: 'Web server access logs',
    description: 'Access logs of web servers, one row per request, classified by client.',
    schema: HTTP_SCHEMA,
    aggregates: [...aggregatesOf(resolved.sessionWindow), ...nodes.filter(isRead)],
    extractors,
    anomalyFeatures: FOREST_FEATURES,
    rules: { default: defaultRules, compat: compatRules },
    reader: {
      isLog,
      read: async (engine, paths, control, found) => {
        const { stats, ...log } = await readLog(engine, paths, resolved, control, found);
        return { ...log, reading: readingOf(stats) };
      },
    },
    eventColumns: EVENT_COLUMNS,
    memoryLimit: MEMORY_LIMIT,
    reports: 'clients',
    usage: USAGE,
    warnings: sequentialWarnings,
    conduct: conductOf(extractors.flatMap(({ columns }) => Object.keys(columns))),
  });
}

/** What lies beside logs and is none, by its extension. */
const OTHER_FILES =
  /\.(parquet|pq|csv|tsv|html?|png|jpe?g|gif|svg|css|js|conf|cfg|pid|lock|tmp|swp|bak|md|sh|py|pl|pdf|zip|tar|tgz)$/;

/** Whether a file of a folder is taken for an access log: every file but error logs and what other extensions name. */
export function isLog(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return !/(^|[._-])errors?([._-]|$)/.test(base) && !OTHER_FILES.test(base);
}

export { agentFacts, agentLists } from './agents/agents.js';
export { NetworkMap } from './agents/network-map.js';
export type { NameResolver } from './agents/reverse-dns.js';
export { detectFormat, type FormatScore } from './formats/detect.js';
export { FORMAT_NAMES, type FormatName, REASONS, type Reason } from './formats/row.js';
export { compileItemPattern, type ItemMatcher } from './items/pattern.js';
export { type HttpOptions, resolveHttpOptions } from './options.js';
export { parseAddress, type Words } from './read/address.js';
export { LineSplitter } from './read/lines.js';
export { type ReadStats, readLines, readLog } from './read/read-log.js';
export {
  FEWEST_SESSIONS,
  fitSequential,
  type LabelledSession,
  REQUEST_KINDS,
  type SequentialErrors,
  type SequentialModel,
  SequentialTest,
  type StepCounts,
  stepRatio,
} from './sequential.js';
export { compatRules, defaultRules };
