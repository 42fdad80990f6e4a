import { agentFacts } from '../agents/agents.js';
import { claimedOperator, Operators, releaseYear } from '../agents/verify.js';
import { addressKey, parseAddress, Ranges, subnetKey, type Words } from './address.js';
import { AGENT_FLAGS, type CLIENT_FACTS, type Facts } from './columns.js';
import { Dictionary, OTHER, type TextDecoding } from './dictionary.js';
import { keyedHash } from './keyed-hash.js';

export interface ClientOptions {
  readonly salt: string;
  readonly keepIp: boolean;
  readonly clientKey: 'ip' | 'ip+agent';
  readonly trustedProxies: readonly string[];
  readonly crawlerRanges?: readonly string[];
  readonly maxDistinct: number;
}

/** One address as first seen. */
interface AddressFacts {
  readonly ip: number;
  readonly subnet: number;
  readonly words: Words | null;
  readonly trusted: boolean;
  readonly hash: string;
}

interface AgentEntry {
  readonly id: number;
  readonly flags: number;
  readonly length: number;
  readonly operator: string | null;
  /** What tells the agent apart in the name of a client. */
  readonly hash: string;
  readonly released: number;
}

/** What is known of a pair of address and agent. */
export type ClientFacts = Facts<typeof CLIENT_FACTS>;

const AGENT_RADIX = 2 ** 24;
const US_PER_YEAR = 365.25 * 86_400e6;
const STALE_YEARS = 5;

/** Who asked: addresses, agents and their pairs, each as a code; every distinct one is looked at once. */
export class Clients {
  readonly ip: Dictionary;
  readonly subnet: Dictionary;
  readonly agent: Dictionary;
  readonly client: Dictionary;
  forwardedIgnored = 0;
  private readonly addresses = new Map<string, AddressFacts>();
  private readonly agents = new Map<string, AgentEntry>();
  /** Every distinct pair, at its `id`. */
  readonly all: ClientFacts[] = [];
  private readonly pairs = new Map<number, ClientFacts>();
  private readonly proxies = new Ranges();
  private readonly operators: Operators;
  /** A salted hash of 128 bits, in hexadecimal. */
  readonly hash: (text: string) => string;

  constructor(
    private readonly options: ClientOptions,
    private readonly decoding: TextDecoding,
  ) {
    const { maxDistinct } = options;
    this.ip = new Dictionary(maxDistinct);
    this.subnet = new Dictionary(maxDistinct);
    this.agent = new Dictionary(maxDistinct);
    this.client = new Dictionary(maxDistinct);
    for (const proxy of options.trustedProxies) this.proxies.add(proxy);
    this.hash = keyedHash(options.salt);
    this.operators = new Operators(options.crawlerRanges);
  }

  /** Who sent a request; `agent` null = the format has none. */
  lookUp(host: string, forwarded: string | null, agent: string | null, tsUs: number): ClientFacts {
    const address = this.trueAddress(host, forwarded);
    const entry = agent === null ? undefined : this.agentEntry(agent);
    const code = address.ip * AGENT_RADIX + (entry ? entry.id + 1 : 0);
    const known = this.pairs.get(code);
    if (known) return known;
    const pair = { id: this.all.length, ...this.newPair(address, entry, tsUs) };
    this.all.push(pair);
    this.pairs.set(code, pair);
    return pair;
  }

  /** Right to left through the forwarded addresses as long as they are trusted proxies; none is believed without any. */
  private trueAddress(host: string, forwarded: string | null): AddressFacts {
    let address = this.address(host);
    if (forwarded === null || forwarded === '') return address;
    if (!address.trusted) {
      this.forwardedIgnored++;
      return address;
    }
    const hops = forwarded.split(',', 64);
    for (let i = hops.length - 1; i >= 0 && address.trusted; i--) {
      const hop = hops[i]!.trim();
      if (!parseAddress(withoutPort(hop))) break;
      address = this.address(withoutPort(hop));
    }
    return address;
  }

