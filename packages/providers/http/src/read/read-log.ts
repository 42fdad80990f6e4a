import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ConfigError, checkAborted, type Engine, InputError, type ReadLog, type RunControl } from '@deeplogbot/core';
import { confirmByName, hasNames, systemResolver } from '../agents/reverse-dns.js';
import { customFormat } from '../formats/custom.js';
import { detectFormat, FORMATS } from '../formats/detect.js';
import { type LineFormat, type LineParser, type Outcome, type Reason, Row } from '../formats/row.js';
import type { ResolvedHttpOptions } from '../options.js';
import { type ByteStats, checkReadable, readBytes } from './bytes.js';
import { LineSplitter } from './lines.js';
import { HARMLESS, Quarantine } from './quarantine.js';
import { Recorder } from './recorder.js';
import { RequestTable } from './table.js';
import { createView } from './view.js';

const EARLIEST_US = Date.UTC(1995, 0, 1) * 1000;
const DAY_MS = 86_400_000;
/** Before so many lines a ratio says nothing. */
const RATIO_FROM = 10_000;

/** What reading found out, beside the rows. */
export interface ReadStats {
  readonly lines: number;
  readonly rows: number;
  readonly quarantined: Readonly<Partial<Record<Reason, number>>>;
  readonly formats: readonly { readonly file: string; readonly format: string; readonly confidence: number }[];
}

/**
 * Reads access logs into the engine. Every line ends as a row or is counted with the reason why it is none:
 * `lines = rows + quarantined`, whatever the input.
 */
export async function readLog(
  engine: Engine,
  paths: readonly string[],
  options: ResolvedHttpOptions,
  control: RunControl = {},
): Promise<ReadLog & { readonly stats: ReadStats }> {
  const table = await RequestTable.create(engine);
  const salt = options.salt ?? (await contentSalt(paths));
  const recorder = new Recorder(table, { ...options, salt });
  const run = new Reading(table, recorder, options, control);
  const seen = new Map<string, string>();
  for (const [source, path] of paths.entries()) {
    await checkReadable(path);
    const digest = paths.length > 1 ? await digestOf(path) : path;
    const twin = seen.get(digest);
    if (twin !== undefined && (await digestOf(path, 'whole')) === (await digestOf(twin, 'whole'))) {
      run.warnings.push(`${path} holds the same lines as ${twin} and was not read again`);
      continue;
    }
    await run.file(path, source);
    seen.set(digest, path);
  }
  await table.finish();
  return finish(engine, table, recorder, run, options);
}

