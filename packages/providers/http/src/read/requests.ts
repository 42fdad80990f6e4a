import { isAttack } from './attacks.js';
import type { Facts, REQUEST_FACTS } from './columns.js';
import { type Dictionary, OTHER, type TextDecoding } from './dictionary.js';
import { RESOURCES, readTarget, templateOf } from './target.js';

/** What is known of one request line; codes of its parts. One object per distinct line of the log. */
export type RequestFacts = Facts<typeof REQUEST_FACTS>;

export interface RequestDictionaries {
  readonly method: Dictionary;
  readonly protocol: Dictionary;
  readonly host: Dictionary;
  readonly target: Dictionary;
  readonly path: Dictionary;
  readonly template: Dictionary;
  readonly folder: Dictionary;
  readonly query: Dictionary;
  readonly node: Dictionary;
}

const BAD: Omit<RequestFacts, 'id'> = {
  method_id: -1,
  protocol_id: -1,
  target_host_id: -1,
  target_id: -1,
  path_id: -1,
  template_id: -1,
  folder_id: -1,
  query_id: -1,
  item_number: Number.NaN,
  depth: Number.NaN,
  node_id: -1,
  parent_id: -1,
  topic_item: -1,
  resource_id: Number.NaN,
  sensitive: 0,
  login: 0,
  trap: 0,
  robots_text: 0,
  attack: 0,
  bad_request: 1,
  garbage: 1,
};

const OVERFLOW = `GET /${OTHER} HTTP/1.1`;

const same = (text: string): string => text;

/** Takes request lines apart, each distinct one once. */
export class Requests {
  /** Every distinct one, at its `id`. */
  readonly all: RequestFacts[] = [];
  private readonly known = new Map<string, RequestFacts>();
  private readonly bad: RequestFacts;
  private readonly silent: RequestFacts;

  constructor(
    private readonly into: RequestDictionaries,
    private readonly decoding: TextDecoding,
    private readonly traps: readonly string[],
    private readonly cap: number,
    /** Place of each path that has topics. */
    private readonly topicItems: ReadonlyMap<string, number> = new Map(),
  ) {
    this.bad = this.add(BAD);
    this.silent = this.add({ ...BAD, garbage: 0 });
  }

  private add(facts: Omit<RequestFacts, 'id'>): RequestFacts {
    const added = { id: this.all.length, ...facts };
    this.all.push(added);
    return added;
  }

  /** Facts of `method target protocol`; what is none of that (nothing sent, binary bytes) has the flag `bad`. */
  line(raw: string): RequestFacts {
    const known = this.known.get(raw);
    if (known) return known;
    // Beyond the cap all further lines are one, or memory would grow with the log.
    const key = this.known.size < this.cap ? raw : OVERFLOW;
    const facts = this.known.get(key) ?? this.read(key);
    this.known.set(Buffer.from(key, 'latin1').toString('latin1'), facts);
    return facts;
  }

  private read(raw: string): RequestFacts {
    if (raw === '' || raw === '-') return this.silent;
    const first = raw.indexOf(' ');
    const method = raw.slice(0, first);
    if (first <= 0 || !isMethod(method)) return this.bad;
    const last = raw.lastIndexOf(' ');
    const hasProtocol = last > first && raw.startsWith('HTTP/', last + 1);
    const target = raw.slice(first + 1, hasProtocol ? last : undefined);
    const protocol = hasProtocol ? raw.slice(last + 1) : last > first ? null : 'HTTP/0.9';
    return target === '' ? this.bad : this.split(method, target, protocol);
  }

  /** Facts of parts that a format keeps apart. */
  parts(method: string, target: string, protocol: string | null): RequestFacts {
    if (!isMethod(method)) return this.bad;
    return this.line(`${method} ${target} ${protocol?.startsWith('HTTP/') ? protocol : `HTTP/${protocol ?? ''}`}`);
  }

  private split(method: string, rawTarget: string, protocol: string | null): RequestFacts {
    const { into, decoding } = this;
    const target = readTarget(rawTarget);
    const path = into.path.code(target.path, decoding.decode);
    const slash = target.path.lastIndexOf('/');
    const node = target.path.endsWith('/') ? target.path.slice(0, -1) : target.path;
    return this.add({
      method_id: into.method.code(method.toUpperCase(), same),
      protocol_id: protocol === null || protocol === 'HTTP/' ? -1 : into.protocol.code(protocol, decoding.decode),
      target_host_id: target.host === null ? -1 : into.host.code(target.host, decoding.decode),
      // Only the code is kept: values of a query are nobody's business.
      target_id: into.target.code(target.query === null ? target.path : `${target.path}?${target.query}`, () => ''),
      path_id: path,
      template_id: into.template.code(templateOf(target.path), decoding.decode),
      folder_id: into.folder.code(target.path.slice(0, slash + 1), () => ''),
      query_id: target.queryKeys === null ? -1 : into.query.code(target.queryKeys, decoding.decode),
      item_number: lastNumber(target.path),
      depth: target.depth,
      node_id: into.node.code(node, () => ''),
      parent_id: node === '' ? -1 : into.node.code(node.slice(0, node.lastIndexOf('/')), () => ''),
      topic_item: this.topicItems.get(into.path.values[path]!) ?? -1,
      resource_id: RESOURCES.indexOf(target.resource),
      sensitive: target.sensitive,
      login: target.login,
      trap: this.traps.some((trap) => target.path === trap || target.path.startsWith(`${trap}/`)) ? 1 : 0,
      attack: isAttack(rawTarget) ? 1 : 0,
      robots_text: rawTarget.includes('robots.txt') ? 1 : 0,
      bad_request: 0,
      garbage: 0,
    });
  }
}

/** Letters, at most twenty, hyphens between; everything else is no request. */
function isMethod(text: string): boolean {
  if (text.length === 0 || text.length > 20 || text.charCodeAt(0) === 0x2d) return false;
  for (let i = 0; i < text.length; i++) {
    const low = text.charCodeAt(i) | 0x20;
    if ((low < 0x61 || low > 0x7a) && text.charCodeAt(i) !== 0x2d && text.charCodeAt(i) !== 0x5f) return false;
  }
  return true;
}

/** The last run of at most 15 digits; NaN if there is none. */
function lastNumber(path: string): number {
  let end = path.length;
  while (end > 0 && !isDigit(path.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > 0 && end - start < 15 && isDigit(path.charCodeAt(start - 1))) start--;
  return start === end ? Number.NaN : Number(path.slice(start, end));
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
