import type { RejectedRow } from './engine.js';
import type { FeatureTable } from './features.js';
import type { Importances } from './importances.js';
import type { Definitions } from './plan-nodes.js';
import type { LogSchema } from './schema.js';
import type { Traffic, UsageStatistics } from './usage.js';
import type { VerdictSource, Verdicts } from './verdicts.js';

/** How many input rows ended where; the parts sum to `total`. */
export interface RowCounts {
  readonly total: number;
  /** Rows of keys that were classified, in the window. */
  readonly classified: number;
  /** Rows of keys below `minLocationDownloads`. */
  readonly belowMinimum: number;
  readonly noLocation: number;
  /** The timestamp is NULL or cannot be read. */
  readonly noTimestamp: number;
  /** The year is before `minYear`, after `maxYear`, or the row is later than `asOf`. */
  readonly outsideWindow: number;
}

/** Events per outcome; `normal` are the organic ones, as in the reference. The parts sum to `total`. */
export interface DownloadStats {
  readonly total: number;
  readonly bots: number;
  readonly hubs: number;
  readonly normal: number;
  /** Rows of keys labelled insufficient_evidence, below the minimum included. */
  readonly insufficientEvidence: number;
  /** Rows without location or timestamp, or outside the window. */
  readonly filtered: number;
}

/** How many downloads are left when bots and hubs are taken out, and how far that can be relied on. */
export interface CleanTotal {
  /** Downloads of locations labelled organic. */
  readonly delivered: number;
  /** Expected downloads of people, over all locations that have probabilities. */
  readonly expected: number;
  /** 2.5 and 97.5 percentiles of the downloads of people, locations being drawn by their probabilities; `expected` is never outside. */
  readonly low: number;
  readonly high: number;
  /** Expected share of the delivered downloads that is of people, 0 … 1; NaN when nothing is delivered. */
  readonly organicShare: number;
  /** What these figures rest on, where the method says it: sentences, the last without its stop. */
  readonly basis?: string;
}

/** How long a step took. Steps overlap: reports are made while the annotated log is written. */
export interface Timing {
  readonly step: string;
  readonly seconds: number;
  /** When the step began, seconds since the run did. This and what follows is known to profiled runs only. */
  readonly start?: number;
  /** Processor time that the process used meanwhile, all threads; steps that overlap share it. */
  readonly cpuSeconds?: number;
  /** Resident memory of the process at the end of the step. */
  readonly residentBytes?: number;
  /** Rows of the table that the step made. */
  readonly rows?: number;
}

/** Identity of one file. `digest`: SHA-256 of the whole file up to 64 MiB, else of its first and last MiB and its size. */
export interface InputIdentity {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
}

