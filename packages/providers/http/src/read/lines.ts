/** Takes one line, without its end. `bytes` is where it begins in the decompressed file. */
export type LineHandler = (line: string, offset: number) => void;

/**
 * Cuts bytes into lines. Text is Latin-1, one character for each byte, so that any bytes pass and offsets are exact.
 * LF and CRLF end a line, a lone CR is data; the last line needs no end. A line longer than the limit is not kept:
 * it is reported as too long, and reading goes on behind its end.
 */
export class LineSplitter {
  private carry = '';
  private carried = 0;
  private offset = 0;
  private skipping = false;
  private begun = false;
  private utf16: TextDecoder | undefined;

  constructor(
    private readonly maxLineBytes: number,
    private readonly onLine: LineHandler,
    private readonly onTooLong: (offset: number) => void,
  ) {}

  push(bytes: Uint8Array): void {
    const buffer = this.begun ? this.converted(bytes) : this.begin(bytes);
    this.text(buffer.toString('latin1'));
  }

  /** The rest of the last line, when no more bytes come. */
  end(): void {
    if (this.skipping) this.skipping = false;
    else if (this.carry !== '') this.emit(this.carry);
    this.carry = '';
    this.carried = 0;
  }

  private begin(bytes: Uint8Array): Buffer {
    this.begun = true;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return toBuffer(bytes.subarray(3));
    if (bytes[0] === 0xff && bytes[1] === 0xfe) this.utf16 = new TextDecoder('utf-16le');
    if (bytes[0] === 0xfe && bytes[1] === 0xff) this.utf16 = new TextDecoder('utf-16be');
    return this.converted(bytes);
  }

  private converted(bytes: Uint8Array): Buffer {
    return this.utf16 ? Buffer.from(this.utf16.decode(bytes, { stream: true }), 'utf8') : toBuffer(bytes);
  }

  private text(chunk: string): void {
    let start = 0;
    let newline = chunk.indexOf('\n');
    if (newline >= 0 && (this.carried > 0 || this.skipping)) {
      this.finishCarry(chunk.slice(0, newline));
      start = newline + 1;
      newline = chunk.indexOf('\n', start);
    }
    while (newline >= 0) {
      this.emit(chunk.slice(start, newline));
      this.offset += newline + 1 - start;
      start = newline + 1;
      newline = chunk.indexOf('\n', start);
    }
    this.keep(start === 0 ? chunk : chunk.slice(start));
  }

  private finishCarry(rest: string): void {
    const length = this.carried + rest.length;
    if (this.skipping || length > this.maxLineBytes) {
      if (!this.skipping) this.onTooLong(this.offset);
    } else this.emit(this.carry + rest);
    this.offset += length + 1;
    this.carry = '';
    this.carried = 0;
    this.skipping = false;
  }

  private keep(rest: string): void {
    if (rest === '') return;
    this.carried += rest.length;
    if (this.skipping) return;
    if (this.carried > this.maxLineBytes) {
      this.skipping = true;
      this.carry = '';
      this.onTooLong(this.offset);
    } else this.carry += rest;
  }

  private emit(line: string): void {
    const end = line.charCodeAt(line.length - 1) === 0x0d ? line.length - 1 : line.length;
    if (line.length > this.maxLineBytes) this.onTooLong(this.offset);
    else this.onLine(end === line.length ? line : line.slice(0, end), this.offset);
  }
}

const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
