import type { Words } from '../read/address.js';
import { type NetworkFacts, type NetworkTable, tableOf } from './network-table.js';

/** Tables of the user's about networks. */
export interface NetworkOptions {
  readonly asnTable?: readonly string[];
  readonly geoTable?: readonly string[];
}

const NOTHING: NetworkFacts = { asn: Number.NaN, country: null, hosting: Number.NaN, residentialProxy: Number.NaN };

/** What the tables of the user say of addresses, by numbers: most addresses share it with many others. */
export class Networks {
  /** By number, in the order in which they were met. */
  readonly all: NetworkFacts[] = [];
  private readonly tables: readonly NetworkTable[];
  private readonly numbers = new Map<string, number>();

  /** @throws ConfigError `INVALID_OPTION` for a line that cannot be read. */
  constructor({ asnTable, geoTable }: NetworkOptions) {
    this.tables = [
      ...(geoTable ? [tableOf(geoTable, 'geoTable')] : []),
      ...(asnTable ? [tableOf(asnTable, 'asnTable')] : []),
    ];
  }

  /** Number of what is known of an address; −1 = nothing. Where both tables have a country, it is that of `geoTable`. */
  look(address: Words | null): number {
    if (!address || this.tables.length === 0) return -1;
    const found = this.tables.flatMap((table) => table.look(address) ?? []);
    if (found.length === 0) return -1;
    const known = (name: 'asn' | 'hosting' | 'residentialProxy') =>
      found.map((facts) => facts[name]).find((value) => !Number.isNaN(value)) ?? Number.NaN;
    const [asn, hosting, residentialProxy] = [known('asn'), known('hosting'), known('residentialProxy')];
    const country = found.map((facts) => facts.country).find((name) => name !== null) ?? null;
    const key = `${asn} ${hosting} ${residentialProxy} ${country ?? ''}`;
    const number = this.numbers.get(key) ?? this.all.push({ asn, country, hosting, residentialProxy }) - 1;
    this.numbers.set(key, number);
    return number;
  }

  factsOf(number: number): NetworkFacts {
    return this.all[number] ?? NOTHING;
  }

  /** All countries of the tables, in order. */
  get countries(): readonly string[] {
    return [...new Set(this.tables.flatMap(({ countries }) => countries))].sort();
  }
}
