import {
  checkAborted,
  type Extracted,
  type FeatureTable,
  mappedRoles,
  type Provider,
  type QueryContext,
  type Reused,
  type RunResult,
  StoredColumns,
  type Verdicts,
} from '@deeplogbot/core';
import { openColumnSpill } from '@deeplogbot/core/node';
import { cleanTotalSteps, inTurns } from '@deeplogbot/models';
import type { AnnotatorOptions, ResolvedOptions } from './options.js';
import { type BoundEvents, extractFeatures } from './stages.js';
import { type AnnotationAhead, beginAnnotation, NO_ANNOTATION, planAnnotation } from './steps/annotate.js';
import { deriveAfterAnomaly, detectAnomalies } from './steps/anomaly.js';
import { checkRoom } from './steps/check-room.js';
import { classify } from './steps/classify.js';
import { type Closers, closing } from './steps/closing.js';
import { dataWarnings } from './steps/data-warnings.js';
import { type Job, openJob } from './steps/open-job.js';
import type { RunLog } from './steps/open-log.js';
import { withPlaceNames } from './steps/place-names.js';
import { runResult } from './steps/run-result.js';
import { type ProjectNames, projectNames } from './steps/statistics/project-names.js';
import { trafficOverTime } from './steps/statistics/traffic.js';
import { usageStatistics } from './steps/statistics/usage-statistics.js';
import { writeOutputs } from './steps/write-outputs.js';

/**
 * The main job: reads a download log, classifies its locations, writes the annotated log and the reports.
 *
 * Everything that can be wrong with the options, the schema, the rules or the output folder stops the run with a
 * `ConfigError` before anything is written. Cancelling through `signal` leaves no half-written file. The same input,
 * options and seed give the same files, byte for byte, with any number of threads.
 */
export async function runBotAnnotator(userOptions: AnnotatorOptions): Promise<RunResult> {
  return closing(async (closers) => {
    const job = await openJob(userOptions, closers);
    const extracted = await measure(job, closers);
    const ahead = await engineAhead(job, extracted, closers);
    const judged = await judge(job, extracted);
    return report(job, extracted, judged, ahead);
  });
}

/** Computes the features of every location. */
async function measure(job: Job, closers: Closers): Promise<Extracted> {
  const { options, provider, tallies, columns } = job;
  const folder = options.tempDirectory;
  const spill = readsByParts(provider, options) ? openColumnSpill(folder === undefined ? {} : { folder }) : undefined;
  const extracted = await extractFeatures(job.log.events, provider, {
    ...options,
    store: job.resume,
    meter: job.profile?.meter,
    ...(spill && { spill }),
    ...(tallies && { tallies }),
    admit: (keys) => checkRoom(keys, spill ? 'on disk' : columns),
  });
  if (options.engine === job.engine) closers.push(() => extracted.kept.drop()); // Another engine ends with the run.
  job.clock.lap('features');
  return extracted;
}

/** Whether what follows the features reads them a few at a time: then a table too large for memory may be on disk. */
const readsByParts = ({ reports }: Provider, { classificationMethod }: ResolvedOptions): boolean =>
  reports === 'clients' && classificationMethod !== 'deep';

/** What the engine does while verdicts are made, one after the other. */
interface EngineAhead {
  readonly annotation: AnnotationAhead | undefined;
  readonly projects: Promise<ProjectNames> | undefined;
  /** Fulfilled when it has done all of it, whatever came of that. */
  readonly idle: Promise<void>;
}

/** Has the engine begin with what does not depend on verdicts. */
async function engineAhead(
  { log, target, source, options, tallies }: Job,
  { features }: Extracted,
  closers: Closers,
): Promise<EngineAhead> {
  const annotation = log.rows && (await beginAnnotation(log.rows, features.keys, target, source, options));
  const engineIsFree = annotation?.engineIsFree ?? Promise.resolve();
  const projects = tallies && engineIsFree.then(() => projectNames(log.events));
  // What fails is thrown where the names are asked for; a run that ends before has a reason of its own.
  const idle = Promise.resolve(projects).then(
    () => annotation?.fetch(),
    () => {},
  );
  closers.push(async () => {
    await annotation?.close(idle);
    await idle;
    await projects?.then(({ drop }) => drop()).catch(() => {});
  });
  return { annotation, projects, idle };
}

/** What was found out of every location. */
interface Judged {
  readonly features: FeatureTable;
  readonly importances: RunResult['importances'];
  readonly verdicts: Verdicts;
}

