import {
  ConfigError,
  checkAborted,
  type Engine,
  InputError,
  orClear,
  type ReadLog,
  type RunControl,
} from '@deeplogbot/core';
import { confirmByName, hasNames, systemResolver } from '../agents/reverse-dns.js';
import { customFormat } from '../formats/custom.js';
import { detectFormat, FORMATS } from '../formats/detect.js';
import { type FormatName, type LineFormat, type LineParser, type Outcome, type Reason, Row } from '../formats/row.js';
import type { ResolvedHttpOptions } from '../options.js';
import { type ByteStats, checkReadable, readBytes } from './bytes.js';
import { contentSalt, digestOf } from './digest.js';
import { dropRead } from './leftovers.js';
import { LineSplitter } from './lines.js';
import { HARMLESS, Quarantine } from './quarantine.js';
import { Recorder } from './recorder.js';
import { headOf, Repeats } from './repeats.js';
import { RequestTable } from './table.js';
import { createView } from './view.js';
import { proxyWarnings, quarantineWarnings, RATIO_FROM, recorderWarnings } from './warnings.js';

const EARLIEST_US = Date.UTC(1995, 0, 1) * 1000;
const DAY_MS = 86_400_000;

/** What reading found out, beside the rows. */
export interface ReadStats {
  readonly lines: number;
  readonly rows: number;
  readonly quarantined: Readonly<Partial<Record<Reason, number>>>;
  readonly formats: readonly { readonly file: string; readonly format: FormatName; readonly confidence: number }[];
}

/**
 * Reads access logs into the engine; one of `found`, which nobody named, that is none is passed over with a warning, unless
 * all are. Every line ends as a row or is counted with the reason why it is none:
 * `lines = rows + quarantined`, whatever the input. What it makes in the engine `relation.release` takes away, and a failure does.
 */
export async function readLog(
  engine: Engine,
  paths: readonly string[],
  options: ResolvedHttpOptions,
  control: RunControl = {},
  found: ReadonlySet<string> = new Set(),
): Promise<ReadLog & { readonly stats: ReadStats }> {
  for (const path of paths) await checkReadable(path);
  return orClear(
    () => readFiles(engine, paths, options, control, found),
    () => dropRead(engine),
  );
}

async function readFiles(
  engine: Engine,
  paths: readonly string[],
  options: ResolvedHttpOptions,
  control: RunControl,
  found: ReadonlySet<string>,
): Promise<ReadLog & { readonly stats: ReadStats }> {
  const table = await RequestTable.create(engine);
  const salt = options.salt ?? (await contentSalt(paths));
  const recorder = new Recorder(table, { ...options, salt });
  const heads = new Map<string, string>();
  if (paths.length > 1) for (const path of paths) heads.set(path, headOf((await firstLines(path, options)).lines));
  const run = new Reading(table, recorder, options, control, heads);
  const seen = new Map<string, string>();
  const others: ConfigError[] = [];
  for (const [source, path] of paths.entries()) {
    const digest = paths.length > 1 ? await digestOf(path) : path;
    const twin = seen.get(digest);
    if (twin !== undefined && (await digestOf(path, 'whole')) === (await digestOf(twin, 'whole'))) {
      run.warnings.push(`${path} holds the same lines as ${twin} and was not read again`);
      continue;
    }
    try {
      await run.file(path, source);
      seen.set(digest, path);
    } catch (error) {
      const isOther = error instanceof ConfigError && error.code === 'FORMAT_UNCLEAR' && found.has(path);
      if (!isOther) throw error;
      others.push(error);
      run.warnings.push(`passed over, being no access log of a known format: ${path}`);
    }
  }
  if (others.length > 0 && others.length === paths.length) throw others[0]!;
  await table.finish();
  return finish(engine, table, recorder, run, options);
}

/** The same for lines that are at hand, Latin-1 as a {@link LineSplitter} gives them. The salt must be the same from call to call. */
export const readLines = (
  engine: Engine,
  lines: readonly string[],
  options: ResolvedHttpOptions & { readonly salt: string },
  control: RunControl = {},
): Promise<ReadLog & { readonly stats: ReadStats }> =>
  orClear(
    () => readAll(engine, lines, options, control),
    () => dropRead(engine),
  );

async function readAll(
  engine: Engine,
  lines: readonly string[],
  options: ResolvedHttpOptions & { readonly salt: string },
  control: RunControl,
): Promise<ReadLog & { readonly stats: ReadStats }> {
  const table = await RequestTable.create(engine);
  const recorder = new Recorder(table, options);
  const run = new Reading(table, recorder, options, control);
  await run.all(lines, 'standard input');
  await table.finish();
  return finish(engine, table, recorder, run, options);
}

