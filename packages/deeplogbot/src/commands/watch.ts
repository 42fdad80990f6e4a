import { randomBytes } from 'node:crypto';
import {
  bindSchema,
  ConfigError,
  type Engine,
  extractFeatures,
  type FeatureTable,
  InputError,
  type RunControl,
  type Verdict,
} from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { type HttpOptions, httpProvider, LineSplitter, readLines, resolveHttpOptions } from '@deeplogbot/provider-http';
import { clientVerdict } from '@deeplogbot/reports';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';

export interface WatchOptions extends RunControl {
  readonly http?: HttpOptions;
  /** The verdicts rest on so many of the latest lines; older ones are forgotten. @defaultValue 50,000 */
  readonly window?: number;
  /** Judge again after so many new lines. @defaultValue 1,000, or half the window while more lines are waiting than can be judged one by one */
  readonly everyLines?: number;
  /** Judge new lines after so many milliseconds at the latest. @defaultValue 5,000 */
  readonly everyMs?: number;
}

/** A client whose verdict is new or has changed. */
export interface WatchEvent {
  readonly client: string;
  /** Its salted hash, or the address itself with `keepIp`. */
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly requests: number;
  readonly verdict: string;
  readonly label: string;
  readonly confidence: number;
  readonly rules: readonly string[];
  readonly reasons: readonly string[];
  /** With `sequential`: the request that settled what its session is, null = none yet or too little to learn from. */
  readonly decided_at?: number | null;
  /** With `sequential`: above 0 speaks for a program, below for a person; null = too little to learn from. */
  readonly log_likelihood_ratio?: number | null;
}

const DEFAULTS = { window: 50_000, everyLines: 1_000, everyMs: 5_000 } as const;

/** With fewer lines a format that is not clear may still become so. */
const CLEAR_LINES = 200;

/**
 * Judges the clients of an access log while it is written. The same features and rules as in a run over files are
 * computed over the latest lines, and every client whose verdict is new or has changed is handed to `emit`, in the order
 * of their names. Memory is bounded by the window. Ends when the input ends or the signal is set.
 */
export async function watch(
  input: AsyncIterable<Uint8Array>,
  options: WatchOptions,
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { everyLines = DEFAULTS.everyLines, everyMs = DEFAULTS.everyMs, window = DEFAULTS.window } = options;
  // A log that is poured in at once would else be judged anew for every thousandth of it, and the window each time.
  const behind = options.everyLines ?? Math.max(everyLines, window / 2);
  const engine = await openEngine({ threads: 1 });
  const judge = new Judge(engine, options, emit);
  const splitter = new LineSplitter(
    resolveHttpOptions(options.http).maxLineBytes,
    (line) => judge.add(line),
    () => undefined,
  );
  const chunks = input[Symbol.asyncIterator]();
  try {
    let next = chunks.next();
    while (options.signal?.aborted !== true) {
      const chunk = await firstOf(next, everyMs, options.signal);
      if (chunk === 'waited') {
        await judge.judge();
        continue;
      }
      if (chunk.done) break;
      splitter.push(chunk.value);
      next = chunks.next();
      if (judge.pending >= behind || (judge.pending >= everyLines && judge.isRested)) await judge.judge();
    }
    splitter.end();
    await judge.judge();
  } finally {
    await engine.close();
  }
}

