import { ConfigError } from '@deeplogbot/core';
import type { Words } from '../read/address.js';
import { NetworkMap } from './network-map.js';

/** What a table says of a network; NaN and null where it says nothing. */
export interface NetworkFacts {
  /** Number of the autonomous system that announces it, 1 … 4,294,967,294. */
  readonly asn: number;
  readonly country: string | null;
  /** 1 = servers are hosted there, 0 = they are not. */
  readonly hosting: number;
  /** 1 = people's connections that are let to programs, 0 = not. */
  readonly residentialProxy: number;
}

export type TableOption = 'asnTable' | 'geoTable';

/** Names that a column may have, the better first. */
const NAMES = {
  network: ['network', 'cidr', 'prefix', 'range'],
  asn: ['asn', 'autonomous_system_number', 'as_number', 'as'],
  country: ['country_code', 'country_iso_code', 'country', 'country_name'],
  hosting: ['is_datacenter', 'is_hosting', 'hosting', 'datacenter'],
  residentialProxy: ['is_residential_proxy', 'residential_proxy'],
} as const;

type Role = keyof typeof NAMES;
/** Where each column is; −1 = nowhere. */
type Places = Readonly<Record<Role, number>>;

const NOWHERE: Places = { network: -1, asn: -1, country: -1, hosting: -1, residentialProxy: -1 };
/** Of a table without a header. */
const FIRST_TWO: Readonly<Record<TableOption, Places>> = {
  asnTable: { ...NOWHERE, network: 0, asn: 1 },
  geoTable: { ...NOWHERE, network: 0, country: 1 },
};

/**
 * What a table of the user's says of networks: lines of CSV such as `192.0.2.0/24,64500,DE`. A header names the columns, in any order
 * and among others; without one they are the network and, by the option, the number of its system or its country.
 */
export class NetworkTable {
  private readonly map = new NetworkMap<NetworkFacts>();
  /** Equal facts are one object: tables have millions of lines of some ten thousand systems. */
  private readonly known = new Map<string, NetworkFacts>();

  /** @throws ConfigError `INVALID_OPTION` for a line that says nothing or cannot be read, naming it. */
  constructor(lines: readonly string[], option: TableOption) {
    const header = headerOf(lines[0] ?? '');
    const places = header ?? FIRST_TWO[option];
    for (const [i, line] of lines.entries()) {
      if (i === 0 && header) continue;
      const fields = fieldsOf(line);
      const facts = factsOf(fields, places, header !== null);
      if (!facts || !this.map.set(fields[places.network] ?? '', this.one(facts))) throw invalid(option, line, i);
    }
  }

  look(address: Words): NetworkFacts | undefined {
    return this.map.get(address);
  }

  /** All countries of the table, each once. */
  get countries(): readonly string[] {
    return [...new Set([...this.known.values()].flatMap(({ country }) => country ?? []))];
  }

  private one(facts: NetworkFacts): NetworkFacts {
    const key = `${facts.asn} ${facts.hosting} ${facts.residentialProxy} ${facts.country ?? ''}`;
    const known = this.known.get(key) ?? facts;
    this.known.set(key, known);
    return known;
  }
}

/** Tables by their lines, since options are checked before a log is read, and a table takes a second for each million lines. */
const TABLES: Readonly<Record<TableOption, WeakMap<readonly string[], NetworkTable>>> = {
  asnTable: new WeakMap(),
  geoTable: new WeakMap(),
};

/** The table of these lines, which must not change. Errors as of {@link NetworkTable}. */
export function tableOf(lines: readonly string[], option: TableOption): NetworkTable {
  const known = TABLES[option].get(lines) ?? new NetworkTable(lines, option);
  TABLES[option].set(lines, known);
  return known;
}

/** Where a header has its columns; null where the line is none, or names nothing that is read. */
function headerOf(line: string): Places | null {
  const names = fieldsOf(line).map((name) => name.toLowerCase());
  const roles = Object.keys(NAMES) as Role[];
  const placeOf = (role: Role) => NAMES[role].map((name) => names.indexOf(name)).find((place) => place >= 0) ?? -1;
  const places = Object.fromEntries(roles.map((role) => [role, placeOf(role)])) as Places;
  return places.network >= 0 && roles.some((role) => role !== 'network' && places[role] >= 0) ? places : null;
}

/** What a line says; null where a field cannot be read, or one is missing that no header lets be missing. */
function factsOf(fields: readonly string[], places: Places, mayBeEmpty: boolean): NetworkFacts | null {
  const field = (role: Role) => fields[places[role]] ?? '';
  const facts = {
    asn: numberOf(field('asn')),
    country: field('country') || null,
    hosting: flagOf(field('hosting')),
    residentialProxy: flagOf(field('residentialProxy')),
  };
  if (facts.asn === null || facts.hosting === null || facts.residentialProxy === null) return null;
  if (!mayBeEmpty && Number.isNaN(facts.asn) && facts.country === null) return null;
  return facts as NetworkFacts;
}

/** `64500`, `AS64500`; NaN for none and for 0, which stands for networks that nobody announces; null for anything else. */
function numberOf(text: string): number | null {
  if (text === '') return Number.NaN;
  const asn = Number(/^(?:AS)?(\d{1,10})$/i.exec(text)?.[1] ?? -1);
  if (asn === 0) return Number.NaN;
  return asn > 0 && asn < 2 ** 32 - 1 ? asn : null;
}

/** NaN for none, null for what is neither yes nor no. */
function flagOf(text: string): number | null {
  if (text === '') return Number.NaN;
  if (/^(1|true|yes|t|y)$/i.test(text)) return 1;
  return /^(0|false|no|f|n)$/i.test(text) ? 0 : null;
}

const QUOTED = /\s*"((?:[^"]|"")*)"/y;

/** The fields of a line of CSV, trimmed; quotes around a field are undone. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; ) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(line);
    const end = line.indexOf(',', at + (quoted?.[0].length ?? 0));
    const stop = end < 0 ? line.length : end;
    fields.push(quoted ? quoted[1]!.replaceAll('""', '"').trim() : line.slice(at, stop).trim());
    at = stop + 1;
  }
  return fields;
}

const invalid = (option: TableOption, line: string, i: number) => {
  const [example, columns] =
    option === 'asnTable'
      ? ['192.0.2.0/24,64500', 'the number of its autonomous system, named network and asn']
      : ['192.0.2.0/24,DE', 'its country, named network and country'];
  return new ConfigError(
    'INVALID_OPTION',
    `${option} must have lines such as ${example}. Line ${i + 1} is ${JSON.stringify(line.slice(0, 120))}.`,
    { hint: `Give CSV with a network and ${columns} or in the first two columns.` },
  );
};
