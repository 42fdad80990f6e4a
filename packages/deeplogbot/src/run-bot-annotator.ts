import {
  bindSchema,
  checkAborted,
  defineSchema,
  type Engine,
  type LogSchema,
  mappedRoles,
  type RunResult,
  type Timing,
} from '@deeplogbot/core';
import { inputIdentity, openEngine, openOutputDir, type ResumeStore, resolveInput } from '@deeplogbot/core/node';
import { defaultReporters } from './default-reporters.js';
import { type AnnotatorOptions, resolveOptions } from './options.js';
import { loadProvider } from './providers/directory.js';
import { extractFeatures, readSource, report } from './stages.js';
import { writeAnnotated } from './steps/annotate.js';
import { deriveAfterAnomaly, detectAnomalies } from './steps/anomaly.js';
import { classify } from './steps/classify.js';
import { annotatedTarget } from './steps/output.js';
import { withPlaceNames } from './steps/place-names.js';
import { resolveClassifier } from './steps/resolve-classifier.js';
import { dataWarnings, runResult } from './steps/result.js';
import { openResume } from './steps/resume.js';
import { sampleLocations } from './steps/sample.js';
import { usageStatistics } from './steps/statistics.js';
import { trafficOverTime } from './steps/traffic.js';

/**
 * The main job: reads a download log, classifies its locations, writes the annotated log and the reports.
 *
 * Everything that can be wrong with the options, the schema, the rules or the output folder stops the run with a
 * `ConfigError` before anything is written. Cancelling through `signal` leaves no half-written file. The same input,
 * options and seed give the same files, byte for byte, with any number of threads.
 */
export async function runBotAnnotator(userOptions: AnnotatorOptions): Promise<RunResult> {
  const options = resolveOptions(userOptions);
  const { provider, explicitFields } = await loadProvider(options.provider);
  const source = await resolveInput(options.input, { reader: provider.reader });
  const target = annotatedTarget(options, source);
  const outputDir = await openOutputDir(options.outputDir);
  const engine = await openEngine(options);
  const interrupt = () => engine.interrupt?.();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  const clock = stopwatch();
  let resume: ResumeStore | undefined;
  try {
    const { relation: bound, warnings: readWarnings } = await readSource(engine, source, provider, options);
    const wanted = defineSchema({ ...schemaOverrides(options) }, provider.schema);
    const explicit = new Set([...explicitFields, ...(Object.keys(options.schema ?? {}) as (keyof LogSchema)[])]);
    const schema = bindSchema(wanted, bound.columns, explicit);
    const nodes = [...provider.extractors, ...(provider.afterAnomaly ?? []), ...(options.customExtractors ?? [])];
    const known = nodes.flatMap((node) => ('columns' in node ? Object.keys(node.columns) : []));
    const classifier = await resolveClassifier(options, provider, [...known, 'anomaly_score', 'is_anomaly'], engine);
    clock.lap('bind');

    const relation =
      options.sampleSize === undefined
        ? bound
        : await sampleLocations(engine, bound, schema, options.sampleSize, options.randomState);
    resume = await openResume({ engine, provider, source, schema }, options);
    const extracted = await extractFeatures({ engine, relation, schema }, provider, { ...options, store: resume });
    clock.lap('features');

    checkAborted(options, 'anomaly');
    const { features: scored, importances } = detectAnomalies(extracted.features, provider, options);
    const features = deriveAfterAnomaly(scored, provider, contextOf(engine, schema, options));
    clock.lap('anomaly');

    checkAborted(options, 'classify');
    const verdicts = await classify(features, classifier, options);
    clock.lap('classify');

    checkAborted(options, 'annotate');
    const inputs = await inputIdentity(source); // What was read; overwriting puts another file in its place.
    const annotated = { schema, keys: features.keys, verdicts: verdicts.rows };
    const outputParquet = await writeAnnotated(engine, relation, annotated, target, options);
    clock.lap('annotate');

    const reporters = options.reporters ?? defaultReporters(provider);
    const needed = new Set(reporters.flatMap(({ needs = [] }) => needs));
    const usage = needed.has('usage') ? await usageStatistics(engine, relation, annotated) : undefined;
    const traffic = needed.has('traffic')
      ? await trafficOverTime(engine, relation, annotated, extracted.keyTable)
      : undefined;
    clock.lap('statistics');

    const run = runResult({
      options,
      provider,
      schema,
      engine: engine.name,
      inputs,
      relation,
      extracted,
      features,
      verdicts,
      sources: classifier.sources ?? [],
      importances,
      usage,
      traffic,
      outputParquet,
      ...(resume && { reused: { nodes: extracted.spared, files: 0, scannedFiles: inputs.length } }),
      warnings: [...readWarnings, ...dataWarnings(extracted, relation)],
      timings: [
        ...clock.timings,
        ...extracted.timings.map(({ step, seconds }) => ({ step: `features/${step}`, seconds })),
      ],
    });
    const reported = await report(await withPlaceNames(run, options, provider), reporters, outputDir);
    await resume?.finish();
    return reported;
  } finally {
    await resume?.close();
    options.signal?.removeEventListener('abort', interrupt);
    if (options.engine !== engine) await engine.close();
  }
}

function schemaOverrides({ schema, minLocationDownloads }: AnnotatorOptions): Partial<LogSchema> {
  return minLocationDownloads === undefined ? { ...schema } : { ...schema, minLocationDownloads };
}

const contextOf = (engine: Engine, schema: LogSchema, options: { readonly definitions: 'clean' | 'reference' }) => ({
  schema,
  roles: mappedRoles(schema),
  dialect: engine.dialect,
  definitions: options.definitions,
});

function stopwatch() {
  const timings: Timing[] = [];
  let last = performance.now();
  const lap = (step: string) => {
    const now = performance.now();
    timings.push({ step, seconds: (now - last) / 1000 });
    last = now;
  };
  return { timings, lap };
}
