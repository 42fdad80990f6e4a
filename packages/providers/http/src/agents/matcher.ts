import { type AgentPattern, addPattern, EDGE, type State } from './pattern.js';

/** More states than this, and the table is thrown away and grown again: memory stays bounded whatever texts come. */
const MAX_STATES = 32_768;

/** What the automaton is in: everything that a pattern begun with the last character leads to, and `further` states of patterns begun before. */
interface Place {
  readonly last: number;
  readonly further: readonly number[];
}

/**
 * Many patterns as one automaton, made deterministic as texts pass through it. A text is read once from left to
 * right, one table look-up for each character: the cost is linear in its length and does not grow with the patterns.
 */
export class Matcher {
  private readonly states: State[] = [];
  /** Character code → class; characters that no pattern tells apart share one. */
  private readonly classOf: Uint8Array;
  private readonly width: number;
  private readonly starts: readonly number[];
  /** By class: where patterns that begin with such a character are behind it. */
  private readonly begun: (readonly number[] | undefined)[] = [];
  /** By class and class: where those of the first are behind a character of the second. */
  private readonly second: (readonly number[] | undefined)[] = [];
  private table: Int32Array = new Int32Array(0);
  private places: Place[] = [];
  /** Bits of the lists whose patterns each place accepts. */
  private bits: number[] = [];
  private index = new Map<string, number>();

  constructor(private readonly patterns: readonly AgentPattern[]) {
    this.starts = this.closure(patterns.map((pattern, id) => addPattern(this.states, pattern, id)));
    this.classOf = characterClasses(this.states);
    this.width = Math.max(...this.classOf) + 1;
    this.reset();
  }

  /**
   * Bits of the lists of which a pattern occurs in the text, the characters `from` … `to` left out. Only the first 2,048
   * characters are looked at.
   */
  lists(text: string, from = 0, to = 0): number {
    const length = Math.min(text.length, 2048);
    const { classOf, width } = this;
    let state = this.to(0, EDGE);
    let { table, bits } = this;
    let found = bits[state]!;
    for (let i = from === 0 ? to : 0; i < length; i++) {
      if (i === from && to > from) i = to;
      const code = text.charCodeAt(i);
      let next = table[state * width + classOf[Math.min(code, 128)]!]!;
      if (next < 0) {
        next = this.grow(state, Math.min(code, 128));
        ({ table, bits } = this);
      }
      state = next;
      found |= bits[state]!;
    }
    return found | this.bits[this.to(state, EDGE)]!;
  }

  /** Ids of all patterns that occur in the text, ascending. Only the first 2,048 characters are looked at. */
  match(text: string): readonly number[] {
    const found = new Set<number>();
    let state = this.step(0, EDGE, found);
    const length = Math.min(text.length, 2048);
    for (let i = 0; i < length; i++) state = this.step(state, Math.min(text.charCodeAt(i), 128), found);
    this.step(state, EDGE, found);
    return [...found].sort((a, b) => a - b);
  }

  private step(from: number, code: number, found: Set<number>): number {
    const to = this.to(from, code);
    for (const pattern of this.accepted(this.places[to]!)) found.add(pattern);
    return to;
  }

  private to(from: number, code: number): number {
    const to = this.table[from * this.width + this.classOf[code]!]!;
    return to >= 0 ? to : this.grow(from, code);
  }

  private grow(from: number, code: number): number {
    const { last, further } = this.places[from]!;
    const kind = this.classOf[code]!;
    const begun = this.begunBy(code);
    const next = this.closure(this.follow(further, code)).concat(this.secondBy(last, code));
    const place = {
      last: kind,
      further: [...new Set(next)].filter((state) => !begun.includes(state)).sort((a, b) => a - b),
    };
    if (this.places.length >= MAX_STATES) {
      this.reset();
      return this.intern(place);
    }
    const to = this.intern(place);
    this.table[from * this.width + kind] = to;
    return to;
  }

  private begunBy(code: number): readonly number[] {
    const kind = this.classOf[code]!;
    this.begun[kind] ??= this.closure(this.follow(this.starts, code));
    return this.begun[kind];
  }

  private secondBy(last: number, code: number): readonly number[] {
    if (last < 0) return [];
    const at = last * this.width + this.classOf[code]!;
    this.second[at] ??= this.closure(this.follow(this.begun[last]!, code));
    return this.second[at];
  }

  private follow(set: readonly number[], code: number): number[] {
    const reached: number[] = [];
    for (const state of set) {
      const { set: taken, next } = this.states[state]!;
      if (taken?.[code] === 1) reached.push(...next);
    }
    return reached;
  }

  private intern(place: Place): number {
    const key = `${place.last}:${place.further.join(',')}`;
    const known = this.index.get(key);
    if (known !== undefined) return known;
    const id = this.places.length;
    this.index.set(key, id);
    this.places.push(place);
    this.bits.push(this.accepted(place).reduce((bits, pattern) => bits | (this.patterns[pattern]!.bit ?? 0), 0));
    if ((id + 1) * this.width > this.table.length) {
      const larger = new Int32Array(Math.max(64 * this.width, this.table.length * 2)).fill(-1);
      larger.set(this.table);
      this.table = larger;
    }
    return id;
  }

  /** Patterns that end in a place. */
  private accepted({ last, further }: Place): number[] {
    const begun = last < 0 ? [] : this.begun[last]!;
    return [...begun, ...further].map((state) => this.states[state]!.accept).filter((accept) => accept >= 0);
  }

  private reset(): void {
    this.table = new Int32Array(0);
    this.places = [];
    this.bits = [];
    this.index = new Map();
    this.intern({ last: -1, further: [] });
  }

  /** States that take a character or accept, forks followed; ascending, each once. */
  private closure(from: readonly number[]): number[] {
    const seen = new Set<number>();
    const result: number[] = [];
    const stack = [...from];
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (seen.has(state)) continue;
      seen.add(state);
      const { set, next, accept } = this.states[state]!;
      if (set !== null || accept >= 0) result.push(state);
      if (set === null) stack.push(...next);
    }
    return result.sort((a, b) => a - b);
  }
}

/** Numbers the codes 0 … {@link EDGE} so that two have one number if every state takes both or neither. */
function characterClasses(states: readonly State[]): Uint8Array {
  const sets = [...new Set(states.flatMap(({ set }) => (set === null ? [] : [set])))];
  const known = new Map<string, number>();
  return Uint8Array.from({ length: EDGE + 1 }, (_, code) => {
    const key = sets.map((set) => set[code]).join('');
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
}
