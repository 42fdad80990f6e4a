import {
  beginStep,
  checkAborted,
  type KeptRelations,
  type Meter,
  mappedRoles,
  type Provider,
  type QueryContext,
  type Reused,
  type RunResult,
  StoredColumns,
  type Timing,
} from '@deeplogbot/core';
import { openColumnSpill, openEngine, openOutputDir, type ResumeStore, resolveInput } from '@deeplogbot/core/node';
import { cleanTotalSteps, inTurns } from '@deeplogbot/models';
import { defaultReporters } from './default-reporters.js';
import { type AnnotatorOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { watchProgress } from './progress/watch.js';
import { loadProvider } from './providers/directory.js';
import { type BoundEvents, extractFeatures } from './stages.js';
import { NO_ANNOTATION, planAnnotation } from './steps/annotate.js';
import { deriveAfterAnomaly, detectAnomalies } from './steps/anomaly.js';
import { classify } from './steps/classify.js';
import { countUsage } from './steps/count-usage.js';
import { openLog, type RunLog } from './steps/log.js';
import { annotatedTarget } from './steps/output.js';
import { withPlaceNames } from './steps/place-names.js';
import { openProfile } from './steps/profile.js';
import { knownFeatures, resolveClassifier } from './steps/resolve-classifier.js';
import { dataWarnings, runResult } from './steps/result.js';
import { openResume } from './steps/resume.js';
import { checkRoom } from './steps/room.js';
import { trafficOverTime } from './steps/traffic.js';
import { talliesFor } from './steps/usage-tallies.js';
import { writeOutputs } from './steps/write-outputs.js';

/**
 * The main job: reads a download log, classifies its locations, writes the annotated log and the reports.
 *
 * Everything that can be wrong with the options, the schema, the rules or the output folder stops the run with a
 * `ConfigError` before anything is written. Cancelling through `signal` leaves no half-written file. The same input,
 * options and seed give the same files, byte for byte, with any number of threads.
 */
export async function runBotAnnotator(userOptions: AnnotatorOptions): Promise<RunResult> {
  const given = resolveOptions(userOptions);
  const progress = watchProgress(given);
  const options = { ...given, ...progress.control };
  const { provider, explicitFields } = await loadProvider(options.provider);
  const source = await resolveInput(options.input, { reader: provider.reader });
  const target = annotatedTarget(options, source);
  await openOutputDir(options.outputDir); // It must be writable before anything else is done.
  const profile = options.profile === undefined ? undefined : await openProfile(options.profile);
  const engine = await openEngine({ ...options, memoryLimit: options.memoryLimit ?? provider.memoryLimit });
  const interrupt = () => engine.interrupt?.();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  const clock = stopwatch(progress.done, profile?.meter);
  let log: RunLog | undefined;
  let resume: ResumeStore | undefined;
  let kept: KeptRelations | undefined;
  try {
    const nodes = [...provider.extractors, ...(provider.afterAnomaly ?? []), ...(options.customExtractors ?? [])];
    const known = nodes.flatMap((node) => ('columns' in node ? knownFeatures(node.columns) : []));
    const classifier = await resolveClassifier(options, provider, [...known, 'anomaly_score', 'is_anomaly'], engine);
    const annotates = target.kind !== 'none';
    log = await openLog({ engine, source, provider, explicitFields, annotates }, options);
    const { events, schema, inputs } = log;
    clock.lap('bind');
    const reporters = options.reporters ?? defaultReporters(provider);
    const tallies = talliesFor(provider, events.schema, reporters);
    progress.plan({ provider, schema: events.schema, options, annotates, reporters, tallies }, events.relation.rows);

    resume = await openResume({ engine, provider, source, log }, options);
    const folder = options.tempDirectory;
    const spill = readsByParts(provider, options) ? openColumnSpill(folder === undefined ? {} : { folder }) : undefined;
    const extracted = await extractFeatures(events, provider, {
      ...options,
      store: resume,
      meter: profile?.meter,
      ...(spill && { spill }),
      ...(tallies && { tallies }),
      admit: (keys) => checkRoom(keys, spill ? 'on disk' : known.length),
    });
    kept = extracted.kept;
    clock.lap('features');

    checkAborted(options, 'anomaly');
    const { features: scored, importances } = await detectAnomalies(extracted.features, provider, options);
    const features = deriveAfterAnomaly(scored, provider, contextOf(events, options));
    clock.lap('anomaly');

    checkAborted(options, 'classify');
    const verdicts = await classify(features, classifier, options);
    clock.lap('classify');

    checkAborted(options, 'annotate');
    const { rowOfCode } = extracted.keyTable;
    const judged = { keys: features.keys, verdicts: verdicts.rows, ...(rowOfCode && { rowOfCode }) };
    const draws = cleanTotalSteps(verdicts.rows, extracted.keyTable.n, { randomState: options.randomState });
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
      warnings: [...log.warnings, ...dataWarnings(extracted, events.relation)],
      timings: [
        ...clock.timings,
        ...extracted.timings.map((timing) => ({ ...timing, step: `features/${timing.step}` })),
      ],
    });
    const { rows } = log;
    const counted = { ...judged, schema: events.schema };
    const reported = await writeOutputs(await withPlaceNames(run, options, provider), {
      outputDir: options.outputDir,
      meter: profile?.meter,
      reporters,
      count: {
        usage: () => countUsage(events, { ...judged, n: extracted.keyTable.n }, extracted.kept, tallies),
        traffic: () => trafficOverTime(engine, events.relation, counted, extracted.keyTable),
      },
      annotation: rows ? await planAnnotation(rows, judged, target, { source, inputs }, options) : NO_ANNOTATION,
      ...(features.columns instanceof StoredColumns && { apart: async () => engine.rest?.() }),
      ended: progress.done,
    });
    await log.commit();
    await resume?.finish();
    await profile?.write(reported);
    return reported;
  } finally {
    progress.stop();
    await resume?.close();
    await log?.close();
    options.signal?.removeEventListener('abort', interrupt);
    if (options.engine !== engine) await engine.close();
    else await kept?.drop();
  }
}

/** Whether what follows the features reads them a few at a time: then a table too large for memory may be on disk. */
const readsByParts = ({ reports }: Provider, { classificationMethod }: ResolvedOptions): boolean =>
  reports === 'clients' && classificationMethod !== 'deep';

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

function stopwatch(ended: (step: string) => void, meter: Meter | undefined) {
  const timings: Timing[] = [];
  let end = beginStep(meter);
  const lap = (step: string) => {
    timings.push(end(step));
    end = beginStep(meter);
    ended(step);
  };
  return { timings, lap };
}
