/** An address as 32-bit words: one for IPv4, four for IPv6. */
export type Words = readonly number[];

/** IPv4 or IPv6 text (brackets, zone id and a mapped IPv4 undone) to words; null for a host name or anything else. */
export function parseAddress(text: string): Words | null {
  let host = text;
  if (host.startsWith('[')) {
    const close = host.indexOf(']');
    if (close < 0) return null;
    host = host.slice(1, close);
  }
  const zone = host.indexOf('%');
  if (zone >= 0) host = host.slice(0, zone);
  return host.includes(':') ? parseV6(host) : parseV4(host);
}

function parseV4(text: string): Words | null {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    const n = octet(part);
    if (Number.isNaN(n)) return null;
    value = value * 256 + n;
  }
  return [value];
}

function octet(text: string): number {
  if (text.length === 0 || text.length > 3) return Number.NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value <= 255 ? value : Number.NaN;
}

const isGroup = (text: string): boolean => {
  if (text.length === 0 || text.length > 4) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const low = code | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (low >= 0x61 && low <= 0x66))) return false;
  }
  return true;
};

function parseV6(text: string): Words | null {
  if (text.length > 45) return null;
  const halves = text.split('::', 3);
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const all = [...head, ...(tail ?? [])];
  const last = all.at(-1);
  const v4 = last?.includes('.') ? parseV4(last) : null;
  if (last?.includes('.') && !v4) return null;
  if (!all.slice(0, v4 ? -1 : undefined).every(isGroup)) return null;
  const inTail = tail !== undefined && tail.length > 0;
  const groups = (list: readonly string[], withV4: boolean): number[] =>
    list.flatMap((group, i) =>
      withV4 && i === list.length - 1 ? [Math.floor(v4![0]! / 65_536), v4![0]! % 65_536] : [Number.parseInt(group, 16)],
    );
  const front = groups(head, v4 !== null && !inTail);
  const back = groups(tail ?? [], v4 !== null && inTail);
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const g = [...front, ...new Array<number>(missing).fill(0), ...back];
  const words = [0, 2, 4, 6].map((i) => g[i]! * 65_536 + g[i + 1]!);
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? [words[3]!] : words;
}

const v4Text = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
const v6Text = (words: Words, groups: number): string =>
  `${words
    .flatMap((word) => [word >>> 16, word & 0xffff])
    .slice(0, groups)
    .map((group) => group.toString(16))
    .join(':')}::`;

/** What a client is known by: an IPv4 address whole, the /64 of an IPv6 address, a host name in lower case. */
export function addressKey(text: string, words: Words | null): string {
  if (!words) return text.toLowerCase();
  return words.length === 1 ? v4Text(words[0]!) : `${v6Text(words, 4)}/64`;
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address, a host name itself. */
export function subnetKey(text: string, words: Words | null): string {
  if (!words) return text.toLowerCase();
  return words.length === 1 ? `${v4Text((words[0]! & 0xffffff00) >>> 0)}/24` : `${v6Text(words, 3)}/48`;
}

/** The addresses that begin with the first `bits` of `words`. */
export interface Range {
  readonly words: Words;
  readonly bits: number;
}

/** `address` or `address/bits`, the bits 0 … 32 or 128 in digits; null for anything else. */
export function parseRange(cidr: string): Range | null {
  const [text = '', bitsText, ...rest] = cidr.split('/');
  const words = parseAddress(text);
  if (!words || rest.length > 0) return null;
  const most = words.length * 32;
  if (bitsText === undefined) return { words, bits: most };
  return /^\d{1,3}$/.test(bitsText) && Number(bitsText) <= most ? { words, bits: Number(bitsText) } : null;
}

/** Address ranges of both families. */
export class Ranges {
  private readonly ranges: Range[] = [];

  /** `address` or `address/bits`; false if it is neither. */
  add(cidr: string): boolean {
    const range = parseRange(cidr);
    if (range) this.ranges.push(range);
    return range !== null;
  }

  has(address: Words): boolean {
    return this.ranges.some(({ words, bits }) => words.length === address.length && samePrefix(words, address, bits));
  }
}

function samePrefix(a: Words, b: Words, bits: number): boolean {
  for (let i = 0; i * 32 < bits; i++) {
    const rest = Math.min(32, bits - i * 32);
    const mask = rest === 32 ? 0xffffffff : ~(0xffffffff >>> rest);
    if (((a[i]! ^ b[i]!) & mask) !== 0) return false;
  }
  return true;
}
