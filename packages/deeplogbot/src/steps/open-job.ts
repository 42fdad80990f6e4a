import {
  beginStep,
  type Classifier,
  type Engine,
  type Meter,
  type Reporter,
  type Source,
  type Timing,
} from '@deeplogbot/core';
import { openEngine, openOutputDir, type ResumeStore, resolveInput } from '@deeplogbot/core/node';
import { defaultReporters } from '../default-reporters.js';
import { type AnnotatorOptions, type ResolvedOptions, resolveOptions } from '../options.js';
import { watchProgress } from '../progress/watch.js';
import { type LoadedProvider, loadProvider } from '../providers/load-provider.js';
import { type AnnotatedTarget, annotatedTarget } from './annotated-target.js';
import type { Closers } from './closing.js';
import { openLog, type RunLog } from './open-log.js';
import { openProfile, type Profile } from './profile.js';
import { knownFeatures, resolveClassifier } from './resolve-classifier.js';
import { openResume } from './resume.js';
import { talliesFor } from './statistics/count-by-tallies.js';

/** All that a run needs before it computes anything. */
export interface Job {
  readonly options: ResolvedOptions;
  readonly provider: LoadedProvider['provider'];
  readonly source: Source;
  readonly target: AnnotatedTarget;
  readonly engine: Engine;
  readonly classifier: Classifier;
  readonly reporters: readonly Reporter[];
  readonly tallies: ReturnType<typeof talliesFor>;
  readonly log: RunLog;
  readonly resume: ResumeStore | undefined;
  readonly profile: Profile | undefined;
  readonly clock: Stopwatch;
  /** Columns of the table of features. */
  readonly columns: number;
  /** Notes the end of a step. */
  readonly ended: (step: string) => void;
}

/** Checks all that can be wrong with the options, and opens the engine and the log. */
export async function openJob(userOptions: AnnotatorOptions, closers: Closers): Promise<Job> {
  const given = resolveOptions(userOptions);
  const progress = watchProgress(given);
  const options = { ...given, ...progress.control };
  const { provider, explicitFields } = await loadProvider(options.provider);
  const source = await resolveInput(options.input, { reader: provider.reader });
  const target = annotatedTarget(options, source);
  const profile = options.profile === undefined ? undefined : await openProfile(options.profile);
  const engine = await openInterruptible(
    { ...options, memoryLimit: options.memoryLimit ?? provider.memoryLimit },
    closers,
  );
  const clock = stopwatch(progress.done, profile?.meter);

  const nodes = [...provider.extractors, ...(provider.afterAnomaly ?? []), ...(options.customExtractors ?? [])];
  const known = nodes.flatMap((node) => ('columns' in node ? knownFeatures(node.columns) : []));
  const classifier = await resolveClassifier(options, provider, [...known, 'anomaly_score', 'is_anomaly'], engine);
  await openOutputDir(options.outputDir); // It must be writable before the log is read.
  const annotates = target.kind !== 'none';
  const log = await openLog({ engine, source, provider, explicitFields, annotates }, options, closers);
  const { events } = log;
  clock.lap('bind');
  const reporters = options.reporters ?? defaultReporters(provider);
  const tallies = talliesFor(provider, events.schema, reporters);
  progress.plan({ provider, schema: events.schema, options, annotates, reporters, tallies }, events.relation.rows);
  closers.push(progress.stop);

  const resume = await openResume({ engine, provider, source, log }, options);
  if (resume) closers.push(() => resume.close());
  return {
    options,
    provider,
    source,
    target,
    engine,
    classifier,
    reporters,
    tallies,
    log,
    resume,
    profile,
    clock,
    columns: known.length,
    ended: progress.done,
  };
}

/** An engine that the run's signal interrupts. The caller's own stays open. */
async function openInterruptible(options: ResolvedOptions, closers: Closers): Promise<Engine> {
  const engine = await openEngine(options);
  if (options.engine !== engine) closers.push(() => engine.close());
  const interrupt = () => engine.interrupt?.();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  closers.push(() => options.signal?.removeEventListener('abort', interrupt));
  return engine;
}

/** Says how long each step took. */
export interface Stopwatch {
  readonly timings: readonly Timing[];
  readonly lap: (step: string) => void;
}

function stopwatch(ended: (step: string) => void, meter: Meter | undefined): Stopwatch {
  const timings: Timing[] = [];
  let end = beginStep(meter);
  const lap = (step: string) => {
    timings.push(end(step));
    end = beginStep(meter);
    ended(step);
  };
  return { timings, lap };
}
