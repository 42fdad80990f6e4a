/** A table of whole numbers (0 … 2⁵³) and codes, 12 bytes for each place of it; a Map takes four times as much. */
export class NumberIndex {
  private keys = new Float64Array(1024).fill(-1);
  private codes = new Int32Array(1024);
  private filled = 0;

  get size(): number {
    return this.filled;
  }

  /** The code of a number; −1 where it has none. */
  get(key: number): number {
    const at = this.placeOf(key);
    return this.keys[at] === key ? this.codes[at]! : -1;
  }

  /** Gives a number that has none a code. */
  add(key: number, code: number): void {
    if (this.filled * 2 >= this.keys.length) this.grow();
    const at = this.placeOf(key);
    this.keys[at] = key;
    this.codes[at] = code;
    this.filled++;
  }

  private placeOf(key: number): number {
    const mask = this.keys.length - 1;
    const high = (key / 0x1_0000_0000) | 0;
    let hash = Math.imul((key | 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
    hash ^= hash >>> 15;
    let at = hash & mask;
    while (this.keys[at] !== key && this.keys[at] !== -1) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, codes } = this;
    this.keys = new Float64Array(keys.length * 2).fill(-1);
    this.codes = new Int32Array(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === -1) continue;
      const at = this.placeOf(keys[i]!);
      this.keys[at] = keys[i]!;
      this.codes[at] = codes[i]!;
    }
  }
}

/** Whole numbers one behind the other, 4 bytes each. */
export class IntegerList {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(i: number): number {
    return this.values[i]!;
  }

  set(i: number, value: number): void {
    this.values[i] = value;
  }

  increment(i: number): void {
    this.values[i]!++;
  }

  /** Those from `from` to before `to` as 64-bit floats, each put through `map`. */
  floats(from: number, to: number, map: (value: number) => number = (value) => value): Float64Array {
    return Float64Array.from(this.values.subarray(from, to), map);
  }
}