/** Finds what is anomalous and gives every location its verdict. */
async function judge({ options, provider, classifier, log, clock }: Job, extracted: Extracted): Promise<Judged> {
  checkAborted(options, 'anomaly');
  const { features: scored, importances } = await detectAnomalies(extracted.features, provider, options);
  const features = deriveAfterAnomaly(scored, provider, contextOf(log.events, options));
  clock.lap('anomaly');

  checkAborted(options, 'classify');
  const verdicts = await classify(features, classifier, options);
  clock.lap('classify');
  return { features, importances, verdicts };
}

/** Counts what is left, and says what was done. */
async function sumUp(
  { options, provider, classifier, engine, log, resume, clock }: Job,
  extracted: Extracted,
  { features, importances, verdicts }: Judged,
): Promise<RunResult> {
  const { events, schema, inputs } = log;
  const featureNodes = [...provider.extractors, ...(options.customExtractors ?? [])];
  const { randomState } = options;
  const { secondView } = verdicts;
  const draws = cleanTotalSteps(verdicts.rows, extracted.keyTable.n, { randomState, secondView });
  const run = runResult({
    cleanTotal: await inTurns(draws, options, 'clean total'),
    options,
    provider,
    schema,
    engine: engine.name,
    inputs,
    relation: events.relation,
    extracted,
    features,
    verdicts,
    sources: classifier.sources ?? [],
    importances,
    reading: log.reading,
    reused: reusedOf(log, resume && extracted.spared),
    warnings: [
      ...log.warnings,
      ...dataWarnings(extracted, events.relation, featureNodes),
      ...(provider.warnings?.(features) ?? []),
    ],
    timings: [...clock.timings, ...extracted.timings.map((timing) => ({ ...timing, step: `features/${timing.step}` }))],
  });
  return withPlaceNames(run, options, provider);
}

/** The annotated log and all reports. What a state or a resumed run keeps becomes final with them. */
async function report(
  job: Job,
  extracted: Extracted,
  found: Judged,
  { annotation, projects, idle }: EngineAhead,
): Promise<RunResult> {
  const { options, engine, log, profile, tallies } = job;
  checkAborted(options, 'annotate');
  const { events } = log;
  const { features, verdicts } = found;
  const { keyTable, kept } = extracted;
  const { rowOfCode, n } = keyTable;
  const judged = { keys: features.keys, verdicts: verdicts.rows, ...(rowOfCode && { rowOfCode }) };
  const reported = await writeOutputs({
    sumUp: () => sumUp(job, extracted, found),
    outputDir: options.outputDir,
    meter: profile?.meter,
    reporters: job.reporters,
    count: {
      usage: async () => {
        await idle; // Also where the annotated log, which waits for it otherwise, could not be begun.
        return usageStatistics(events, { ...judged, n }, kept, tallies && projects && { tallies, projects });
      },
      traffic: async () => {
        await idle;
        return trafficOverTime(engine, events.relation, { ...judged, schema: events.schema }, keyTable);
      },
    },
    annotation:
      log.rows && annotation
        ? planAnnotation(log.rows, judged, job.target, behind(idle, annotation), log.inputs, options)
        : NO_ANNOTATION,
    ...(features.columns instanceof StoredColumns && { apart: async () => engine.rest?.() }),
    ended: job.ended,
  });
  await log.commit();
  await job.resume?.finish();
  await profile?.write(reported);
  return reported;
}

/** The places are taken once the engine has done all that it does ahead. */
const behind = (idle: Promise<void>, ahead: AnnotationAhead): AnnotationAhead => ({
  ...ahead,
  takePlaces: async () => {
    await idle;
    return ahead.takePlaces();
  },
});

const contextOf = (
  { engine, schema }: BoundEvents,
  { definitions }: Pick<QueryContext, 'definitions'>,
): QueryContext => ({
  schema,
  roles: mappedRoles(schema),
  dialect: engine.dialect,
  definitions,
});

/** What was taken from kept work; undefined where none is kept. */
function reusedOf({ reused, inputs }: RunLog, nodes: number | undefined): Reused | undefined {
  if (!reused && nodes === undefined) return undefined;
  const all = { files: 0, scannedFiles: inputs.map(({ path }) => path), movedFiles: [], replacedFiles: [] };
  return { nodes: nodes ?? 0, ...(reused ?? all) };
}
