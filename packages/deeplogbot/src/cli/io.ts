/** Where a command prints, so that tests can look. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Standard error is a terminal, on which a line can be redrawn. */
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Characters of a line of the terminal. @defaultValue any number */
  readonly columns?: number | undefined;
  /** What stands for standard input. @defaultValue standard input */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** Colour only on a terminal, and never where `NO_COLOR` has a value (no-color.org). */
export function wantsColour(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return terminal && !env.NO_COLOR;
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  colour: wantsColour(process.stderr.isTTY === true, process.env),
  get columns() {
    return process.stderr.columns; // It changes while a run goes on.
  },
};
