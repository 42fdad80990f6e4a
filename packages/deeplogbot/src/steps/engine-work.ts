import type { Meter, Reporter, RunResult, Timing } from '@deeplogbot/core';
import type { Annotation, BesideWriting } from './annotate.js';
import { timed } from './timed.js';

type Need = NonNullable<Reporter['needs']>[number];

/** What was counted; what no reporter needs is absent. */
export type Counted = Partial<Pick<RunResult, Need>>;

/** What the engine is still to do for a run whose verdicts are known. */
export interface EngineTasks {
  readonly reporters: readonly Reporter[];
  readonly meter?: Meter;
  /** What costs a scan of the log and is counted only if a reporter needs it. */
  readonly count: { readonly [K in Need]: () => Promise<RunResult[K]> };
  readonly annotation: Annotation;
  /** Told of counting and annotating when they end. */
  readonly ended?: (step: 'statistics' | 'annotate') => void;
}

/** The work under way. */
export interface EngineWork {
  readonly counted: Promise<Counted>;
  readonly annotated: Promise<string | null>;
  /** Fulfilled once nothing more is read ahead. */
  readonly read: Promise<void>;
}

/**
 * Begins what the engine does beside the reports. It counts, then annotates; or it reads for the annotated log first, which a
 * thread then writes while it counts.
 */
export function beginEngineWork(
  { reporters, count, annotation, ended, meter }: EngineTasks,
  timings: Timing[],
): EngineWork {
  const annotate = async (beside?: BesideWriting) => {
    const path = await timed(timings, 'annotate', () => annotation.write(beside), meter);
    ended?.('annotate');
    return path;
  };
  const countEvents = async () => {
    const counted = await timed(timings, 'statistics', () => countFor(reporters, count), meter);
    ended?.('statistics');
    return counted;
  };
  if (!annotation.readsAhead) {
    const counted = countEvents();
    return { counted, annotated: counted.then(() => annotate()), read: Promise.resolve() };
  }
  let onRead = () => {};
  const read = new Promise<void>((resolve) => {
    onRead = resolve;
  });
  const counted = read.then(countEvents);
  const annotated = annotate({ onRead, mayPublish: () => counted });
  annotated.then(onRead, onRead); // Whatever became of it, the engine is free.
  return { counted, annotated, read };
}

async function countFor(reporters: readonly Reporter[], count: EngineTasks['count']): Promise<Counted> {
  const needed = new Set(reporters.flatMap(({ needs = [] }) => needs));
  const found: { [K in Need]?: RunResult[K] } = {};
  if (needed.has('usage')) found.usage = await count.usage();
  if (needed.has('traffic')) found.traffic = await count.traffic();
  return found;
}