async function finish(
  engine: Engine,
  table: RequestTable,
  recorder: Recorder,
  run: Reading,
  options: ResolvedHttpOptions,
): Promise<ReadLog & { readonly stats: ReadStats }> {
  const { quarantine } = run;
  run.checkRatio();
  recorder.clients.seal();
  const named = await confirmClaims(recorder, options);
  const view = await createView(engine, table, recorder, options);
  const { examples: rejected, rejected: rejectedCount, rejectedByReason } = quarantine;
  return {
    relation: {
      ...view,
      rows: table.rows,
      cheapRescan: true,
      rejected,
      rejectedCount,
      rejectedByReason,
      release: () => dropRead(engine),
    },
    warnings: [
      ...run.warnings,
      ...named,
      ...proxyWarnings(recorder, table.rows),
      ...recorderWarnings(recorder, table.rows),
      ...quarantineWarnings(quarantine),
    ],
    stats: {
      lines: run.lines,
      rows: table.rows,
      quarantined: Object.fromEntries(quarantine.counts),
      formats: run.formats,
    },
  };
}

/** Asks name servers about claims, where the user allows it. */
async function confirmClaims({ clients }: Recorder, { reverseDns }: ResolvedHttpOptions): Promise<string[]> {
  if (reverseDns === false) return [];
  const claims = clients.claims.filter(({ operator }) => hasNames(operator));
  const found = await confirmByName(claims, reverseDns === true ? systemResolver() : reverseDns);
  for (const [i, { pair }] of claims.entries()) clients.settle(pair, found[i]!);
  const unknown = found.filter((claim) => claim === 'unknown').length;
  return unknown === 0
    ? []
    : [`no name server said whether ${unknown} of ${claims.length} crawlers are who they claim to be`];
}

/** One run over all files: what was read so far. */
class Reading {
  readonly quarantine = new Quarantine();
  readonly warnings: string[] = [];
  readonly formats: { file: string; format: FormatName; confidence: number }[] = [];
  lines = 0;
  private readonly row = new Row();
  private readonly latestUs: number;
  private readonly heads: ReadonlyMap<string, string>;
  private readonly repeats: Repeats;

  constructor(
    private readonly table: RequestTable,
    private readonly recorder: Recorder,
    private readonly options: ResolvedHttpOptions,
    private readonly control: RunControl,
    heads: ReadonlyMap<string, string> = new Map(),
  ) {
    this.heads = heads;
    this.repeats = new Repeats([...heads.values()]);
    this.latestUs = (options.latestMs ?? Date.now() + DAY_MS) * 1000;
  }

  async file(path: string, source: number): Promise<void> {
    const { options, table, control } = this;
    const stats: ByteStats = { truncated: false };
    const parser = await this.parserOf(path);
    if (!parser) return;
    let number = 0;
    const take = (line: string, repeated = false) => {
      if (repeated) this.repeated(parser, line, path, ++number);
      else this.line(parser, line, path, source, ++number);
    };
    const filter = this.repeats.filter(path, this.heads.get(path) ?? '', take);
    const splitter = new LineSplitter(
      options.maxLineBytes,
      (line) => (filter ? filter.line(line) : take(line)),
      () => {
        filter?.part();
        this.setAside('too-long', path, ++number);
      },
    );
    for await (const bytes of readBytes(path, options, stats)) {
      checkAborted(control, 'read');
      splitter.push(bytes);
      if (!table.full) continue;
      await table.flush();
      control.onProgress?.({ step: 'read', done: table.rows, unit: 'rows' });
      if (this.lines > RATIO_FROM) this.checkRatio();
    }
    splitter.end();
    filter?.end();
    if (filter && filter.repeated > 0) {
      this.warnings.push(
        `${filter.repeated} lines at the beginning of ${path} are those of ${filter.of} and were not counted twice`,
      );
    }
    if (stats.truncated) this.truncated(path);
  }

  async all(lines: readonly string[], name: string): Promise<void> {
    if (lines.length === 0) return;
    const parser = this.open(name, lines.slice(0, SAMPLE_LINES));
    for (const [i, line] of lines.entries()) {
      this.line(parser, line, name, 0, i + 1);
      if (this.table.full) await this.table.flush();
    }
  }

  private line(parser: LineParser, line: string, path: string, source: number, number: number): void {
    this.lines++;
    const outcome = line === '' ? 'comment' : this.judge(parser, line);
    if (outcome === 'ok') this.recorder.record(this.row, source, number);
    else this.quarantine.add(outcome, path, number);
  }

  /** A line that another file had already; a header in it still says how to read the lines behind it. */
  private repeated(parser: LineParser, line: string, path: string, number: number): void {
    if (line.startsWith('#')) parser.parse(line, this.row);
    this.setAside('repeated', path, number);
  }

