import type {
  DownloadStats,
  Extracted,
  FeatureTable,
  InputIdentity,
  Label,
  LogSchema,
  Provider,
  Relation,
  RunResult,
  Timing,
  Verdicts,
} from '@deeplogbot/core';
import { cleanTotal } from '@deeplogbot/models';
import type { ResolvedOptions } from '../options.js';

/** What the steps of a run found, before it is summed up. */
export interface RunParts {
  readonly options: ResolvedOptions;
  readonly provider: Provider;
  readonly schema: LogSchema;
  readonly engine: string;
  readonly inputs: readonly InputIdentity[];
  readonly relation: Relation;
  readonly extracted: Extracted;
  readonly features: FeatureTable;
  readonly verdicts: Verdicts;
  readonly sources: RunResult['sources'];
  /** Of the anomaly score. */
  readonly importances: RunResult['importances'];
  readonly reused: RunResult['reused'];
  readonly reading: RunResult['reading'];
  /** @defaultValue worked out from the verdicts */
  readonly cleanTotal?: RunResult['cleanTotal'];
  readonly warnings: readonly string[];
  readonly timings: readonly Timing[];
}

/** Counts locations and downloads per label; every input row is in exactly one figure. Nothing is written yet. */
export function runResult(parts: RunParts): RunResult {
  const { options, extracted, verdicts } = parts;
  const downloads = extracted.keyTable.n;
  const { randomState } = options;
  const { secondView } = verdicts;
  const total = parts.cleanTotal ?? cleanTotal(verdicts.rows, downloads, { randomState, secondView });
  const locations = (label: Label) => verdicts.rows.filter((verdict) => verdict.label === label).length;
  return {
    provider: parts.provider.name,
    ...(parts.provider.settings && { settings: parts.provider.settings }),
    ...(parts.reading && { reading: parts.reading }),
    method: verdicts.method,
    definitions: options.definitions,
    engine: parts.engine,
    randomState: options.randomState,
    contamination: options.contamination,
    groupRadiusKm: options.groupRadiusKm,
    placeNames: new Map(),
    schema: parts.schema,
    inputs: parts.inputs,
    rowCounts: extracted.rowCounts,
    rejectedRows: rejectedRows(parts.relation),
    rejected: parts.relation.rejected,
    ...(parts.relation.rejectedByReason && { rejectedByReason: parts.relation.rejectedByReason }),
    features: parts.features,
    downloads,
    window: { firstUs: extracted.keyTable.firstUs, lastUs: extracted.keyTable.lastUs },
    verdicts,
    sources: parts.sources,
    importances: [...parts.importances, ...(verdicts.importances ? [verdicts.importances] : [])],
    botLocations: locations('bot'),
    hubLocations: locations('hub'),
    organicLocations: locations('organic'),
    insufficientLocations: locations('insufficient_evidence'),
    totalLocations: verdicts.rows.length,
    stats: downloadStats(extracted, verdicts),
    cleanTotal: { ...total, ...(verdicts.basis && { basis: verdicts.basis }) },
    outputParquet: null,
    outputs: [],
    files: [],
    warnings: [...parts.warnings, ...verdicts.warnings],
    timings: parts.timings,
    ...(parts.reused && { reused: parts.reused }),
    plan: { sourceScans: extracted.sourceScans, nodes: extracted.nodes },
  };
}

const rejectedRows = (relation: Relation): number => relation.rejectedCount ?? relation.rejected.length;

function downloadStats({ rowCounts, keyTable }: Extracted, verdicts: Verdicts): DownloadStats {
  const of = (label: Label) =>
    verdicts.rows.reduce((sum, verdict, i) => (verdict.label === label ? sum + keyTable.n[i]! : sum), 0);
  return {
    total: rowCounts.total,
    bots: of('bot'),
    hubs: of('hub'),
    normal: of('organic'),
    insufficientEvidence: of('insufficient_evidence') + rowCounts.belowMinimum,
    filtered: rowCounts.noLocation + rowCounts.noTimestamp + rowCounts.outsideWindow,
  };
}
