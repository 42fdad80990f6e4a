import { agentFacts } from '../agents/agents.js';
import { Hosting } from '../agents/hosting.js';
import { Networks } from '../agents/networks.js';
import { type Claim, claimedOperator, Operators, releaseYear } from '../agents/verify.js';
import { parseAddress, Ranges, type Words } from './address.js';
import { Addresses } from './addresses.js';
import { AGENT_FLAGS, type CLIENT_FACTS } from './columns.js';
import { Dictionary, flat, OTHER, type TextDecoding } from './dictionary.js';
import { keyedHash } from './keyed-hash.js';
import { IntegerList, NumberIndex } from './number-index.js';

export interface ClientOptions {
  readonly salt: string;
  readonly keepIp: boolean;
  readonly clientKey: 'ip' | 'ip+agent';
  readonly trustedProxies: readonly string[];
  readonly crawlerRanges?: readonly string[];
  readonly hostingRanges?: readonly string[];
  readonly asnTable?: readonly string[];
  readonly geoTable?: readonly string[];
  readonly maxDistinct: number;
}

/** More agents than this are told apart by nothing. */
const AGENT_RADIX = 2 ** 24;

interface AgentEntry {
  readonly id: number;
  /** Place among the entries. */
  readonly place: number;
  readonly flags: number;
  readonly length: number;
  readonly operator: string | null;
  /** What tells the agent apart in the name of a client. */
  readonly hash: string;
  readonly released: number;
}

/** Claims that are kept to be confirmed. */
const MOST_CLAIMS = 10_000;
/** Addresses of which it is remembered whether they are proxies. */
const KNOWN_PROXIES = 10_000;
const US_PER_YEAR = 365.25 * 86_400e6;
const STALE_YEARS = 5;

/**
 * Who asked: addresses, agents and their pairs, each as a code; every distinct one is looked at once. Columns of numbers
 * and no object for each, because a log has millions of addresses.
 */
export class Clients {
  readonly addresses: Addresses;
  readonly agent: Dictionary;
  /** Pairs beyond `maxDistinct` that were counted as one. */
  overflow = 0;
  private other = -1;
  forwardedIgnored = 0;
  /** Pairs that claim to be crawlers of an operator, with the address as it is written. */
  readonly claims: { readonly pair: number; readonly address: string; readonly operator: string }[] = [];
  private readonly agents = new Map<string, AgentEntry>();
  private readonly agentsByText = new Map<string, AgentEntry>();
  private readonly entries: AgentEntry[] = [];
  private pairs = new NumberIndex();
  private readonly pairIp = new IntegerList();
  /** Place in {@link entries}; −1 = the format has no agent. */
  private readonly pairAgent = new IntegerList();
  private readonly pairFlags = new IntegerList();
  private readonly proxies = new Ranges();
  private readonly isProxy = new Map<string, boolean>();
  private readonly operators: Operators;
  private readonly hosting: Hosting;
  /** 1 = of a hosting network, 0 = not, −1 = not known. */
  private readonly pairHosting = new IntegerList();
  readonly networks: Networks;
  /** Number among {@link networks}; −1 = nothing is known. */
  private readonly pairNetwork = new IntegerList();
  /** A salted hash of 128 bits, in hexadecimal. */
  readonly hash: (text: string) => string;

  constructor(
    private readonly options: ClientOptions,
    private readonly decoding: TextDecoding,
  ) {
    this.hash = keyedHash(options.salt);
    this.addresses = new Addresses(options.maxDistinct, this.hash);
    this.agent = new Dictionary(options.maxDistinct);
    for (const proxy of options.trustedProxies) this.proxies.add(proxy);
    this.operators = new Operators(options.crawlerRanges);
    this.hosting = new Hosting(options.hostingRanges);
    this.networks = new Networks(options);
  }

  /** Distinct pairs of address and agent. */
  get count(): number {
    return this.pairIp.length;
  }

