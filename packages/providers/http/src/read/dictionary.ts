/** Values beyond the cap share this one. */
export const OTHER = '(other)';

/** Texts as small integers. Beyond `cap` distinct values every new one is {@link OTHER}, and `overflow` counts them. */
export class Dictionary {
  readonly values: string[] = [];
  overflow = 0;
  private readonly codes = new Map<string, number>();

  constructor(private readonly cap: number) {}

  /** The code of a raw text; `decode` says what is stored for one that is new. Two raw texts may store the same value. */
  code(raw: string, decode: (raw: string) => string): number {
    const known = this.codes.get(raw);
    if (known !== undefined) return known;
    if (this.codes.size >= this.cap) return this.other();
    // A slice would keep the whole chunk of the file alive that it was cut from.
    const key = flat(raw);
    const code = this.values.length;
    this.values.push(decode(key));
    this.codes.set(key, code);
    return code;
  }

  /** Whether a raw text has a code already. */
  has(raw: string): boolean {
    return this.codes.has(raw);
  }

  private other(): number {
    this.overflow++;
    const known = this.codes.get(OTHER);
    if (known !== undefined) return known;
    this.values.push(OTHER);
    this.codes.set(OTHER, this.values.length - 1);
    return this.values.length - 1;
  }
}

/** A copy that shares no memory with the text it was cut from. */
export const flat = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('latin1');

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', v: '\v', '"': '"', '\\': '\\' };

/** `\"`, `\\`, `\t`, `\n`, `\r`, `\b`, `\v` and `\xHH` once; another backslash stays as it is. */
export function undoEscapes(text: string): string {
  let slash = text.indexOf('\\');
  if (slash < 0) return text;
  const parts: string[] = [];
  let from = 0;
  while (slash >= 0 && slash + 1 < text.length) {
    const next = text[slash + 1]!;
    const hex = next === 'x' ? Number.parseInt(text.slice(slash + 2, slash + 4), 16) : Number.NaN;
    const isHex = next === 'x' && isHexDigits(text, slash + 2);
    const plain = isHex ? String.fromCharCode(hex) : ESCAPES[next];
    if (plain === undefined) {
      slash = text.indexOf('\\', slash + 1);
      continue;
    }
    parts.push(text.slice(from, slash), plain);
    from = slash + (isHex ? 4 : 2);
    slash = text.indexOf('\\', from);
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function isHexDigits(text: string, i: number): boolean {
  for (const code of [text.charCodeAt(i), text.charCodeAt(i + 1)]) {
    const low = code | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (low >= 0x61 && low <= 0x66))) return false;
  }
  return true;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Turns raw text into what is stored. Counts the texts that were no UTF-8 and stayed Latin-1. */
export class TextDecoding {
  fallbacks = 0;

  /** Escapes undone once, then UTF-8. NUL, which no column can hold, becomes U+FFFD. */
  readonly decode = (raw: string): string => {
    const bytes = undoEscapes(raw);
    if (isAscii(bytes)) return bytes;
    try {
      return utf8.decode(Buffer.from(bytes, 'latin1')).replaceAll('\u0000', '\uFFFD');
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.fallbacks++;
      return bytes.replaceAll('\u0000', '\uFFFD');
    }
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80 || code === 0) return false;
  }
  return true;
}
