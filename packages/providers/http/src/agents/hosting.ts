import { invalidOption } from '@deeplogbot/core';
import { AGENT_LISTS, cloudRanges, hostingAsns } from '../lists.generated.js';
import { parseAddress, Ranges, type Words } from '../read/address.js';
import type { NetworkFacts } from './network-table.js';

/** Numbers of systems that mostly host servers. */
const HOSTING_SYSTEMS: ReadonlySet<number> = new Set(hostingAsns.map(Number));

const NEAR_US = 2 * 365.25 * 86_400e6;
const LIST_US = Date.parse(AGENT_LISTS.find(({ name }) => name === 'cloud-ranges')!.date) * 1000;

/**
 * Addresses of hosting networks: what seven clouds publish, IPv4 only, or what the user says. Networks change hands, so the
 * bundled list says nothing of a log that is more than two years older or newer than itself. An address is of a hosting network too
 * if a table of the user's says so, or that its system is one of those that mostly host servers.
 */
export class Hosting {
  private readonly spans: Spans;
  private readonly v6 = new Ranges();
  private hasV6 = false;
  private readonly isOwn: boolean;

  /** @throws ConfigError `INVALID_OPTION` for a line that is no range. */
  constructor(own?: readonly string[]) {
    this.isOwn = own !== undefined;
    this.spans = own ? merge(own.flatMap((line) => this.span(line.trim()))) : bundled();
  }

  /** 1 = of a hosting network, 0 = of none, −1 = not known. */
  look(address: Words | null, tsUs: number, { asn, hosting }: Pick<NetworkFacts, 'asn' | 'hosting'>): number {
    const byRange = this.byRange(address, tsUs);
    if (byRange === 1) return 1;
    if (!Number.isNaN(hosting)) return hosting;
    return Number.isNaN(asn) ? byRange : Number(HOSTING_SYSTEMS.has(asn));
  }

  private byRange(address: Words | null, tsUs: number): number {
    if (!address || !(this.isOwn || Math.abs(tsUs - LIST_US) < NEAR_US)) return -1;
    if (address.length > 1) return this.hasV6 ? Number(this.v6.has(address)) : -1;
    const { starts, ends } = this.spans;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= address[0]!) low = middle + 1;
      else high = middle;
    }
    return Number(low > 0 && address[0]! < ends[low - 1]!);
  }

  /** First address of an IPv4 range and the one behind its last; none of IPv6, which is kept apart. */
  private span(range: string): Span[] {
    const span = v4Span(range);
    if (span) return [span];
    if (parseAddress(range.split('/')[0]!)?.length !== 4 || !this.v6.add(range)) throw noRange(range);
    this.hasV6 = true;
    return [];
  }
}

type Span = readonly [start: number, end: number];

/** Ranges that do not overlap, in order. */
interface Spans {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

let published: Spans | undefined;

/** What the clouds publish, read once in a process. */
function bundled(): Spans {
  published ??= merge(cloudRanges.map((range) => v4Span(range)!));
  return published;
}

/** First address of an IPv4 range and the one behind its last; null for anything else. */
function v4Span(range: string): Span | null {
  const [text, bits = '32'] = range.split('/');
  const words = parseAddress(text!);
  if (words?.length !== 1 || !/^([12]?\d|3[0-2])$/.test(bits)) return null;
  const size = 2 ** (32 - Number(bits));
  const start = Math.floor(words[0]! / size) * size;
  return [start, start + size];
}

function merge(spans: readonly Span[]): Spans {
  const merged: [start: number, end: number][] = [];
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return { starts: Float64Array.from(merged, ([start]) => start), ends: Float64Array.from(merged, ([, end]) => end) };
}

const noRange = (found: string) => invalidOption('hostingRanges', found, 'a list of ranges such as 192.0.2.0/24');
