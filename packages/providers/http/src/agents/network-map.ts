import { parseRange, type Words } from '../read/address.js';

/** Values of networks of both families; the smallest network that holds an address decides. */
export class NetworkMap<T> {
  /** By the length of the prefix, the longest first: the first bits of a network → its value. */
  private readonly v4 = new Prefixes<number, T>((words, bits) => firstBits(words[0]!, bits));
  private readonly v6 = new Prefixes<string, T>((words, bits) =>
    words.map((word, i) => firstBits(word, Math.min(32, Math.max(0, bits - 32 * i)))).join(':'),
  );

  /** Gives a network such as `192.0.2.0/24`, or a single address, a value; false where the text is neither. */
  set(network: string, value: T): boolean {
    const range = parseRange(network);
    if (range) this.of(range.words).set(range.words, range.bits, value);
    return range !== null;
  }

  get(address: Words): T | undefined {
    return this.of(address).get(address);
  }

  private of(words: Words): Prefixes<number, T> | Prefixes<string, T> {
    return words.length === 1 ? this.v4 : this.v6;
  }
}

class Prefixes<K, T> {
  private byLength: (readonly [bits: number, values: Map<K, T>])[] = [];

  constructor(private readonly prefixOf: (words: Words, bits: number) => K) {}

  set(words: Words, bits: number, value: T): void {
    const known = this.byLength.find(([length]) => length === bits)?.[1] ?? new Map<K, T>();
    if (known.size === 0) this.byLength = [...this.byLength, [bits, known] as const].sort(([a], [b]) => b - a);
    known.set(this.prefixOf(words, bits), value);
  }

  get(words: Words): T | undefined {
    for (const [bits, values] of this.byLength) {
      const found = values.get(this.prefixOf(words, bits));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const firstBits = (word: number, bits: number): number => Math.floor(word / 2 ** (32 - bits));
