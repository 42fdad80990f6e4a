import type { Dictionary, TextDecoding } from './dictionary.js';
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

/** What a referrer says: where it is, and what kind of place. */
export interface ReferrerFacts {
  /** Origin and path; the query is not kept. */
  readonly id: number;
  /** Code of its host; −1 = none. */
  readonly host: number;
  /** Place in `REFERRER_KINDS`; hosts of the site itself are told apart once they are known. */
  readonly kind: number;
  readonly path: number;
}

const NONE = 0;
const SEARCH_KIND = 2;
const OTHER_KIND = 3;

/** Referrers, each distinct one looked at once. */
export class Referrers {
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
    const facts = this.read(raw);
    if (this.known.size < this.cap) this.known.set(Buffer.from(raw, 'latin1').toString('latin1'), facts);
    return facts;
  }

  private read(raw: string): ReferrerFacts {
    const target = raw === '' ? null : readTarget(raw);
    const kept =
      target === null ? '' : target.host === null ? target.path : `${schemeOf(raw)}${target.host}${target.path}`;
    const id = this.dictionary.code(kept, this.decoding.decode);
    if (target === null) return { id, host: -1, kind: NONE, path: -1 };
    const labels = (target.host ?? '').split('.');
    const isSearch = labels.some((label) => SEARCH.includes(label));
    const path = target.host === null ? -1 : this.paths.code(target.path, this.decoding.decode);
    const host = target.host === null ? -1 : this.hosts.code(siteOf(target.host), this.decoding.decode);
    return { id, host, kind: isSearch ? SEARCH_KIND : OTHER_KIND, path };
  }
}

const schemeOf = (raw: string): string => raw.slice(0, raw.indexOf('://') + 3).toLowerCase();

/** A host without `www.` and port: two that agree in it are one site. */
export const siteOf = (host: string): string => host.replace(/^www\./, '').replace(/:\d+$/, '');
