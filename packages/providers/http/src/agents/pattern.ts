import { ConfigError } from '@deeplogbot/core';

/** One step of an automaton: what characters it takes and where it goes; `set` null = takes none (a fork). */
export interface State {
  /** Character codes 0 … 127 that are taken, {@link BEYOND} and {@link EDGE}. */
  set: Uint8Array | null;
  next: number[];
  /** Bit of the list of which a pattern is found on arrival, or 0. */
  bit: number;
}

type Node =
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'empty' }
  | { readonly kind: 'edge' }
  | { readonly kind: 'cat'; readonly parts: readonly Node[] }
  | { readonly kind: 'or'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: 0 | 1; readonly many: boolean };

/** Stands for every character above 127. */
export const BEYOND = 128;
/** What stands before the first and behind the last character of a text; no text holds it. */
export const EDGE = 129;

const single = (test: (code: number) => boolean): Uint8Array => {
  const set = new Uint8Array(EDGE + 1);
  for (let code = 0; code <= BEYOND; code++) set[code] = test(code) ? 1 : 0;
  return set;
};
const fold = (code: number) => (code >= 65 && code <= 90 ? code + 32 : code);
const isDigit = (code: number) => code >= 48 && code <= 57;
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13);

/** Sets of one character, made once: lists of agents are mostly literal. They are never changed. */
const EXACT: Uint8Array[] = [];
const FOLDED: Uint8Array[] = [];

const DIGIT = single(isDigit);
const SPACE = single(isSpace);
const NO_SPACE = single((c) => !isSpace(c));
const WORD = single((c) => isDigit(c) || c === 95 || (fold(c) >= 97 && fold(c) <= 122));
const NO_NEWLINE = single((c) => c !== 10);

/** Sets in brackets by their text, so that equal ones are one: a thousand names stand between the same two. */
const BRACKETS = new Map<string, Uint8Array>();

/** Reads the part of regular expressions that lists of agents use: literals, classes, groups, `|`, `?`, `*`, `+`, `^`, `$`. */
class PatternReader {
  private i = 0;
  constructor(
    private readonly text: string,
    private readonly ignoreCase: boolean,
  ) {}

  read(): Node {
    const node = this.alternatives();
    if (this.i < this.text.length) throw this.unreadable();
    return node;
  }

  private fold(code: number): number {
    return this.ignoreCase ? fold(code) : code;
  }

  private literal(code: number): Uint8Array {
    const taken = this.fold(Math.min(code, BEYOND));
    const cache = this.ignoreCase ? FOLDED : EXACT;
    cache[taken] ??= single((c) => this.fold(c) === taken);
    return cache[taken];
  }

  private alternatives(): Node {
    const parts = [this.sequence()];
    while (this.text[this.i] === '|') {
      this.i++;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.i < this.text.length && this.text[this.i] !== '|' && this.text[this.i] !== ')') parts.push(this.item());
    return parts.length === 0 ? { kind: 'empty' } : { kind: 'cat', parts };
  }

  private item(): Node {
    const part = this.atom();
    const sign = this.text[this.i];
    if (sign !== '?' && sign !== '*' && sign !== '+') return part;
    this.i++;
    return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, many: sign !== '?' };
  }

  private atom(): Node {
    const char = this.text[this.i++]!;
    if (char === '(') return this.group();
    if (char === '[') return { kind: 'set', set: this.brackets() };
    if (char === '.') return { kind: 'set', set: NO_NEWLINE };
    if (char === '^') return { kind: 'edge' };
    if (char === '$') return { kind: 'edge' };
    if (char === '\\') return { kind: 'set', set: this.escape() };
    if ('?*+{'.includes(char)) throw this.unreadable();
    return { kind: 'set', set: this.literal(char.charCodeAt(0)) };
  }

  private group(): Node {
    if (this.text.startsWith('?:', this.i)) this.i += 2;
    const node = this.alternatives();
    if (this.text[this.i++] !== ')') throw this.unreadable();
    return node;
  }

  private escape(): Uint8Array {
    const char = this.text[this.i++];
    if (char === undefined) throw this.unreadable();
    if (char === 'd') return DIGIT;
    if (char === 's') return SPACE;
    if (char === 'S') return NO_SPACE;
    if (char === 'w') return WORD;
    return this.literal(char.charCodeAt(0));
  }

  private brackets(): Uint8Array {
    const from = this.i;
    const set = this.set();
    const key = `${this.ignoreCase} ${this.text.slice(from, this.i)}`;
    const known = BRACKETS.get(key);
    if (!known) BRACKETS.set(key, set);
    return known ?? set;
  }

  private set(): Uint8Array {
    const negated = this.text[this.i] === '^';
    if (negated) this.i++;
    const set = new Uint8Array(EDGE + 1);
    for (let first = true; first || this.text[this.i] !== ']'; first = false) {
      if (this.i >= this.text.length) throw this.unreadable();
      this.addTo(set);
    }
    this.i++;
    if (negated) for (let code = 0; code <= BEYOND; code++) set[code] = set[code] ? 0 : 1;
    return set;
  }

  private addTo(set: Uint8Array): void {
    const char = this.text[this.i++]!;
    const taken = char === '\\' ? this.escape() : this.literal(char.charCodeAt(0));
    const isRange = char !== '\\' && this.text[this.i] === '-' && this.text[this.i + 1] !== ']';
    if (!isRange) {
      taken.forEach((on, code) => {
        if (on) set[code] = 1;
      });
      return;
    }
    const to = this.text.charCodeAt(this.i + 1);
    this.i += 2;
    for (let code = char.charCodeAt(0); code <= to && code < BEYOND; code++) {
      set[code] = 1;
      if (!this.ignoreCase) continue;
      set[fold(code)] = 1;
      if (fold(code) >= 97 && fold(code) <= 122) set[fold(code) - 32] = 1;
    }
  }

  private unreadable(): ConfigError {
    return new ConfigError('AGENT_PATTERN', `The agent pattern ${JSON.stringify(this.text)} is not readable.`, {
      hint: 'Use literals, [classes], (groups), |, ?, *, +, ^ and $ only.',
    });
  }
}

/** One expression to look for. */
export interface AgentPattern {
  readonly text: string;
  readonly ignoreCase: boolean;
  /** Stands for the list it is of. */
  readonly bit: number;
}

/** Takes {@link EDGE} alone. */
const AT_EDGE = Uint8Array.from({ length: EDGE + 1 }, (_, code) => (code === EDGE ? 1 : 0));

/** Adds a pattern to an automaton; returns the state it begins in. Texts are read with {@link EDGE} at both ends. */
export function addPattern(states: State[], pattern: AgentPattern): number {
  const add = (state: Partial<State>): number => states.push({ set: null, next: [], bit: 0, ...state }) - 1;
  /** Links a node so that it goes on to `next`; returns where it begins. */
  const link = (node: Node, next: number): number => {
    if (node.kind === 'empty') return next;
    if (node.kind === 'edge') return add({ set: AT_EDGE, next: [next] });
    if (node.kind === 'set') return add({ set: node.set, next: [next] });
    if (node.kind === 'cat') return node.parts.reduceRight((after, part) => link(part, after), next);
    if (node.kind === 'or') return add({ next: node.parts.map((part) => link(part, next)) });
    const fork = add({ next: [next] });
    const begin = link(node.part, node.many ? fork : next);
    states[fork]!.next.push(begin);
    return node.min === 1 ? begin : fork;
  };
  return link(new PatternReader(pattern.text, pattern.ignoreCase).read(), add({ bit: pattern.bit }));
}
