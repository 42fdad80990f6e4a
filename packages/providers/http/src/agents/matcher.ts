import { Automaton, type Place } from './automaton.js';
import { type AgentPattern, BEYOND, EDGE } from './pattern.js';

/** More places than this, and the table is thrown away and grown again: memory stays bounded whatever texts come. */
const MOST_PLACES = 32_768;
/** In the table: nobody has gone there yet. */
const UNKNOWN = 0xffff;
/** Characters of a text that are looked at. */
const MOST_READ = 2048;

/**
 * Many patterns as one table, which grows as texts pass through it. A text is read once from left to right, one look-up for
 * each character: the cost is linear in its length and does not grow with the patterns.
 */
export class Matcher {
  private readonly automaton: Automaton;
  private places: Place[] = [];
  private index = new Map<string, number>();
  /** By place and class of character: the place behind. 16 bits each, since it is as fast as the cache that holds it. */
  private table = new Uint16Array(0);
  /** By place: the bits of the lists whose patterns end there. */
  private bits = new Uint32Array(0);

  constructor(
    patterns: readonly AgentPattern[],
    private readonly mostPlaces = MOST_PLACES,
  ) {
    this.automaton = new Automaton(patterns);
    this.reset();
  }

  /**
   * Bits of the lists of which a pattern occurs in the text, the characters `from` … `to` left out. Only the first 2,048
   * characters are looked at.
   */
  lists(text: string, from = 0, to = 0): number {
    const { classOf, classes } = this.automaton;
    const length = Math.min(text.length, MOST_READ);
    let place = this.behind(0, EDGE);
    let { table, bits } = this;
    let found = bits[0]! | bits[place]!;
    for (let i = from === 0 ? to : 0; i < length; i = i + 1 === from ? to : i + 1) {
      const code = Math.min(text.charCodeAt(i), BEYOND);
      const next = table[place * classes + classOf[code]!]!;
      if (next === UNKNOWN) {
        place = this.grow(place, code);
        ({ table, bits } = this);
      } else {
        place = next;
      }
      found |= bits[place]!;
    }
    // By itself, because it may replace the lists.
    const end = this.behind(place, EDGE);
    return found | this.bits[end]!;
  }

  private behind(place: number, code: number): number {
    const { classOf, classes } = this.automaton;
    const known = this.table[place * classes + classOf[code]!]!;
    return known === UNKNOWN ? this.grow(place, code) : known;
  }

  private grow(from: number, code: number): number {
    const { automaton } = this;
    const kind = automaton.classOf[code]!;
    const place = automaton.step(this.places[from]!, kind);
    if (this.places.length >= this.mostPlaces) {
      this.reset();
      return this.number(place);
    }
    const to = this.number(place);
    this.table[from * automaton.classes + kind] = to;
    return to;
  }

  /** The number of a place, a new one if it is new. */
  private number(place: Place): number {
    const known = this.index.get(place.key);
    if (known !== undefined) return known;
    const number = this.places.push(place) - 1;
    this.index.set(place.key, number);
    if (number === this.bits.length) this.enlarge(Math.max(64, 2 * number));
    this.bits[number] = place.bits;
    return number;
  }

  private enlarge(places: number): void {
    const table = new Uint16Array(places * this.automaton.classes).fill(UNKNOWN);
    table.set(this.table);
    this.table = table;
    const bits = new Uint32Array(places);
    bits.set(this.bits);
    this.bits = bits;
  }

  private reset(): void {
    this.places = [];
    this.index = new Map();
    this.table = new Uint16Array(0);
    this.bits = new Uint32Array(0);
    this.number(this.automaton.start);
  }
}
