import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputError } from '../output/atomic.js';
import type { ColumnSpill, ColumnWriter, StoredColumn } from '../stored-columns.js';

const BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Closes what nobody can read any more. */
const closing = new FinalizationRegistry<number>(closeSync);

/**
 * Columns of doubles in a file without a name: it is gone with the last table that reads it, or with the process, however
 * that ends. Written and read in the order of bytes of this machine.
 */
export function openColumnSpill({ folder = tmpdir(), above = ABOVE }: SpillOptions = {}): ColumnSpill {
  let file: SpillFile | undefined;
  return {
    above,
    begin(names, rows) {
      file ??= new SpillFile(folder);
      return file.begin(names, rows);
    },
  };
}

export interface SpillOptions {
  /** @defaultValue the system's temporary directory */
  readonly folder?: string;
  /** {@link ColumnSpill.above}. @defaultValue 256 MiB */
  readonly above?: number;
}

const ABOVE = 2 ** 28;

class SpillFile {
  private readonly path: string;
  private readonly descriptor: number;
  private end = 0;

  constructor(folder: string) {
    this.path = join(folder, `deeplogbot-columns-${process.pid}-${process.hrtime.bigint()}`);
    this.descriptor = this.attempt(() => openSync(this.path, 'wx+', 0o600));
    rmSync(this.path);
    closing.register(this, this.descriptor);
  }

  begin(names: readonly string[], rows: number): ColumnWriter {
    const first = this.end;
    this.end += names.length * rows * BYTES;
    this.attempt(() => ftruncateSync(this.descriptor, this.end));
    const startOf = (name: string) => first + names.indexOf(name) * rows * BYTES;
    return {
      write: (name, from, values) => this.attempt(() => this.write(values, startOf(name) + from * BYTES)),
      column: (name) => this.column(startOf(name), rows),
    };
  }

  private column(start: number, length: number): StoredColumn {
    return { length, read: (from = 0, to = length) => this.read(start + from * BYTES, to - from) };
  }

  private write(values: Float64Array, position: number): void {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
  }

  private read(position: number, count: number): Float64Array {
    const values = new Float64Array(count);
    const bytes = Buffer.from(values.buffer);
    for (let done = 0; done < bytes.length; ) {
      const more = readSync(this.descriptor, bytes, done, bytes.length - done, position + done);
      if (more === 0) throw new RangeError(`Columns end at byte ${position + done}.`); // Only a fault of this file can ask for more.
      done += more;
    }
    return values;
  }

  /** Says what was written where, if it cannot be. */
  private attempt<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      throw outputError(this.path, error);
    }
  }
}
