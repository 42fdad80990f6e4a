import { type AgentPattern, addPattern, EDGE, type State } from './pattern.js';

/** States that take a character, and the bits of the lists whose patterns ended on the way to them. */
interface Reach {
  readonly states: readonly number[];
  readonly bits: number;
}

/** States by the classes of characters that they take. */
type ByClass = readonly (readonly number[] | undefined)[];

/** Where patterns are that began with the last character. */
interface Begun extends Reach {
  readonly members: ReadonlySet<number>;
  readonly next: ByClass;
}

/** Where a text has led. */
export interface Place {
  /** Class of the last character, which says all that patterns begun with it lead to; −1 before the first. */
  readonly last: number;
  /** States of patterns begun before, ascending. */
  readonly further: readonly number[];
  /** Of the lists whose patterns end here. */
  readonly bits: number;
  /** Equal for equal places only. */
  readonly key: string;
}

/**
 * Many patterns as one automaton that is in many states at once. Patterns begin anywhere, so behind each character stand the same
 * hundreds of states of those just begun: they are worked out once for each class of characters, and each pair of classes.
 */
export class Automaton {
  /** Where every text begins; patterns that take nothing end here. */
  readonly start: Place;
  /** Character code → class; characters that no pattern tells apart share one. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  private readonly states: State[] = [];
  /** By set of characters: its classes. */
  private readonly kinds: ReadonlyMap<Uint8Array, readonly number[]>;
  /** States in which patterns begin, by the classes that they take. */
  private readonly starts: ByClass;
  /** By state: what is behind it. This list and the next two are filled as they are asked for. */
  private readonly behind: (Reach | undefined)[] = [];
  /** By class: where patterns that begin with such a character are behind it. */
  private readonly begun: (Begun | undefined)[] = [];
  /** By the last character, none or a class, and the next: where patterns are that began with one of both. */
  private readonly fresh: (Place | undefined)[] = [];

  constructor(patterns: readonly AgentPattern[]) {
    const starts = this.closure(patterns.map((pattern) => addPattern(this.states, pattern)));
    this.start = placeOf(-1, [], starts.bits);
    const sets = [...new Set(this.states.map(({ set }) => set))].filter((set) => set !== null);
    this.classOf = characterClasses(sets);
    this.classes = Math.max(...this.classOf) + 1;
    this.kinds = new Map(sets.map((set) => [set, classesIn(set, this.classOf)]));
    this.starts = this.byClass(starts.states);
  }

  /** Where a character of a class leads. */
  step({ last, further }: Place, kind: number): Place {
    const fresh = this.freshBy(last, kind);
    const code = this.classOf.indexOf(kind);
    const going = further.filter((state) => this.states[state]!.set![code] === 1);
    if (going.length === 0) return fresh;
    const { members } = this.begunBy(kind);
    const old = this.past(going);
    const states = new Set(fresh.further);
    for (const state of old.states) if (!members.has(state)) states.add(state);
    return placeOf(kind, [...states], fresh.bits | old.bits);
  }

  private begunBy(kind: number): Begun {
    const known = this.begun[kind];
    if (known) return known;
    const reach = this.past(this.starts[kind] ?? []);
    const begun = { ...reach, members: new Set(reach.states), next: this.byClass(reach.states) };
    this.begun[kind] = begun;
    return begun;
  }

  private freshBy(last: number, kind: number): Place {
    const at = (last + 1) * this.classes + kind;
    const known = this.fresh[at];
    if (known) return known;
    const begun = this.begunBy(kind);
    const second = this.past(last < 0 ? [] : (this.begunBy(last).next[kind] ?? []));
    const further = second.states.filter((state) => !begun.members.has(state));
    const fresh = placeOf(kind, further, begun.bits | second.bits);
    this.fresh[at] = fresh;
    return fresh;
  }

  /** What is behind states; each once. */
  private past(states: readonly number[]): Reach {
    const reached = new Set<number>();
    let bits = 0;
    for (const state of states) {
      this.behind[state] ??= this.closure(this.states[state]!.next);
      for (const each of this.behind[state].states) reached.add(each);
      bits |= this.behind[state].bits;
    }
    return { states: [...reached], bits };
  }

  /** Follows forks. */
  private closure(from: readonly number[]): Reach {
    const seen = new Set(from);
    let bits = 0;
    for (const state of seen) {
      const { set, next, bit } = this.states[state]!;
      bits |= bit;
      if (set === null) for (const each of next) seen.add(each);
    }
    return { states: [...seen].filter((state) => this.states[state]!.set !== null), bits };
  }

  private byClass(states: readonly number[]): ByClass {
    const groups: number[][] = [];
    for (const state of states) {
      for (const kind of this.kindsOf(state)) {
        groups[kind] ??= [];
        groups[kind].push(state);
      }
    }
    return groups;
  }

  /** The classes that a state takes, none of a fork. */
  private kindsOf(state: number): readonly number[] {
    const { set } = this.states[state]!;
    return set === null ? [] : this.kinds.get(set)!;
  }
}

const placeOf = (last: number, states: readonly number[], bits: number): Place => {
  const further = states.toSorted((a, b) => a - b);
  return { last, further, bits, key: `${last}:${bits}:${further.join(',')}` };
};

/** Numbers the codes 0 … {@link EDGE} so that two have one number if every set has both or neither. */
function characterClasses(sets: readonly Uint8Array[]): Uint8Array {
  let classes = new Uint8Array(EDGE + 1);
  for (const set of sets) {
    const known = new Map<number, number>();
    classes = classes.map((kind, code) => {
      const pair = kind * 2 + set[code]!;
      if (!known.has(pair)) known.set(pair, known.size);
      return known.get(pair)!;
    });
  }
  return classes;
}

const classesIn = (set: Uint8Array, classOf: Uint8Array): readonly number[] => [
  ...new Set(classOf.filter((_, code) => set[code] === 1)),
];
