import { checkOneOf, checkOptionNames, givenOptions, invalidOption } from '@deeplogbot/core';
import { Hosting } from './agents/hosting.js';
import { Networks } from './agents/networks.js';
import type { NameResolver } from './agents/reverse-dns.js';
import { Operators } from './agents/verify.js';
import { SESSION_WINDOWS, type SessionWindow } from './aggregates.js';
import { customFormat } from './formats/custom.js';
import { FORMAT_NAMES, type FormatName } from './formats/row.js';
import { type ItemOptions, itemFinder } from './items/items.js';
import { parseRange } from './read/address.js';

/** How access logs are read and who counts as one client. */
export interface HttpOptions extends ItemOptions {
  /** Format of the lines. @defaultValue told by the first 200 lines of each file */
  readonly format?: FormatName;
  /** Apache `LogFormat` or nginx `log_format` text; implies `format: 'custom'`. */
  readonly pattern?: string;
  /** A client is an address with an agent, or an address whatever its agents. @defaultValue 'ip+agent' */
  readonly clientKey?: 'ip' | 'ip+agent';
  /** Write addresses as they are. @defaultValue false: only salted hashes of 128 bits leave the process */
  readonly keepIp?: boolean;
  /**
   * Secret of the hashes. Give one to compare runs over different logs.
   * @defaultValue a digest of the bytes of the log, so that equal runs are equal and only who has the log can repeat it
   */
  readonly salt?: string;
  /** Addresses and ranges whose forwarded header is believed. @defaultValue none */
  readonly trustedProxies?: readonly string[];
  /** Keep paths as they are instead of templates with `{n}`, `{uuid}`, `{hex}`. @defaultValue false */
  readonly keepRawPath?: boolean;
  /** Paths that no visitor is shown; whoever asks for one is a program. @defaultValue none */
  readonly trapPaths?: readonly string[];
  /** Hosts whose referrers count as the site itself, beside the request's own host. @defaultValue the most frequent one is found */
  readonly ownHosts?: readonly string[];
  /** What ends a session: 30 minutes of silence, the hour or the day in UTC, or nothing. @defaultValue 'idle' */
  readonly sessionWindow?: SessionWindow;
  /**
   * Weights of topics for each path that is an item, all vectors of one length; features of content are computed from
   * them. @defaultValue none, and those features are NULL
   */
  readonly topics?: Readonly<Record<string, readonly number[]>>;
  /**
   * Tell after how many requests a session gives itself away, by the order of their kinds: columns `decided_at` and
   * `log_likelihood_ratio`. They change no verdict. @defaultValue false
   */
  readonly sequential?: boolean;
  /** Lines `operator range` that replace the bundled addresses of crawlers. */
  readonly crawlerRanges?: readonly string[];
  /** Ranges of hosting networks, one `address/bits` each, that replace the bundled addresses of clouds. */
  readonly hostingRanges?: readonly string[];
  /**
   * Lines of CSV `network,asn`: which autonomous system announces an address. Addresses of systems that mostly host servers
   * (a bundled list) are then `is_datacenter` too. A header may name further columns: `country`, `is_hosting` and
   * `is_residential_proxy` (yes or no). @defaultValue none, and `asn` is NULL
   */
  readonly asnTable?: readonly string[];
  /** Lines of CSV `network,country`, or with a header as in `asnTable`; its countries come first. @defaultValue none, and `country` is NULL */
  readonly geoTable?: readonly string[];
  /**
   * Ask name servers whether crawlers that claim an operator have its names: the only thing that uses the network. A
   * resolver of one's own may be given. Runs are then equal only as long as the answers are. @defaultValue false
   */
  readonly reverseDns?: boolean | NameResolver;
  /** Lines longer than this are set aside, bytes. @defaultValue 65,536 */
  readonly maxLineBytes?: number;
  /** Share of the lines that may be unreadable, [0, ∞]; 0 = none. @defaultValue 0.05 */
  readonly maxMalformedRatio?: number;
  /** How many times its size a compressed file may unfold to. @defaultValue 200 */
  readonly maxExpansion?: number;
  /** Bytes that a compressed file may unfold to. @defaultValue no limit */
  readonly maxBytesOut?: number;
  /** Distinct values that are told apart in one column; later ones are `(other)`. @defaultValue 2,000,000 */
  readonly maxDistinct?: number;
  /** A stream that is cut off is an error. @defaultValue false */
  readonly strict?: boolean;
  /** Latest time that is believed, milliseconds since 1970; later lines are set aside. @defaultValue now and a day */
  readonly latestMs?: number;
}