  /** Neighbouring lines are often of one client: to compare two texts costs less than to hash one. */
  private lastHost = '';
  private lastAddress: AddressFacts | undefined;
  private lastAgent = '';
  private lastEntry: AgentEntry | undefined;

  private address(raw: string): AddressFacts {
    if (this.lastAddress && raw === this.lastHost) return this.lastAddress;
    this.lastHost = raw;
    this.lastAddress = this.addresses.get(raw) ?? this.newAddress(raw);
    return this.lastAddress;
  }

  private newAddress(raw: string): AddressFacts {
    const words = parseAddress(raw);
    const key = addressKey(raw, words);
    const hash = this.hash(key);
    const facts: AddressFacts = {
      words,
      hash,
      trusted: words !== null && this.proxies.has(words),
      ip: this.ip.code(key, (text) => (this.options.keepIp ? this.decoding.decode(text) : hash)),
      subnet: this.subnet.code(subnetKey(raw, words), () => ''),
    };
    if (this.addresses.size < this.options.maxDistinct) {
      this.addresses.set(Buffer.from(raw, 'latin1').toString('latin1'), facts);
    }
    return facts;
  }

  private agentEntry(raw: string): AgentEntry {
    if (this.lastEntry && raw === this.lastAgent) return this.lastEntry;
    this.lastAgent = raw;
    this.lastEntry = this.agents.get(raw) ?? this.newAgent(raw);
    return this.lastEntry;
  }

  private newAgent(raw: string): AgentEntry {
    const id = this.agent.code(raw, this.decoding.decode);
    const text = this.agent.values[id]!;
    const facts = agentFacts(text === OTHER ? '' : text);
    const flags =
      (text === '' ? AGENT_FLAGS.missing : 0) +
      (facts.declared ? AGENT_FLAGS.declared : 0) +
      (facts.machine ? AGENT_FLAGS.machine : 0) +
      (facts.headless ? AGENT_FLAGS.headless : 0) +
      (facts.ai && facts.declared ? AGENT_FLAGS.ai : 0);
    const entry: AgentEntry = {
      id,
      flags,
      length: text.length,
      operator: claimedOperator(text),
      hash: this.hash(`agent\n${text}`).slice(0, 12),
      released: releaseYear(facts.browser, facts.browserMajor),
    };
    if (this.agents.size < this.options.maxDistinct) {
      this.agents.set(Buffer.from(raw, 'latin1').toString('latin1'), entry);
    }
    return entry;
  }

  private newPair(address: AddressFacts, entry: AgentEntry | undefined, tsUs: number): Omit<ClientFacts, 'id'> {
    const byIp = this.options.clientKey === 'ip' || !entry;
    const key = byIp ? address.hash : `${address.hash.slice(0, 20)}-${entry.hash}`;
    const client = this.client.code(key, (text) => text);
    const { ip, subnet } = address;
    const where = { ip_id: ip, client_id: client, subnet_id: subnet };
    if (!entry) return { ...where, agent_id: -1, agent_flags: Number.NaN, agent_length: Number.NaN };
    const claim = entry.operator === null ? 'unknown' : this.operators.check(entry.operator, address.words, tsUs);
    const isStale = 1970 + tsUs / US_PER_YEAR - entry.released > STALE_YEARS;
    const flags =
      entry.flags +
      (isStale ? AGENT_FLAGS.stale : 0) +
      (claim === 'verified' ? AGENT_FLAGS.verified : 0) +
      (claim === 'refuted' ? AGENT_FLAGS.refuted : 0);
    return { ...where, agent_id: entry.id, agent_flags: flags, agent_length: entry.length };
  }
}

/** `1.2.3.4:5678` and `[::1]:80` without the port; bare IPv6 addresses as they are. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(0, text.indexOf(']') + 1);
  const colon = text.indexOf(':');
  return colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}