/** Everything a run found out; plain data except for the typed columns of `features`. */
export interface RunResult {
  readonly provider: string;
  /** {@link Provider.settings}. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** {@link ReadLog.reading}. */
  readonly reading?: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly definitions: Definitions;
  readonly engine: string;
  readonly randomState: number;
  readonly contamination: number;
  /** Kilometres within which locations of one class and country are one place in the reports; 0 = each is by itself. */
  readonly groupRadiusKm: number;
  /** Names of such places by the key of their largest location, where they differ from its city. */
  readonly placeNames: ReadonlyMap<string, string>;
  readonly schema: LogSchema;
  readonly inputs: readonly InputIdentity[];
  readonly rowCounts: RowCounts;
  /** Rows that could not even be parsed; in no other figure. */
  readonly rejectedRows: number;
  /** Where those rows were and why; of many of one kind only the first ones. */
  readonly rejected?: readonly RejectedRow[];
  /** How many of them there are of each reason, where the reader tells reasons apart. */
  readonly rejectedByReason?: Readonly<Record<string, number>>;
  readonly features: FeatureTable;
  /** Rows of each key in the window, in the order of `features.keys`. */
  readonly downloads: Float64Array;
  /** First and last event in the window, microseconds since 1970 UTC. */
  readonly window: { readonly firstUs: number; readonly lastUs: number };
  readonly verdicts: Verdicts;
  /** Rules, model and labels that the verdicts rest on, as the classifier names them. */
  readonly sources: readonly VerdictSource[];
  /** What the anomaly score relies on, if the run was asked for it, and what the verdicts rest on where the method can tell. */
  readonly importances: readonly Importances[];
  /** Events by year, data set, file type and so on; absent when no reporter of the run needs it. */
  readonly usage?: UsageStatistics;
  /** Events over time by kind of key; absent when no reporter of the run needs it. */
  readonly traffic?: Traffic;
  readonly botLocations: number;
  readonly hubLocations: number;
  readonly organicLocations: number;
  readonly insufficientLocations: number;
  readonly totalLocations: number;
  readonly stats: DownloadStats;
  readonly cleanTotal: CleanTotal;
  /** Absolute path of the annotated file, or null. */
  readonly outputParquet: string | null;
  /** Identity of what was written so far, in order; a reporter sees its predecessors' files. */
  readonly outputs: readonly InputIdentity[];
  /** Absolute paths of everything the run wrote. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly timings: readonly Timing[];
  /** How often the source is read to compute features, and by which plan nodes, when nothing is taken from kept work. */
  readonly plan: { readonly sourceScans: number; readonly nodes: readonly string[] };
  /** Present where the run kept work; no file that equal runs share depends on it. */
  readonly reused?: Reused;
}

/** What a run took from kept work instead of doing it again. */
export interface Reused {
  /** Plan nodes that an interrupted run had finished. */
  readonly nodes: number;
  /** Input files whose events were in the state already. */
  readonly files: number;
  /** Paths of input files that were read: new ones and those with another content than before. */
  readonly scannedFiles: readonly string[];
  /** Input files of a known content that have another path than before. */
  readonly movedFiles: readonly { readonly from: string; readonly to: string }[];
  /** Paths whose content in the state was replaced by what is there now. */
  readonly replacedFiles: readonly string[];
}

/** What a file is to hold, whole or in pieces. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array>;

/** A folder that takes whole files: each appears complete under its name or not at all. Names are plain file names. */
export interface OutputDir {
  /** For messages; absolute where there is a file system. */
  readonly path: string;
  /** Writes text or bytes and returns the absolute path (or the name, where there is no file system). */
  write(name: string, content: FileContent): Promise<string>;
  /**
   * The same for a file that `fill` writes itself, as by a thread, to a path that is only for it; absent where there is no file system.
   */
  fill?(name: string, fill: (path: string) => Promise<void>): Promise<string>;
  /** A folder in it, made if missing; absent where there are no folders. */
  folder?(name: string): Promise<OutputDir>;
}

/** Writes one kind of report of a finished run; returns the paths it wrote. */
export interface Reporter {
  readonly name: string;
  /** Parts of the result that cost a scan of the log and are computed only when a reporter asks for them. */
  readonly needs?: readonly ('usage' | 'traffic')[];
  /**
   * True for a report that reads neither `outputs`, `files` and `timings` nor the annotated log: it is made while that is still
   * being written, and appears after it. Only reporters at the head of the list can be early. @defaultValue false
   */
  readonly early?: boolean;
  /**
   * True for an early report that leaves the caller's thread free for most of its time: the early ones behind it do not wait for it,
   * another one of this kind neither. They do not see its warnings; its files and warnings come first in the result. @defaultValue false
   */
  readonly aside?: boolean;
  /**
   * Begins what `write` would do and what reads neither `needs` nor `warnings`, while those are still being counted: asked for at most
   * once, before `write`, of early reporters. What it finds is kept for `write` under `run.verdicts`, the same object in both. Where it
   * fails, nothing is told: `write` is asked all the same, and fails for the same reason.
   */
  prepare?(run: RunResult): Promise<unknown>;
  /** `warn` lists in the run's warnings what a reader must know of a report that was written, such as a part that could not be. */
  write(run: RunResult, target: OutputDir, warn?: (warning: string) => void): Promise<readonly string[]>;
}
