import { Resolver } from 'node:dns/promises';
import { parseAddress, type Words } from '../read/address.js';
import type { Claim } from './verify.js';

/** What is asked of a name server; a `Resolver` of `node:dns/promises` is one. */
export interface NameResolver {
  resolvePtr(name: string): Promise<string[]>;
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
}

/** Ends of the names that an operator's crawlers have, as it says in its own documentation. */
const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  googlebot: ['.googlebot.com', '.google.com', '.googleusercontent.com'],
  bing: ['.search.msn.com'],
  apple: ['.applebot.apple.com'],
  yandex: ['.yandex.ru', '.yandex.net', '.yandex.com'],
  baidu: ['.baidu.com', '.baidu.jp'],
  yahoo: ['.crawl.yahoo.net'],
  seznam: ['.seznam.cz'],
  petal: ['.petalsearch.com', '.aspiegel.com'],
  pinterest: ['.pinterest.com'],
  mailru: ['.mail.ru'],
  commoncrawl: ['.crawl.commoncrawl.org'],
  amazonbot: ['.crawl.amazonbot.amazon'],
  sogou: ['.sogou.com'],
};

/** An address that claims to be of an operator. */
export interface NamedClaim {
  readonly address: string;
  readonly operator: string;
}

export interface ReverseDnsLimits {
  /** Questions under way at once. @defaultValue 16 */
  readonly concurrency?: number;
  /** How long one answer may take, milliseconds. @defaultValue 2,000 */
  readonly timeoutMs?: number;
  /** How long all of them may take, milliseconds; what is left is not known. @defaultValue 60,000 */
  readonly budgetMs?: number;
}

/** A resolver that asks each name server once. */
export const systemResolver = (timeout = 2000): NameResolver => new Resolver({ timeout, tries: 1 });

/** Whether names say anything about crawlers of this operator. */
export const hasNames = (operator: string): boolean => DOMAINS[operator] !== undefined;

/**
 * Whether the names of addresses are those of the operators they claim: the address must have a name in a domain of the
 * operator, and that name the address, because anybody can give his own address any name. No answer, or one that comes
 * too late, says nothing. Equal addresses are asked for once. The result is in the order of the claims.
 */
export async function confirmByName(
  claims: readonly NamedClaim[],
  resolver: NameResolver,
  { concurrency = 16, timeoutMs = 2000, budgetMs = 60_000 }: ReverseDnsLimits = {},
): Promise<Claim[]> {
  const deadline = performance.now() + budgetMs;
  const known = new Map<string, Promise<Claim>>();
  const results: Claim[] = new Array(claims.length).fill('unknown');
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < claims.length; i = next++) {
      if (performance.now() > deadline) return;
      const { address, operator } = claims[i]!;
      const key = `${operator} ${address}`;
      const answer = known.get(key) ?? confirm(address, DOMAINS[operator] ?? [], resolver, timeoutMs);
      known.set(key, answer);
      results[i] = await answer;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, claims.length) }, worker));
  return results;
}

async function confirm(
  address: string,
  domains: readonly string[],
  resolver: NameResolver,
  timeoutMs: number,
): Promise<Claim> {
  const words = parseAddress(address);
  if (domains.length === 0 || !words) return 'unknown';
  const names = await answerOf(resolver.resolvePtr(reverseName(words)), timeoutMs);
  if (names === null) return 'unknown';
  const own = names
    .map((name) => name.toLowerCase().replace(/\.$/, ''))
    .filter((name) => domains.some((domain) => name.endsWith(domain)));
  for (const name of own.slice(0, 4)) {
    const forward = words.length > 1 ? resolver.resolve6(name) : resolver.resolve4(name);
    const addresses = await answerOf(forward, timeoutMs);
    if (addresses === null) return 'unknown';
    if (addresses.some((each) => isSame(parseAddress(each), words))) return 'verified';
  }
  return 'refuted';
}

/** The name under which the names of an address are kept (RFC 1035, 3596). */
export function reverseName(words: Words): string {
  if (words.length === 1) return `${[0, 8, 16, 24].map((shift) => (words[0]! >>> shift) & 255).join('.')}.in-addr.arpa`;
  const digits = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

const isSame = (a: Words | null, b: Words): boolean => a?.length === b.length && a.every((word, i) => word === b[i]);

/** An answer; the empty list where there is none such (NXDOMAIN, no data); null where nobody answered in time. */
async function answerOf(question: Promise<string[]>, timeoutMs: number): Promise<string[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, null);
  });
  try {
    return await Promise.race([question, late]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : null;
  } finally {
    clearTimeout(timer);
  }
}
