import type { Label } from './verdicts.js';

/** One number per label of a location. */
export type PerLabel = Readonly<Record<Label, number>>;

/** The labels in the order in which reports list them. */
export const LABELS = ['organic', 'hub', 'bot', 'insufficient_evidence'] as const satisfies readonly Label[];

/** Events of one value of a dimension, by the label of their location. */
export interface UsageRow {
  /** NULL where the log gives no value. */
  readonly value: string | null;
  readonly downloads: PerLabel;
  /** Locations with at least one such event. */
  readonly locations: PerLabel;
}

/** What events are counted by. `month` is `YYYY-MM`, `file_type` the lower-case extension, `project` a data set. */
export const USAGE_DIMENSIONS = ['year', 'month', 'project', 'file_type', 'protocol'] as const;
export type UsageDimensionName = (typeof USAGE_DIMENSIONS)[number];

export interface UsageDimension {
  /** `year` and `month` in order of time, everything else by downloads, largest first; ties by value, NULL last. */
  readonly rows: readonly UsageRow[];
  /** Values there are, NULL not counted; more than `rows` where the list was cut. */
  readonly distinct: number;
  /** Why there are no rows although there are events; null when it was measured. */
  readonly notMeasured: string | null;
}

/**
 * Events of the classified locations in the window, counted by what happened rather than by who did it. Each dimension
 * sums to `rowCounts.classified`; rows without a verdict are in none.
 */
export interface UsageStatistics {
  readonly dimensions: Readonly<Record<UsageDimensionName, UsageDimension>>;
  /** Events by UTC weekday and hour: 168 counts per label, at `weekday * 24 + hour`, Sunday = 0. */
  readonly clock: Readonly<Record<Label, Float64Array>>;
}

/** Width of a step of {@link Traffic}: the finest with which the window has at most some 120 steps. */
export type TrafficUnit = 'hour' | 'day' | 'week' | 'month';

/**
 * Events of classified keys over time, by what their key is: its subcategory, or its label where it has none. Steps are UTC, without
 * gaps; weeks begin on Monday.
 */
export interface Traffic {
  readonly unit: TrafficUnit;
  /** Beginning of each step, microseconds since 1970. */
  readonly startsUs: Float64Array;
  /** Kind → events in each step; kinds in alphabetical order. */
  readonly counts: ReadonlyMap<string, Float64Array>;
}
