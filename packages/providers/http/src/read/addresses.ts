import { addressKey, parseAddress, subnetKey, type Words } from './address.js';
import { flat, OTHER } from './dictionary.js';
import { IntegerList, NumberIndex } from './number-index.js';

const HASH_BYTES = 16;

/**
 * Addresses as codes, each with its network and its salted hash. IPv4 is kept as numbers: 40 bytes for each address
 * in all. What is none is kept as text.
 */
export class Addresses {
  overflow = 0;
  private byWord = new NumberIndex();
  private bySubnet = new NumberIndex();
  private readonly byText = new Map<string, number>();
  private readonly byKey = new Map<string, number>();
  private readonly subnetTexts = new Map<string, number>();
  private subnets = 0;
  private readonly subnet = new IntegerList();
  /** The IPv4 address as a signed number; of others 0, and their key is in {@link keys}. */
  private readonly words = new IntegerList();
  private readonly keys = new Map<number, string>();
  private hashes = Buffer.alloc(1024 * HASH_BYTES);
  private other = -1;
  private last = '';
  private lastCode = -1;

  constructor(
    private readonly cap: number,
    private readonly hash: (text: string) => string,
  ) {}

  get count(): number {
    return this.subnet.length;
  }

  /** Code of an address as it is written; IPv6 by its /64. Neighbouring lines are often of one. */
  code(raw: string): number {
    if (raw === this.last) return this.lastCode;
    const word = v4Word(raw);
    const known = word >= 0 ? this.byWord.get(word) : (this.byText.get(raw) ?? -1);
    this.lastCode = known >= 0 ? known : this.add(raw, word);
    this.last = raw;
    return this.lastCode;
  }

  /** Forgets what only {@link code} needs. */
  seal(): void {
    this.byWord = new NumberIndex();
    this.bySubnet = new NumberIndex();
    for (const index of [this.byText, this.byKey, this.subnetTexts]) index.clear();
  }

  subnetOf(code: number): number {
    return this.subnet.at(code);
  }

  /** What the address is known by: IPv4 whole, the /64 of IPv6, a host name in lower case. */
  keyOf(code: number): string {
    return this.keys.get(code) ?? v4Text(this.words.at(code) >>> 0);
  }

  /** An IPv4 address; null of what is none. */
  wordsOf(code: number): Words | null {
    return this.keys.has(code) ? null : [this.words.at(code) >>> 0];
  }

  /** 128 bits in hexadecimal. */
  hashOf(code: number): string {
    return this.hashes.toString('hex', code * HASH_BYTES, (code + 1) * HASH_BYTES);
  }

  private add(raw: string, word: number): number {
    if (word >= 0) return this.addWord(word);
    const words = parseAddress(raw);
    if (words?.length === 1) {
      const known = this.byWord.get(words[0]!);
      return this.remember(raw, known >= 0 ? known : this.addWord(words[0]!));
    }
    const key = addressKey(flat(raw), words);
    const known = this.byKey.get(key);
    if (known !== undefined) return this.remember(raw, known);
    if (this.count >= this.cap) return this.overflown();
    const code = this.next(key, this.textSubnet(subnetKey(flat(raw), words)), 0);
    this.keys.set(code, key);
    this.byKey.set(key, code);
    return this.remember(raw, code);
  }

  private remember(raw: string, code: number): number {
    if (this.byText.size < this.cap) this.byText.set(flat(raw), code);
    return code;
  }

  private addWord(word: number): number {
    if (this.count >= this.cap) return this.overflown();
    const net = Math.floor(word / 256);
    let subnet = this.bySubnet.get(net);
    if (subnet < 0) {
      subnet = this.subnets++;
      this.bySubnet.add(net, subnet);
    }
    const code = this.next(v4Text(word), subnet, word);
    this.byWord.add(word, code);
    return code;
  }

  private textSubnet(key: string): number {
    const known = this.subnetTexts.get(key);
    if (known !== undefined) return known;
    this.subnetTexts.set(key, this.subnets);
    return this.subnets++;
  }

  private next(key: string, subnet: number, word: number): number {
    const code = this.count;
    this.subnet.push(subnet);
    this.words.push(word | 0);
    if ((code + 1) * HASH_BYTES > this.hashes.length) {
      this.hashes = Buffer.concat([this.hashes], this.hashes.length * 2);
    }
    this.hashes.write(this.hash(key), code * HASH_BYTES, 'hex');
    return code;
  }

  private overflown(): number {
    this.overflow++;
    return this.others();
  }

  /** The place of all addresses beyond the cap. */
  others(): number {
    if (this.other < 0) {
      this.other = this.next(OTHER, this.textSubnet(OTHER), 0);
      this.keys.set(this.other, OTHER);
    }
    return this.other;
  }
}

/** Four numbers up to 255 with dots between, as one; −1 for anything else. */
function v4Word(text: string): number {
  let word = 0;
  let part = -1;
  let parts = 1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9) {
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    } else if (digit === -2 && part >= 0) {
      word = word * 256 + part;
      part = -1;
      parts++;
    } else return -1;
  }
  return parts === 4 && part >= 0 && text.length <= 15 ? word * 256 + part : -1;
}

const v4Text = (word: number): string => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
