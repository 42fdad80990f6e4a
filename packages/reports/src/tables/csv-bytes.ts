import { csvCell } from './csv.js';

/** Bytes that are handed over at once, about. */
const PART = 1 << 20;

const COMMA = 0x2c;
const ZERO = 0x30;

const utf8 = new TextEncoder();

/**
 * Lines of CSV as UTF-8, written into one block after another. For tables of hundreds of millions of cells: a cell leaves no text
 * behind that would have to be collected. What it writes is what {@link csvCell} gives, with commas and CR LF between.
 */
export class CsvBytes {
  private block = new Uint8Array(2 * PART);
  private length = 0;
  private isFirst = true;

  /** One or more cells as {@link csvCell} gives them, with their commas. */
  cells(text: string): void {
    this.reserve(3 * text.length + 1);
    this.separate();
    this.append(text);
  }

  /** A cell of a number; NaN is empty. */
  number(value: number): void {
    this.reserve(32);
    this.separate();
    if (value >= 0 && value < 10 && Number.isInteger(value)) this.block[this.length++] = ZERO + value;
    else this.append(csvCell(value));
  }

  endLine(): void {
    this.reserve(2);
    this.block[this.length++] = 0x0d;
    this.block[this.length++] = 0x0a;
    this.isFirst = true;
  }

  /** Whether enough has come together to be handed over. */
  get isFull(): boolean {
    return this.length >= PART;
  }

  /** Hands over what was written since the last time. */
  take(): Uint8Array {
    const taken = this.block.subarray(0, this.length);
    this.block = new Uint8Array(2 * PART);
    this.length = 0;
    return taken;
  }

  private separate(): void {
    if (!this.isFirst) this.block[this.length++] = COMMA;
    this.isFirst = false;
  }

  private append(text: string): void {
    const { block } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.length += utf8.encodeInto(text, block.subarray(this.length)).written;
        return;
      }
      block[at++] = code;
    }
    this.length = at;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.block.length) return;
    const larger = new Uint8Array(2 * (this.length + bytes));
    larger.set(this.block.subarray(0, this.length));
    this.block = larger;
  }
}
