import type { Facts, REFERRER_FACTS } from './columns.js';
import { type Dictionary, OTHER, type TextDecoding } from './dictionary.js';
import { readTarget } from './target.js';

/** Hosts of search engines, as the end of a host name or as a label before any country. */
const SEARCH = [
  'google',
  'bing',
  'duckduckgo',
  'yahoo',
  'baidu',
  'yandex',
  'ecosia',
  'qwant',
  'startpage',
  'sogou',
  'naver',
];

/** What a referrer says: where it is (origin and path; the query is not kept), and what kind of place. */
export type ReferrerFacts = Facts<typeof REFERRER_FACTS>;

const NONE = 0;
const SEARCH_KIND = 2;
const OTHER_KIND = 3;

/** Referrers, each distinct one looked at once. */
export class Referrers {
  /** Every distinct one, at its `id`. */
  readonly all: ReferrerFacts[] = [];
  private readonly known = new Map<string, ReferrerFacts>();

  constructor(
    private readonly dictionary: Dictionary,
    readonly hosts: Dictionary,
    private readonly paths: Dictionary,
    private readonly decoding: TextDecoding,
    private readonly cap: number,
  ) {}

  look(raw: string): ReferrerFacts {
    const known = this.known.get(raw);
    if (known) return known;
    // Beyond the cap all further ones are one, or memory would grow with the log.
    const key = this.known.size < this.cap ? raw : OTHER;
    const facts = this.known.get(key) ?? { id: this.all.length, ...this.read(key) };
    if (facts.id === this.all.length) this.all.push(facts);
    this.known.set(Buffer.from(key, 'latin1').toString('latin1'), facts);
    return facts;
  }

  private read(raw: string): Omit<ReferrerFacts, 'id'> {
    const target = raw === '' ? null : readTarget(raw);
    const kept =
      target === null ? '' : target.host === null ? target.path : `${schemeOf(raw)}${target.host}${target.path}`;
    const id = this.dictionary.code(kept, this.decoding.decode);
    if (target === null) return { referrer_id: id, referrer_host_id: -1, referrer_kind_id: NONE, referrer_path_id: -1 };
    const path = target.host === null ? -1 : this.paths.code(target.path, this.decoding.decode);
    const host = target.host === null ? -1 : this.hosts.code(siteOf(target.host), this.decoding.decode);
    return {
      referrer_id: id,
      referrer_host_id: host,
      referrer_kind_id: isSearch(target.host ?? '') ? SEARCH_KIND : OTHER_KIND,
      referrer_path_id: path,
    };
  }
}

/** Whether a host is of a search engine, whatever its country. */
export const isSearch = (host: string): boolean => host.split('.').some((label) => SEARCH.includes(label));

const schemeOf = (raw: string): string => raw.slice(0, raw.indexOf('://') + 3).toLowerCase();

/** A host without `www.` and port: two that agree in it are one site. */
export const siteOf = (host: string): string => host.replace(/^www\./, '').replace(/:\d+$/, '');
