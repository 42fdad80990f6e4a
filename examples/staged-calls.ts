// The steps of a run one by one, for jobs that need to look at what lies between them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mappedRoles } from '@deeplogbot/core';
import {
  annotate,
  bindEvents,
  classify,
  deriveAfterAnomaly,
  extractFeatures,
  getProvider,
  openEngine,
  openOutputDir,
  resolveClassifier,
  scoreAnomalies,
} from 'deeplogbot';

const provider = getProvider('ebi');
const options = { contamination: 0.15, randomState: 42 };
const engine = await openEngine({ threads: 2, memoryLimit: '2GB' });

// events: the input and what its columns mean
const events = await bindEvents(engine, fileURLToPath(new URL('demo/downloads.parquet', import.meta.url)), provider);
console.log(`${events.relation.rows} events, ${events.relation.columns.length} columns`);

// features: one row per location
const { features: counted, sourceScans } = await extractFeatures(events, provider);
const context = { schema: events.schema, roles: mappedRoles(events.schema), dialect: engine.dialect };
const scored = scoreAnomalies(counted, provider, options);
const features = deriveAfterAnomaly(scored, provider, { ...context, definitions: 'clean' });
console.log(`${features.rows} locations, ${features.columns.size} features, ${sourceScans} scans of the source`);

// verdicts: one per location, with reasons
const choice = { classificationMethod: 'rules', rules: 'default' } as const;
const classifier = await resolveClassifier(choice, provider, [...features.columns.keys()], engine);
const verdicts = await classify(features, classifier, options);
const unsure = verdicts.rows.filter((verdict) => verdict.needsReview).length;
console.log(`${verdicts.method}: ${unsure} verdicts need review`);

// the annotated log
const { path: folder } = await openOutputDir('output/staged-calls');
const rows = await annotate(events, features.keys, verdicts, {
  path: join(folder, 'annotated.parquet'),
  format: 'parquet',
  compression: 'zstd',
  rowGroupSize: 20_000,
});
console.log(`${rows} annotated rows`);
await engine.close();