  /** Who sent a request, as the number of the pair; `agent` null = the format has none. */
  lookUp(host: string, forwarded: string | null, agent: string | null, tsUs: number): number {
    const raw = forwarded === null || forwarded === '' ? host : this.trueAddress(host, forwarded);
    const ip = this.addresses.code(raw);
    const entry = agent === null ? undefined : this.agentEntry(agent);
    const code = ip * AGENT_RADIX + (entry ? entry.place + 1 : 0);
    const known = this.pairs.get(code);
    if (known >= 0) return known;
    if (this.count >= this.options.maxDistinct) return this.overflown();
    this.pairs.add(code, this.count);
    if (entry?.operator && this.claims.length < MOST_CLAIMS) {
      this.claims.push({ pair: this.count, address: flat(raw), operator: entry.operator });
    }
    const words = this.addresses.wordsOf(ip) ?? parseAddress(raw);
    const network = this.networks.look(words);
    this.addPlace(network, this.hosting.look(words, tsUs, this.networks.factsOf(network)));
    return this.add(ip, entry ? entry.place : -1, entry ? this.flagsOf(entry, words, tsUs) : -1);
  }

  private addPlace(network: number, hosting: number): void {
    this.pairNetwork.push(network);
    this.pairHosting.push(hosting);
  }

  private add(ip: number, place: number, flags: number): number {
    this.pairIp.push(ip);
    this.pairAgent.push(place);
    this.pairFlags.push(flags);
    return this.count - 1;
  }

  /** One client for all beyond the cap. */
  private overflown(): number {
    this.overflow++;
    if (this.other < 0) {
      this.addPlace(-1, -1);
      this.other = this.add(this.addresses.others(), -1, -1);
    }
    return this.other;
  }

  /** Forgets what only {@link lookUp} needs, a third of all: nobody will be looked up any more. */
  seal(): void {
    this.pairs = new NumberIndex();
    this.addresses.seal();
  }

  /** Facts of the pairs from `from` to before `to`, as columns. */
  column(name: keyof typeof CLIENT_FACTS, from: number, to: number): Float64Array {
    const { pairIp, pairAgent, pairFlags, entries } = this;
    const ofAgent = (value: (entry: AgentEntry) => number, without: number) =>
      pairAgent.floats(from, to, (place) => (place < 0 ? without : value(entries[place]!)));
    if (name === 'ip_id') return pairIp.floats(from, to);
    if (name === 'subnet_id') return pairIp.floats(from, to, (ip) => this.addresses.subnetOf(ip));
    if (name === 'agent_place') return pairAgent.floats(from, to);
    if (name === 'network_id') return this.pairNetwork.floats(from, to);
    if (name === 'hosting') return this.pairHosting.floats(from, to, (found) => (found < 0 ? Number.NaN : found));
    if (name === 'agent_id') return ofAgent((entry) => entry.id, -1);
    if (name === 'agent_length') return ofAgent((entry) => entry.length, Number.NaN);
    return pairFlags.floats(from, to, (flags) => (flags < 0 ? Number.NaN : flags));
  }

  ipOf(pair: number): number {
    return this.pairIp.at(pair);
  }

  /** The hash of each address, in hexadecimal. */
  *ipHashes(): Iterable<string> {
    for (let ip = 0; ip < this.addresses.count; ip++) yield this.addresses.hashOf(ip);
  }

  /** The addresses themselves, as they are written where they may be. */
  *ips(): Iterable<string> {
    for (let ip = 0; ip < this.addresses.count; ip++) yield this.decoding.decode(this.addresses.keyOf(ip));
  }

  /** What tells each agent apart in the name of a client, by its place. */
  agentHashes(): readonly string[] {
    return this.entries.map(({ hash }) => hash);
  }

  /** What was found out about a claim later; `unknown` changes nothing. */
  settle(pair: number, claim: Claim): void {
    if (claim === 'unknown') return;
    const { verified, refuted } = AGENT_FLAGS;
    const flags = this.pairFlags.at(pair) & ~(verified | refuted);
    this.pairFlags.set(pair, flags | (claim === 'verified' ? verified : refuted));
  }