/** The next chunk, or `'waited'` when none comes in time or the signal is set. */
async function firstOf<T>(next: Promise<T>, ms: number, signal: AbortSignal | undefined): Promise<T | 'waited'> {
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  const waited = new Promise<'waited'>((resolve) => {
    stop = () => resolve('waited');
    timer = setTimeout(stop, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([next, waited]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

type Read = Awaited<ReturnType<typeof readLines>>;

/** The latest lines, and what was last said of each client in them. */
class Judge {
  pending = 0;
  private readonly window: number;
  private http: ReturnType<typeof resolveHttpOptions> & { readonly salt: string };
  private readonly provider: ReturnType<typeof httpProvider>;
  private readonly classifier: ReturnType<typeof rulesClassifier>;
  /** A header that names the columns stays while lines come and go. */
  private header: string[] = [];
  private lines: string[] = [];
  private said = new Map<string, string>();
  private judgedAt = 0;
  private judgedFor = 0;

  constructor(
    private readonly engine: Engine,
    options: WatchOptions,
    private readonly emit: (event: WatchEvent) => void,
  ) {
    this.window = options.window ?? DEFAULTS.window;
    // Unreadable lines are nothing to end for, and the salt lives as long as this process.
    const given = {
      maxMalformedRatio: Number.POSITIVE_INFINITY,
      salt: randomBytes(32).toString('hex'),
      ...defined(options.http),
    };
    this.http = { ...resolveHttpOptions(given), salt: given.salt };
    this.provider = httpProvider(given);
    const knownFeatures = this.provider.extractors.flatMap(({ columns }) =>
      Object.keys(columns).map((name) => ({ name })),
    );
    this.classifier = rulesClassifier(parseRules(this.provider.rules.default, { knownFeatures }));
  }

  add(line: string): void {
    if (line.startsWith('#')) this.header = line.startsWith('#Fields:') ? [line] : this.header;
    // A copy, so that a short line does not keep a long chunk alive.
    else this.lines.push(Buffer.from(line, 'latin1').toString('latin1'));
    this.pending++;
    if (this.lines.length >= 2 * this.window) this.lines = this.lines.slice(-this.window);
  }

  /** Whether it has read for as long as it last judged: no more than half of the time goes into judging. */
  get isRested(): boolean {
    return performance.now() - this.judgedAt >= this.judgedFor;
  }

  async judge(): Promise<void> {
    if (this.pending === 0) return;
    this.pending = 0;
    const begun = performance.now();
    await this.judgeWindow();
    this.judgedAt = performance.now();
    this.judgedFor = this.judgedAt - begun;
  }

  private async judgeWindow(): Promise<void> {
    this.lines = this.lines.slice(-this.window);
    const relation = await this.read();
    if (!relation || relation.rows === 0) return;
    const features = await this.features(relation);
    if (!features) return;
    const context = { randomState: 42, contamination: 0.15 };
    const { rows } = await this.classifier.classify(features, context);
    const now = new Map<string, string>();
    for (const [i, verdict] of rows.entries()) {
      const client = features.keys[i]!;
      const name = clientVerdict(verdict);
      now.set(client, name);
      if (this.said.get(client) !== name) this.emit(eventOf(features, i, verdict));
    }
    this.said = now;
  }

  /** The window as a log; null where it is too short to tell its format. Once told, the format stays. */
  private async read(): Promise<Read['relation'] | null> {
    const { http, lines } = this;
    try {
      const { relation, stats } = await readLines(this.engine, [...this.header, ...lines], http);
      const told = stats.formats[0]?.format;
      const isTold = http.format === undefined && http.pattern === undefined && relation.rows > 0;
      if (isTold && told !== undefined) this.http = { ...http, format: told };
      return relation;
    } catch (error) {
      const isShort = error instanceof ConfigError && error.code === 'FORMAT_UNCLEAR' && lines.length < CLEAR_LINES;
      if (!isShort) throw error;
      return null;
    }
  }

  private async features(relation: Read['relation']): Promise<FeatureTable | null> {
    const { aggregates, extractors, eventColumns, schema } = this.provider;
    try {
      const bound = bindSchema(schema, relation.columns);
      const nodes = [...aggregates, ...extractors];
      return (await extractFeatures(this.engine, relation, { nodes, schema: bound, eventColumns })).features;
    } catch (error) {
      if (error instanceof InputError && error.code === 'NO_USABLE_ROWS') return null;
      throw error;
    }
  }
}

const defined = (options: HttpOptions = {}): HttpOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const eventOf = (features: FeatureTable, i: number, verdict: Verdict): WatchEvent => ({
  client: features.keys[i]!,
  ip: features.attributes.country[i] ?? null,
  user_agent: features.attributes.city[i] ?? null,
  requests: features.need('number_requests_total')[i]!,
  verdict: clientVerdict(verdict),
  label: verdict.label,
  confidence: Number(verdict.confidence.toFixed(4)),
  rules: verdict.reasons.map(({ id }) => id),
  reasons: verdict.reasons.map(({ sentence }) => sentence),
  ...(features.columns.has('decided_at') && {
    decided_at: measured(features.need('decided_at')[i]!),
    log_likelihood_ratio: measured(Number(features.need('log_likelihood_ratio')[i]!.toFixed(4))),
  }),
});

const measured = (value: number): number | null => (Number.isNaN(value) ? null : value);