/** The same for lines that are at hand, Latin-1 as a {@link LineSplitter} gives them. The salt must be the same from call to call. */
export async function readLines(
  engine: Engine,
  lines: readonly string[],
  options: ResolvedHttpOptions & { readonly salt: string },
  control: RunControl = {},
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
  const named = await confirmClaims(recorder, options);
  const view = await createView(engine, table, recorder, options);
  const { examples: rejected, rejected: rejectedCount, rejectedByReason } = quarantine;
  return {
    relation: { ...view, rows: table.rows, cheapRescan: true, rejected, rejectedCount, rejectedByReason },
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

/** With so many agents at one address, it is nobody's computer. */
const CROWD = 50;

/** A site that hears from few addresses with many agents stands behind proxies that it does not know of. */
function proxyWarnings({ clients, clientRows }: Recorder, rows: number): string[] {
  if (rows < RATIO_FROM) return [];
  const requests = new Float64Array(clients.addresses.count);
  const agents = new Float64Array(clients.addresses.count);
  for (let pair = 0; pair < clients.count; pair++) {
    requests[clients.ipOf(pair)]! += clientRows.at(pair);
    agents[clients.ipOf(pair)]!++;
  }
  const most = requests.reduce((a, b) => Math.max(a, b), 0);
  const advice = 'name it in trustedProxies, and log the forwarded header';
  if (most / rows > 0.9) {
    return [`${Math.round((most / rows) * 100)} % of the requests come from one address: if it is a proxy, ${advice}`];
  }
  const crowded = [...requests.keys()].filter((ip) => agents[ip]! >= CROWD);
  const share = crowded.reduce((sum, ip) => sum + requests[ip]!, 0) / rows;
  if (share <= 0.5) return [];
  return [
    `${Math.round(share * 100)} % of the requests come from ${crowded.length} addresses with ${CROWD} agents or more: if they are proxies, ${advice}`,
  ];
}

/** One run over all files: what was read so far. */
class Reading {
  readonly quarantine = new Quarantine();
  readonly warnings: string[] = [];
  readonly formats: { file: string; format: string; confidence: number }[] = [];
  lines = 0;
  private readonly row = new Row();
  private readonly latestUs: number;

  constructor(
    private readonly table: RequestTable,
    private readonly recorder: Recorder,
    private readonly options: ResolvedHttpOptions,
    private readonly control: RunControl,
  ) {
    this.latestUs = (options.latestMs ?? Date.now() + DAY_MS) * 1000;
  }

  async file(path: string, source: number): Promise<void> {
    const { options, table, control } = this;
    const stats: ByteStats = { truncated: false };
    const parser = await this.parserOf(path);
    if (!parser) return;
    let number = 0;
    const splitter = new LineSplitter(
      options.maxLineBytes,
      (line) => this.line(parser, line, path, source, ++number),
      () => this.setAside('too-long', path, ++number),
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

/**
 * A secret that only the log's owner knows: a digest of its first and last bytes, other than the one that manifests
 * show. Equal logs give equal hashes, and without the log addresses cannot be tried out.
 */
async function contentSalt(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha512').update('deeplogbot http salt\n');
  for (const path of paths) hash.update(await digestOf(path));
  return hash.digest('hex');
}

const END_BYTES = 1 << 20;

/** Digest of the first and last megabyte of a file, or of all of it, and of its size. */
async function digestOf(path: string, extent: 'ends' | 'whole' = 'ends'): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash('sha512').update(`deeplogbot http file ${size}\n`);
  const isWhole = extent === 'whole' || size <= 2 * END_BYTES;
  const ranges = isWhole
    ? [[0, size]]
    : [
        [0, END_BYTES],
        [size - END_BYTES, size],
      ];
  for (const [start, end] of ranges) {
    if (end! > start!) for await (const chunk of createReadStream(path, { start, end: end! - 1 })) hash.update(chunk);
  }
  return hash.digest('hex');
}

function quarantineWarnings(quarantine: Quarantine): string[] {
  if (quarantine.rejected === 0) return [];
  const parts = [...quarantine.counts]
    .filter(([reason]) => !HARMLESS.has(reason))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, n]) => `${n} ${reason}`);
  return [`${quarantine.rejected} lines are no requests and are in no figure: ${parts.join(', ')}`];
}

function recorderWarnings({ clients, outOfOrder, assumedOffset, decoding, has }: Recorder, rows: number): string[] {
  const warnings: string[] = [];
  if (outOfOrder > 0)
    warnings.push(`${outOfOrder} lines are earlier than the line before them; sessions are sorted by time`);
  if (assumedOffset > 0) warnings.push(`${assumedOffset} lines name no offset from UTC and were read as UTC`);
  if (decoding.fallbacks > 0)
    warnings.push(`${decoding.fallbacks} distinct texts are no UTF-8 and were read as Latin-1`);
  if (clients.forwardedIgnored > 0) {
    warnings.push(`${clients.forwardedIgnored} forwarded headers were ignored: name trustedProxies to believe them`);
  }
  for (const [name, { overflow }] of Object.entries({
    ip: clients.addresses,
    user_agent: clients.agent,
    client: clients,
  })) {
    if (overflow > 0) warnings.push(`${overflow} values of ${name} are beyond maxDistinct and share "(other)"`);
  }
  if (rows > 0 && !has.agent)
    warnings.push('the log has no user agent: agents are not measurable, and rules that need them are disabled');
  if (rows > 0 && !has.referrer)
    warnings.push('the log has no referrer: referrers are not measurable, and rules that need them are disabled');
  return warnings;
}
