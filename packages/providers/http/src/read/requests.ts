import type { Dictionary, TextDecoding } from './dictionary.js';
import { RESOURCES, readTarget, templateOf } from './target.js';

/** What is known of one request line; codes of its parts. One object per distinct line of the log. */
export interface RequestFacts {
  readonly method: number;
  readonly protocol: number;
  readonly host: number;
  readonly target: number;
  readonly path: number;
  readonly template: number;
  readonly folder: number;
  readonly query: number;
  readonly item: number;
  readonly depth: number;
  readonly resource: number;
  readonly sensitive: number;
  readonly trap: number;
  readonly bad: number;
}

export interface RequestDictionaries {
  readonly method: Dictionary;
  readonly protocol: Dictionary;
  readonly host: Dictionary;
  readonly target: Dictionary;
  readonly path: Dictionary;
  readonly template: Dictionary;
  readonly folder: Dictionary;
  readonly query: Dictionary;
}

const BAD: RequestFacts = {
  method: -1,
  protocol: -1,
  host: -1,
  target: -1,
  path: -1,
  template: -1,
  folder: -1,
  query: -1,
  item: Number.NaN,
  depth: Number.NaN,
  resource: Number.NaN,
  sensitive: 0,
  trap: 0,
  bad: 1,
};

const same = (text: string): string => text;

/** Takes request lines apart, each distinct one once. */
export class Requests {
  private readonly known = new Map<string, RequestFacts>();

  constructor(
    private readonly into: RequestDictionaries,
    private readonly decoding: TextDecoding,
    private readonly traps: readonly string[],
    private readonly cap: number,
  ) {}

  /** Facts of `method target protocol`; what is none of that (nothing sent, binary bytes) has the flag `bad`. */
  line(raw: string): RequestFacts {
    const known = this.known.get(raw);
    if (known) return known;
    const facts = this.read(raw);
    if (this.known.size < this.cap) this.known.set(Buffer.from(raw, 'latin1').toString('latin1'), facts);
    return facts;
  }

  private read(raw: string): RequestFacts {
    const first = raw.indexOf(' ');
    const method = raw.slice(0, first);
    if (first <= 0 || !isMethod(method)) return BAD;
    const last = raw.lastIndexOf(' ');
    const hasProtocol = last > first && raw.startsWith('HTTP/', last + 1);
    const target = raw.slice(first + 1, hasProtocol ? last : undefined);
    const protocol = hasProtocol ? raw.slice(last + 1) : last > first ? null : 'HTTP/0.9';
    return target === '' ? BAD : this.parts(method, target, protocol);
  }

  /** Facts of parts that a format keeps apart. */
  parts(method: string, rawTarget: string, protocol: string | null): RequestFacts {
    const { into, decoding } = this;
    if (!isMethod(method)) return BAD;
    const target = readTarget(rawTarget);
    const path = into.path.code(target.path, decoding.decode);
    const slash = target.path.lastIndexOf('/');
    const number = lastNumber(target.path);
    return {
      method: into.method.code(method.toUpperCase(), same),
      protocol: protocol === null ? -1 : into.protocol.code(protocol, decoding.decode),
      host: target.host === null ? -1 : into.host.code(target.host, decoding.decode),
      // Only the code is kept: values of a query are nobody's business.
      target: into.target.code(target.query === null ? target.path : `${target.path}?${target.query}`, () => ''),
      path,
      template: into.template.code(templateOf(target.path), decoding.decode),
      folder: into.folder.code(target.path.slice(0, slash + 1), () => ''),
      query: target.queryKeys === null ? -1 : into.query.code(target.queryKeys, decoding.decode),
      item: number,
      depth: target.depth,
      resource: RESOURCES.indexOf(target.resource),
      sensitive: target.sensitive ? 1 : 0,
      trap: this.traps.some((trap) => target.path === trap || target.path.startsWith(`${trap}/`)) ? 1 : 0,
      bad: 0,
    };
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
