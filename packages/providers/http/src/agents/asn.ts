import { ConfigError } from '@deeplogbot/core';
import { parseAddress, type Words } from '../read/address.js';

/** Names that the two columns may have. */
const NETWORK = ['network', 'cidr', 'prefix', 'range'];
const NUMBER = ['asn', 'autonomous_system_number', 'as_number', 'as'];

/**
 * Which autonomous system announces an address, from a table of the user's: lines of CSV with a network and a number in its
 * columns, such as `192.0.2.0/24,64500,Example`. A header may name them; without one they are the first two. The smallest
 * network that holds an address decides.
 */
export class AsnTable {
  /** By the length of the prefix: the first bits of a network → its number. IPv6 by its first 64 bits. */
  private readonly v4 = new Map<number, Map<number, number>>();
  private readonly v6 = new Map<number, Map<string, number>>();
  private readonly lengths: { readonly v4: readonly number[]; readonly v6: readonly number[] };

  /** @throws ConfigError `INVALID_OPTION` for a line without a network or a number, naming it. */
  constructor(lines: readonly string[]) {
    const places = headerOf(lines[0] ?? '');
    for (const [i, line] of lines.entries()) {
      if (i === 0 && places) continue;
      this.add(line, i, places ?? { network: 0, number: 1 });
    }
    const longestFirst = (map: ReadonlyMap<number, unknown>) => [...map.keys()].sort((a, b) => b - a);
    this.lengths = { v4: longestFirst(this.v4), v6: longestFirst(this.v6) };
  }

  /** The number of the system, −1 for an address that the table does not have. */
  look(address: Words): number {
    if (address.length === 1) {
      for (const bits of this.lengths.v4) {
        const found = this.v4.get(bits)!.get(firstBits(address[0]!, bits));
        if (found !== undefined) return found;
      }
      return -1;
    }
    for (const bits of this.lengths.v6) {
      const found = this.v6.get(bits)!.get(prefixOf(address, bits));
      if (found !== undefined) return found;
    }
    return -1;
  }

  private add(line: string, i: number, { network, number }: Places): void {
    const fields = fieldsOf(line);
    const [text = '', bitsText] = (fields[network] ?? '').split('/');
    const words = parseAddress(text);
    const asn = /^(?:AS)?(\d{1,10})$/i.exec(fields[number] ?? '')?.[1];
    const most = words?.length === 1 ? 32 : 64;
    const bits = bitsText === undefined ? most : /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
    if (!words || asn === undefined || !(bits <= (words.length === 1 ? 32 : 128))) throw invalid(line, i);
    if (words.length === 1) into(this.v4, bits).set(firstBits(words[0]!, bits), Number(asn));
    else into(this.v6, Math.min(bits, most)).set(prefixOf(words, Math.min(bits, most)), Number(asn));
  }
}

interface Places {
  readonly network: number;
  readonly number: number;
}

/** Where a header has the two columns; null where the first line is none. */
function headerOf(line: string): Places | null {
  const names = fieldsOf(line).map((name) => name.toLowerCase());
  const [network, number] = [NETWORK, NUMBER].map((known) => names.findIndex((name) => known.includes(name)));
  return network! >= 0 && number! >= 0 ? { network: network!, number: number! } : null;
}

const fieldsOf = (line: string): string[] => line.split(',').map((field) => field.trim().replace(/^"|"$/g, ''));

const firstBits = (word: number, bits: number): number => (bits === 0 ? 0 : Math.floor(word / 2 ** (32 - bits)));

const prefixOf = ([high, low]: Words, bits: number): string =>
  bits <= 32 ? String(firstBits(high!, bits)) : `${high!}:${firstBits(low!, bits - 32)}`;

function into<K>(map: Map<number, Map<K, number>>, bits: number): Map<K, number> {
  const known = map.get(bits) ?? new Map<K, number>();
  map.set(bits, known);
  return known;
}

const invalid = (line: string, i: number) =>
  new ConfigError(
    'INVALID_OPTION',
    `asnTable must have lines such as 192.0.2.0/24,64500. Line ${i + 1} is ${JSON.stringify(line.slice(0, 120))}.`,
    {
      hint: 'Give CSV with a network and the number of its autonomous system, named network and asn or in the first two columns.',
    },
  );