/** Options that have no default: left out, what they say is found out or not known. */
const OPTIONAL = [
  'format',
  'pattern',
  'salt',
  'crawlerRanges',
  'hostingRanges',
  'asnTable',
  'geoTable',
  'latestMs',
] as const satisfies readonly (keyof HttpOptions)[];
type Optional = (typeof OPTIONAL)[number];

/** {@link HttpOptions} with every default filled in. */
export type ResolvedHttpOptions = Required<Omit<HttpOptions, Optional>> & Pick<HttpOptions, Optional>;

const DEFAULTS = {
  clientKey: 'ip+agent',
  keepIp: false,
  trustedProxies: [],
  keepRawPath: false,
  trapPaths: [],
  ownHosts: [],
  reverseDns: false,
  itemPatterns: [],
  viewPatterns: [],
  sessionWindow: 'idle',
  topics: {},
  sequential: false,
  maxLineBytes: 65_536,
  maxMalformedRatio: 0.05,
  maxExpansion: 200,
  maxBytesOut: Number.POSITIVE_INFINITY,
  maxDistinct: 2_000_000,
  strict: false,
} as const satisfies HttpOptions;

/** Fills in the defaults; an unknown name or a value out of range is a ConfigError. */
export function resolveHttpOptions(options: HttpOptions = {}): ResolvedHttpOptions {
  checkOptionNames(
    options,
    [...Object.keys(DEFAULTS), ...OPTIONAL],
    (name) => `The http provider has no option "${name}".`,
  );
  const resolved = { ...DEFAULTS, ...givenOptions(options) } as ResolvedHttpOptions;
  checkValues(resolved);
  return resolved;
}

function checkValues(options: ResolvedHttpOptions): void {
  if (options.pattern !== undefined) customFormat(options.pattern);
  if (options.format === 'custom' && options.pattern === undefined)
    throw invalidOption('pattern', undefined, 'the text of the format');
  if (options.format !== undefined) checkOneOf('format', options.format, FORMAT_NAMES);
  checkOneOf('clientKey', options.clientKey, ['ip', 'ip+agent']);
  checkOneOf('sessionWindow', options.sessionWindow, SESSION_WINDOWS);
  checkTopics(options.topics);
  itemFinder(options);
  if (options.hostingRanges) new Hosting(options.hostingRanges);
  new Networks(options);
  if (options.crawlerRanges) new Operators(options.crawlerRanges);
  for (const range of options.trustedProxies) {
    if (parseRange(range)) continue;
    throw invalidOption('trustedProxies', range, 'a list of addresses and ranges such as 10.0.0.0/8');
  }
  if (!(options.maxMalformedRatio >= 0)) {
    throw invalidOption('maxMalformedRatio', options.maxMalformedRatio, 'a number of at least 0');
  }
  for (const name of ['maxLineBytes', 'maxExpansion', 'maxBytesOut', 'maxDistinct'] as const) {
    if (!(options[name] > 0)) throw invalidOption(name, options[name], 'a number above 0');
  }
}

function checkTopics(topics: ResolvedHttpOptions['topics']): void {
  const length = Object.values(topics)[0]?.length;
  for (const [path, weights] of Object.entries(topics)) {
    if (weights.length === length && weights.every((weight) => Number.isFinite(weight))) continue;
    throw invalidOption(
      `topics[${JSON.stringify(path)}]`,
      weights,
      `${length} finite numbers, as many as the first path has`,
    );
  }
}
