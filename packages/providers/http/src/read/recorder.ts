import type { Row } from '../formats/row.js';
import type { ResolvedHttpOptions } from '../options.js';
import { Clients } from './clients.js';
import { Dictionary, TextDecoding } from './dictionary.js';
import { IntegerList } from './number-index.js';
import { Referrers } from './referrers.js';
import { type RequestDictionaries, Requests } from './requests.js';
import type { RequestTable } from './table.js';

/** Turns parsed lines into rows of the table: codes for texts, facts for requests, agents and referrers. */
export class Recorder {
  readonly decoding = new TextDecoding();
  readonly texts: RequestDictionaries & Readonly<Record<'user' | 'referrer' | 'referrerHost' | 'cookie', Dictionary>>;
  readonly clients: Clients;
  /** Rows for each host of a referrer. */
  readonly referrerHosts: number[] = [];
  /** Rows for each host that was asked. */
  readonly hostRows: number[] = [];
  /** Rows for each pair of address and agent. */
  readonly clientRows = new IntegerList();
  /** Lines whose time is before that of the line before them. */
  outOfOrder = 0;
  /** Lines without an offset, read as UTC. */
  assumedOffset = 0;
  /** Sizes beyond what is counted exactly: they are kept, and are none that a file has. */
  hugeSizes = 0;
  /** Which fields the log has. */
  readonly has = { agent: false, referrer: false, bytes: false, host: false, duration: false, cookie: false };
  readonly requests: Requests;
  readonly referrers: Referrers;
  private lastUs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly table: RequestTable,
    options: ResolvedHttpOptions & { readonly salt: string },
  ) {
    const { maxDistinct } = options;
    const make = () => new Dictionary(maxDistinct);
    this.texts = {
      method: make(),
      protocol: make(),
      host: make(),
      target: make(),
      path: make(),
      template: make(),
      folder: make(),
      query: make(),
      node: make(),
      user: make(),
      referrer: make(),
      referrerHost: make(),
      cookie: make(),
    };
    this.clients = new Clients(options, this.decoding);
    const topicItems = new Map(Object.keys(options.topics).map((path, i) => [path, i]));
    this.requests = new Requests(this.texts, this.decoding, options.trapPaths, maxDistinct, topicItems);
    const { referrer, referrerHost, path } = this.texts;
    this.referrers = new Referrers(referrer, referrerHost, path, this.decoding, maxDistinct);
  }

  record(row: Row, source: number, line: number): void {
    const { cells, at } = this.table;
    this.clock(row);
    cells.ts_us[at] = row.tsUs;
    cells.tz_offset_min[at] = row.tzMin;
    cells.pair_id[at] = this.client(row);
    cells.user_id[at] = row.user === null || row.user === '' ? -1 : this.secret(this.texts.user, row.user);
    cells.cookie_id[at] = this.cookie(row.cookie);
    cells.status[at] = row.status;
    cells.bytes[at] = row.bytes;
    cells.duration_ms[at] = row.durationMs;
    cells.range_start[at] = row.rangeStart;
    cells.range_end[at] = row.rangeEnd;
    cells.client_port[at] = row.clientPort;
    cells.source_id[at] = source;
    cells.line_no[at] = line;
    this.request(row);
    this.referrer(row);
    this.table.commit();
  }

  private clock(row: Row): void {
    if (row.tsUs < this.lastUs) this.outOfOrder++;
    this.lastUs = row.tsUs;
    if (Number.isNaN(row.tzMin)) this.assumedOffset++;
    const { has } = this;
    if (row.agent !== null) has.agent = true;
    if (row.referrer !== null) has.referrer = true;
    if (row.bytes >= 0) has.bytes = true;
    if (row.bytes > Number.MAX_SAFE_INTEGER) this.hugeSizes++;
    if (row.vhost !== null) has.host = true;
    if (row.durationMs >= 0) has.duration = true;
    if (row.cookie !== null) has.cookie = true;
  }

  private client(row: Row): number {
    const pair = this.clients.lookUp(row.host, row.forwarded, row.agent, row.tsUs);
    if (pair === this.clientRows.length) this.clientRows.push(1);
    else this.clientRows.increment(pair);
    return pair;
  }

  private request(row: Row): void {
    const { cells, at } = this.table;
    const facts =
      row.request !== null
        ? this.requests.line(row.request)
        : this.requests.parts(row.method ?? '', row.target ?? '', row.protocol);
    cells.request_id[at] = facts.id;
    const host = row.vhost === null ? facts.target_host_id : this.texts.host.code(row.vhost, this.lowerCase);
    cells.host_id[at] = host;
    if (host >= 0) this.hostRows[host] = (this.hostRows[host] ?? 0) + 1;
  }

  private referrer(row: Row): void {
    const { cells, at } = this.table;
    if (row.referrer === null) {
      cells.source_page_id[at] = -1;
      return;
    }
    const { id, referrer_host_id: host } = this.referrers.look(row.referrer);
    cells.source_page_id[at] = id;
    if (host >= 0) this.referrerHosts[host] = (this.referrerHosts[host] ?? 0) + 1;
  }

  /** Names and cookies are told apart and never kept. */
  private secret(dictionary: Dictionary, raw: string): number {
    return dictionary.code(raw, (text) => this.clients.hash(text));
  }

  /** −1 = the request had none, NULL = the format does not say. */
  private cookie(raw: string | null): number {
    if (raw === null) return Number.NaN;
    return raw === '' ? -1 : this.secret(this.texts.cookie, raw);
  }

  private readonly lowerCase = (raw: string): string => this.decoding.decode(raw).toLowerCase();
}
