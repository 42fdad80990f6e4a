import { identifier, join, type Sql, sql } from '@deeplogbot/core';
import { PAIR } from './client-texts.js';
import type { CLIENT_FACTS, REFERRER_FACTS, REQUEST_FACTS, StoredColumn } from './columns.js';
import { type LoadedFacts, type LoadedTexts, MOST_LISTED, type RequestTable } from './table.js';

/** What a row of the log has by number: the column with its number, and the alias of its facts. */
const OWNERS = {
  request: { id: 'request_id', alias: sql`q` },
  client: { id: PAIR, alias: sql`c` },
  referrer: { id: 'source_page_id', alias: sql`p` },
} as const satisfies Record<string, { readonly id: StoredColumn; readonly alias: Sql }>;

export type Owner = keyof typeof OWNERS;
const ALL = Object.keys(OWNERS) as readonly Owner[];

export type FactName<O extends Owner> = keyof (O extends 'request'
  ? typeof REQUEST_FACTS
  : O extends 'client'
    ? typeof CLIENT_FACTS
    : typeof REFERRER_FACTS) &
  string;

/** Everything that the engine has of a log besides its rows. */
export interface LoadedLog {
  readonly facts: Readonly<Record<Owner, LoadedFacts>>;
  readonly texts: Readonly<Record<string, LoadedTexts>>;
}

/** How a query over the rows, whose alias is `r`, comes to what they have by number. */
export interface Lookups {
  fact<O extends Owner>(owner: O, name: FactName<O>): Sql;
  /** A text by its code; NULL for −1. */
  text(name: string, code: Sql): Sql;
  /** What is to stand behind FROM; to be asked for after all else. */
  from(): Sql;
}

const isLarge = ({ count }: { readonly count: number }): boolean => count > MOST_LISTED;

/** Whether anything of a log is better joined than looked up. */
export const hasLarge = ({ facts, texts }: LoadedLog): boolean =>
  ALL.some((owner) => isLarge(facts[owner])) || Object.values(texts).some(isLarge);

const listOf = (name: string): Sql => identifier(`l_${name}`);

/**
 * For whoever reads rows in their order: everything is in lists. For whoever reads them in any, facts of very many requests and
 * referrers are joined. (What is known of clients the features join themselves, and no other scan asks for it.)
 */
export function scanLookups(table: RequestTable, { facts, texts }: LoadedLog, order: 'rows' | 'any'): Lookups {
  const isJoined = (owner: Owner) => order === 'any' && owner !== 'client' && isLarge(facts[owner]);
  const joins = ALL.filter(isJoined).map((owner) => joined(table, facts, owner));
  const lists = [
    ...ALL.filter((owner) => !isJoined(owner)).map((owner) => sql`, ${facts[owner].lists} AS ${OWNERS[owner].alias}`),
    ...Object.entries(texts).map(([name, { list }]) => sql`, ${list} AS ${listOf(name)}`),
  ];
  return {
    fact: (owner, name) => factOf(table, owner, name, isJoined(owner)),
    text: (name, code) => sql`${listOf(name)}.items[${code} + 1]`,
    from: () => sql`${table.name} r${join(joins, '')}${join(lists, '')}`,
  };
}

/** The rows in their order: what is too many for lists comes from a table with one row for each, put beside them. */
export interface PlacedLookups extends Lookups {
  /** The query of that table; to be asked for after all else. @param places table of `code` and `place`, by number of client */
  query(places: Sql): Sql;
}

/**
 * For whoever needs rows in their order, which no join keeps: what is large is joined in any order, sorted by the place of the row, and
 * put beside the rows by position. Only what was asked for is in it, so the sort carries few bytes.
 */
export function placedLookups(table: RequestTable, { facts, texts }: LoadedLog, placed: Sql): PlacedLookups {
  const wanted = new Map<string, Sql>();
  const joins = ALL.filter((owner) => isLarge(facts[owner])).map((owner) => joined(table, facts, owner));
  const inner = (owner: Owner, name: string) => factOf(table, owner, name, isLarge(facts[owner]));
  const beside = (name: string, value: Sql): Sql => {
    wanted.set(name, value);
    return sql`t.${identifier(name)}`;
  };
  const smallFacts = ALL.filter((owner) => !isLarge(facts[owner]));
  const factLists = smallFacts.map((owner) => sql`, ${facts[owner].lists} AS ${OWNERS[owner].alias}`);
  const textLists = Object.entries(texts)
    .filter(([, loaded]) => !isLarge(loaded))
    .map(([name, { list }]) => sql`, ${list} AS ${listOf(name)}`);
  /** The code of a text as the table finds it, by the code as the rows do. */
  const innerCodes = new Map<Sql, Sql>();
  /** Columns of large texts by their name and the code that they are looked up by. */
  const textColumns = new Map<string, Sql>();
  return {
    fact(owner, name) {
      const value = inner(owner, name);
      const found = isLarge(facts[owner]) ? beside(`${owner}_${name}`, value) : value;
      innerCodes.set(found, value);
      return found;
    },
    text(name, code) {
      if (!isLarge(texts[name]!)) return sql`${listOf(name)}.items[${code} + 1]`;
      const innerCode = innerCodes.get(code) ?? code;
      const key = `${name} ${innerCode.text}`;
      const known = textColumns.get(key);
      if (known) return known;
      const alias = identifier(`x_${textColumns.size}`);
      joins.push(sql` LEFT JOIN ${texts[name]!.rows} AS ${alias} ON ${alias}.code = ${innerCode}`);
      const column = beside(`text_${textColumns.size}`, sql`${alias}.value`);
      textColumns.set(key, column);
      return column;
    },
    from: () => sql`${table.name} r POSITIONAL JOIN ${placed} t${join([...factLists, ...textLists], '')}`,
    query: (places) => {
      const columns = [...wanted].map(([name, value]) => sql`, ${value} AS ${identifier(name)}`);
      return sql`
        SELECT * EXCLUDE (row_place) FROM (
          SELECT r.rowid AS row_place, CAST(v.place AS INTEGER) AS place${join(columns, '')}
          FROM ${table.name} r${join(joins, '')} LEFT JOIN ${places} v ON v.code = ${table.cell(PAIR)}${join(factLists, '')}
        ) ORDER BY row_place`;
    },
  };
}

const joined = (table: RequestTable, facts: LoadedLog['facts'], owner: Owner): Sql => {
  const { id, alias } = OWNERS[owner];
  return sql` LEFT JOIN ${facts[owner].rows} AS ${alias} ON ${alias}.id = ${table.cell(id)}`;
};

const factOf = (table: RequestTable, owner: Owner, name: string, isJoined: boolean): Sql => {
  const { id, alias } = OWNERS[owner];
  const column = sql`${alias}.${identifier(name)}`;
  return isJoined ? column : sql`${column}[${table.cell(id)} + 1]`;
};
