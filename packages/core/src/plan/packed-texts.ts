import { InputError } from '../errors.js';

/** Bytes of a block; a longer text has a block of its own. */
const BLOCK = 2 ** 22;
/** Where a row without a text begins. */
const NOWHERE = 0xffff_ffff;
/** Bytes before a text that say how long it is. */
const HEAD = 4;

/** More blocks have places that 32 bits cannot say. */
const MOST_BLOCKS = 2 ** 32 / BLOCK;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Texts of rows as bytes in blocks, each made when it is asked for: a million texts of thirty characters are 40 MB here and 64 MB
 * as objects, which every collection of garbage would have to look at. `list` is read like an array and cannot be changed. A row
 * that was given nothing is NULL.
 */
export class PackedTexts {
  private readonly starts: Uint32Array;
  private readonly blocks: DataView<ArrayBuffer>[] = [];
  private filled = BLOCK;

  constructor(
    rows: number,
    private readonly mostBlocks = MOST_BLOCKS,
  ) {
    this.starts = new Uint32Array(rows).fill(NOWHERE);
  }

  /**
   * Gives a row its text.
   *
   * @throws InputError `TOO_MUCH_TEXT` where all together are more than 4 GB.
   */
  set(row: number, text: string | null): void {
    if (text === null) return;
    const most = HEAD + 3 * text.length;
    if (this.filled + most > BLOCK) {
      if (this.blocks.length === this.mostBlocks) throw tooMuch(this.starts.length);
      this.blocks.push(new DataView(new ArrayBuffer(Math.max(BLOCK, most))));
      this.filled = 0;
    }
    const block = this.blocks.at(-1)!;
    const { written } = encoder.encodeInto(text, new Uint8Array(block.buffer, this.filled + HEAD));
    block.setUint32(this.filled, written);
    this.starts[row] = (this.blocks.length - 1) * BLOCK + this.filled;
    this.filled += HEAD + written;
  }

  get(row: number): string | null {
    const start = this.starts[row];
    if (start === undefined || start === NOWHERE) return null;
    const block = this.blocks[Math.floor(start / BLOCK)]!;
    const at = start % BLOCK;
    return decoder.decode(new Uint8Array(block.buffer, at + HEAD, block.getUint32(at)));
  }

  /** The texts as a list. Whatever is asked of a list works, at the price of making the texts that it looks at. */
  get list(): readonly (string | null)[] {
    const rows = this.starts.length;
    const isRow = (name: string | symbol): name is string => typeof name === 'string' && /^\d+$/.test(name);
    return new Proxy<(string | null)[]>([], {
      get: (target, name) => {
        if (name === 'length') return rows;
        return isRow(name) ? (Number(name) < rows ? this.get(Number(name)) : undefined) : Reflect.get(target, name);
      },
      has: (target, name) => (isRow(name) ? Number(name) < rows : Reflect.has(target, name)),
      set: () => false,
    });
  }
}

const tooMuch = (rows: number) =>
  new InputError('TOO_MUCH_TEXT', `The names of ${rows.toLocaleString('en')} keys take more than 4 GB.`, {
    hint: 'Classify a part of the log at a time, or by a column of shorter names.',
  });
