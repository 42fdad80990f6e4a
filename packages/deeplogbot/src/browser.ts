import {
  bindSchema,
  ConfigError,
  type Definitions,
  type Extracted,
  extractFeatures,
  type FeatureTable,
  type LogSchema,
  mappedRoles,
  type Provider,
  type RunControl,
  type Source,
  type Verdicts,
} from '@deeplogbot/core';
import { openWasmEngine, type WasmEngineOptions } from '@deeplogbot/core/wasm';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';
import { deriveAfterAnomaly } from './steps/anomaly.js';
import { classify } from './steps/classify.js';
import { scoreAnomalies } from './steps/score-anomalies.js';

export { ebiProvider, openWasmEngine };

export interface BrowserOptions extends RunControl {
  /** Bytes of the log; nothing leaves the page. */
  readonly source: Extract<Source, { kind: 'buffers' | 'arrow' }>;
  /** Where the page keeps the files of the WebAssembly engine. */
  readonly engine: WasmEngineOptions;
  /** @defaultValue the ebi provider */
  readonly provider?: Provider;
  /** Name of one of the provider's rule sets. @defaultValue 'default' */
  readonly rules?: string;
  readonly schema?: Partial<LogSchema>;
  /** @defaultValue 0.15 */
  readonly contamination?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
  /** @defaultValue 'clean' */
  readonly definitions?: Definitions;
}

export interface BrowserResult {
  readonly features: FeatureTable;
  readonly verdicts: Verdicts;
  readonly extracted: Extracted;
}

/** The main job without files: features, anomaly score and verdicts of a log that is held in memory, in a page or in Node. */
export async function classifyLog(options: BrowserOptions): Promise<BrowserResult> {
  const {
    provider = ebiProvider,
    rules = 'default',
    contamination = 0.15,
    randomState = 42,
    definitions = 'clean',
  } = options;
  const engine = await openWasmEngine(options.engine);
  try {
    const relation = await engine.bind(options.source);
    const schema = bindSchema({ ...provider.schema, ...options.schema }, relation.columns);
    const nodes = [...provider.aggregates, ...provider.extractors];
    const extracted = await extractFeatures(engine, relation, { ...options, nodes, schema, definitions });
    const scored = scoreAnomalies(extracted.features, provider, { ...options, contamination, randomState });
    const context = { schema, roles: mappedRoles(schema), dialect: engine.dialect, definitions };
    const features = deriveAfterAnomaly(scored, provider, context);
    const known = [...features.columns.keys()].map((name) => ({ name }));
    const text = rulesText(provider, rules);
    const classifier = rulesClassifier(
      parseRules(text, { file: `${provider.name}/${rules}.yaml`, knownFeatures: known }),
    );
    const verdicts = await classify(features, classifier, { ...options, contamination, randomState });
    return { features, verdicts, extracted };
  } finally {
    await engine.close();
  }
}

function rulesText(provider: Provider, rules: string): string {
  const text = provider.rules[rules];
  if (text !== undefined) return text;
  throw new ConfigError('RULES_NOT_FOUND', `Provider "${provider.name}" has no rules ${JSON.stringify(rules)}.`, {
    hint: `It has: ${Object.keys(provider.rules).join(', ')}.`,
  });
}
