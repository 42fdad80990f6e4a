import { randomBytes } from 'node:crypto';
import {
  bindSchema,
  ConfigError,
  type Engine,
  extractFeatures,
  type FeatureTable,
  givenOptions,
  InputError,
  type Verdict,
} from '@deeplogbot/core';
import { type HttpOptions, httpProvider, readLines, resolveHttpOptions } from '@deeplogbot/provider-http';
import { clientVerdict } from '@deeplogbot/reports';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';

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

/** With fewer lines a format that is not clear may still become so. */
const CLEAR_LINES = 200;

type Read = Awaited<ReturnType<typeof readLines>>;

/** The latest lines, and what was last said of each client in them. */
export class WindowJudge {
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
  /** Why no line could be read yet. */
  private unclear: ConfigError | undefined;

  constructor(
    private readonly engine: Engine,
    options: { readonly http: HttpOptions | undefined; readonly window: number },
    private readonly emit: (event: WatchEvent) => void,
  ) {
    this.window = options.window;
    // Unreadable lines are nothing to end for, and the salt lives as long as this process.
    const given = {
      maxMalformedRatio: Number.POSITIVE_INFINITY,
      salt: randomBytes(32).toString('hex'),
      ...givenOptions(options.http ?? {}),
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

  /** Judges what is left. @throws ConfigError `FORMAT_UNCLEAR` where no line could ever be read */
  async end(): Promise<void> {
    await this.judge();
    if (this.unclear) throw this.unclear;
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
      this.unclear = undefined;
      return relation;
    } catch (error) {
      if (!(error instanceof ConfigError && error.code === 'FORMAT_UNCLEAR' && lines.length < CLEAR_LINES)) throw error;
      this.unclear = error;
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

const eventOf = (features: FeatureTable, i: number, verdict: Verdict): WatchEvent => ({
  client: features.keys[i]!,
  // A client's address and agent stand where a location has its country and city.
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