  private judge(parser: LineParser, line: string): Outcome {
    const { row } = this;
    const outcome = parser.parse(line, row);
    if (outcome === 'no-match' && line.includes('\u0000')) return 'nul-bytes';
    if (outcome !== 'ok') return outcome;
    if (row.tsUs < EARLIEST_US || row.tsUs > this.latestUs) return 'time-out-of-range';
    return row.host === '' || row.host === '-' ? 'bad-ip' : 'ok';
  }

  private setAside(reason: Reason, path: string, number: number): void {
    this.lines++;
    this.quarantine.add(reason, path, number);
  }

  private truncated(path: string): void {
    if (this.options.strict) {
      throw new InputError('TRUNCATED', `${path} is cut off or damaged in the middle of its compressed data.`, {
        hint: 'Fetch it again, or leave `strict` out to use what can be read.',
      });
    }
    this.warnings.push(`${path} is cut off: what could be decompressed was read`);
  }

  /** A parser for the format of a file, or null where it has no line. */
  private async parserOf(path: string): Promise<LineParser | null> {
    const { lines, bytes } = await firstLines(path, this.options);
    if (bytes === 0) {
      this.warnings.push(`${path} is empty`);
      return null;
    }
    return this.open(path, lines);
  }

  private open(path: string, first: readonly string[]): LineParser {
    const parser = this.choose(path, first).open();
    parser.prime?.(first);
    return parser;
  }

  private choose(path: string, lines: readonly string[]): LineFormat {
    const { format, pattern } = this.options;
    const named = pattern === undefined ? FORMATS.find(({ name }) => name === format) : customFormat(pattern);
    if (named) {
      this.formats.push({ file: path, format: named.name, confidence: 1 });
      return named;
    }
    const [best, next] = detectFormat(lines);
    if (best && best.confidence < 0.8 && lines.some((line) => line !== '' && !line.startsWith('#'))) {
      throw unclear(path, lines, best, next);
    }
    // Behind proxies that are named, a field with their header must not be passed over because the first lines have none in it.
    const behindProxy = best!.format === 'combined' && this.options.trustedProxies.length > 0;
    const chosen = behindProxy ? 'nginx' : best!.format;
    this.formats.push({ file: path, format: chosen, confidence: best!.confidence });
    return FORMATS.find(({ name }) => name === chosen)!;
  }

  checkRatio(): void {
    const { quarantine, options, lines } = this;
    if (lines === 0 || quarantine.rejected / lines <= options.maxMalformedRatio) return;
    const parts = [...quarantine.counts]
      .filter(([reason]) => !HARMLESS.has(reason))
      .map(([reason, n]) => `${n} ${reason}`);
    throw new InputError(
      'TOO_MANY_MALFORMED',
      `${quarantine.rejected} of ${lines} lines cannot be read: ${parts.join(', ')}.`,
      { hint: 'Name the format, or raise maxMalformedRatio.' },
    );
  }
}

const SAMPLE_LINES = 400;
const SAMPLE_BYTES = 1 << 20;
/** Where not even one line has ended by here, none is looked for. */
const PATIENCE_BYTES = 64 * SAMPLE_BYTES;

async function firstLines(path: string, options: ResolvedHttpOptions): Promise<{ lines: string[]; bytes: number }> {
  const lines: string[] = [];
  const splitter = new LineSplitter(
    options.maxLineBytes,
    (line) => lines.push(line),
    () => undefined,
  );
  let bytes = 0;
  for await (const chunk of readBytes(path, options, { truncated: false })) {
    splitter.push(chunk);
    bytes += chunk.byteLength;
    const isEnough = lines.length >= SAMPLE_LINES || (lines.length > 0 && bytes >= SAMPLE_BYTES);
    if (isEnough || bytes >= PATIENCE_BYTES) return { lines: lines.slice(0, SAMPLE_LINES), bytes };
  }
  splitter.end();
  return { lines, bytes };
}

type Score = ReturnType<typeof detectFormat>[number];

function unclear(path: string, lines: readonly string[], best: Score, next: Score | undefined): ConfigError {
  const shown = lines
    .filter((line) => line !== '')
    .slice(0, 3)
    .map((line) => JSON.stringify(line.slice(0, 120)));
  const fits = [best, next].filter((score) => score !== undefined);
  const candidates = fits.map(({ format, confidence }) => `${format} (${Math.round(confidence * 100)} % of the lines)`);
  return new ConfigError(
    'FORMAT_UNCLEAR',
    `The format of ${path} is not clear. Nearest: ${candidates.join(', ')}. It begins:\n  ${shown.join('\n  ')}`,
    { hint: 'Name the format, or give its LogFormat or log_format text as a pattern.' },
  );
}