  /** Right to left through the forwarded addresses as long as they are trusted proxies; none is believed without any. */
  private trueAddress(host: string, forwarded: string): string {
    if (!this.isTrusted(host)) {
      this.forwardedIgnored++;
      return host;
    }
    let address = host;
    for (let end = forwarded.length; end >= 0 && this.isTrusted(address); ) {
      const comma = end === 0 ? -1 : forwarded.lastIndexOf(',', end - 1);
      const hop = withoutPort(forwarded.slice(comma + 1, end).trim());
      if (!parseAddress(hop)) break;
      address = hop;
      end = comma;
    }
    return address;
  }

  private isTrusted(raw: string): boolean {
    if (this.options.trustedProxies.length === 0) return false;
    const known = this.isProxy.get(raw);
    if (known !== undefined) return known;
    const words = parseAddress(raw);
    const trusted = words !== null && this.proxies.has(words);
    if (this.isProxy.size < KNOWN_PROXIES) this.isProxy.set(flat(raw), trusted);
    return trusted;
  }

  /** Neighbouring lines are often of one client: to compare two texts costs less than to hash one. */
  private lastAgent = '';
  private lastEntry: AgentEntry | undefined;

  private agentEntry(raw: string): AgentEntry {
    if (this.lastEntry && raw === this.lastAgent) return this.lastEntry;
    this.lastAgent = raw;
    this.lastEntry = this.agents.get(raw) ?? this.newAgent(raw);
    return this.lastEntry;
  }

  private newAgent(raw: string): AgentEntry {
    const id = this.agent.code(raw, this.decoding.decode);
    const text = this.agent.values[id]!;
    const entry = this.agentsByText.get(text) ?? this.newEntry(id, text);
    if (this.agents.size < this.options.maxDistinct) this.agents.set(flat(raw), entry);
    return entry;
  }

  private newEntry(id: number, text: string): AgentEntry {
    const isNameless = NAMELESS.test(text);
    const facts = agentFacts(text === OTHER || isNameless ? '' : text);
    const flags =
      (text === '' ? AGENT_FLAGS.missing : 0) +
      (isNameless ? AGENT_FLAGS.nameless : 0) +
      (facts.declared ? AGENT_FLAGS.declared : 0) +
      (facts.machine ? AGENT_FLAGS.machine : 0) +
      (facts.headless ? AGENT_FLAGS.headless : 0) +
      (facts.ai && facts.declared ? AGENT_FLAGS.ai : 0) +
      (facts.graphical ? AGENT_FLAGS.graphical : 0) +
      (/bot|crawler|spider/i.test(text) ? AGENT_FLAGS.named : 0);
    const entry: AgentEntry = {
      id,
      place: this.entries.length,
      flags,
      length: text.length,
      operator: claimedOperator(text),
      hash: this.hash(`agent\n${text}`).slice(0, 12),
      released: releaseYear(facts.browser, facts.browserMajor),
    };
    this.entries.push(entry);
    this.agentsByText.set(text, entry);
    return entry;
  }

  private flagsOf(entry: AgentEntry, words: Words | null, tsUs: number): number {
    const claim = entry.operator === null ? 'unknown' : this.operators.check(entry.operator, words, tsUs);
    const isStale = 1970 + tsUs / US_PER_YEAR - entry.released > STALE_YEARS;
    return (
      entry.flags +
      (isStale ? AGENT_FLAGS.stale : 0) +
      (claim === 'verified' ? AGENT_FLAGS.verified : 0) +
      (claim === 'refuted' ? AGENT_FLAGS.refuted : 0)
    );
  }
}

/** What every browser begins with and nothing else: lists of robots have it, but it says neither that nor anything else. */
const NAMELESS = /^Mozilla(\/\d(\.\d)?)?$/;

/** `1.2.3.4:5678` and `[::1]:80` without the port; bare IPv6 addresses as they are. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(0, text.indexOf(']') + 1);
  const colon = text.indexOf(':');
  return colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}
