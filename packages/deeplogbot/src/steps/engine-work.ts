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
  /** Says what is known of the run before anything is written; the host's work, while the engine counts. */
  readonly sumUp: () => Promise<RunResult>;
  /** Told of counting and annotating when they end. */
  readonly ended?: (step: 'statistics' | 'annotate') => void;
}

/** The work under way. */
export interface EngineWork {
  /** The run without files and counts. */
  readonly summed: Promise<RunResult>;
  readonly counted: Promise<Counted>;
  readonly annotated: Promise<string | null>;
}

/**
 * Begins what the engine does beside the reports, and what the host does before these. The engine counts, then annotates; or it
 * reads for the annotated log first, which a thread then writes while it counts. The host begins behind that: as long as it works it takes no rows.
 */
export function beginEngineWork(
  { reporters, sumUp, count, annotation, ended, meter }: EngineTasks,
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
    const [counted, summed] = [countEvents(), sumUp()];
    const annotated = Promise.all([counted, summed]).then(() => annotate());
    return { summed, counted, annotated };
  }
  let onRead = () => {};
  const read = new Promise<void>((resolve) => {
    onRead = resolve;
  });
  const counted = read.then(countEvents);
  const summed = read.then(sumUp);
  const annotated = annotate({ onRead, mayPublish: () => Promise.all([counted, summed]) });
  annotated.then(onRead, onRead); // Whatever became of it, the engine is free.
  return { summed, counted, annotated };
}

async function countFor(reporters: readonly Reporter[], count: EngineTasks['count']): Promise<Counted> {
  const needed = new Set(reporters.flatMap(({ needs = [] }) => needs));
  const found: { [K in Need]?: RunResult[K] } = {};
  if (needed.has('usage')) found.usage = await count.usage();
  if (needed.has('traffic')) found.traffic = await count.traffic();
  return found;
}
