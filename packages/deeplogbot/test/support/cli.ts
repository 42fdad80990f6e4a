import { main } from '../../src/cli/main.js';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line with nothing attached to it. */
export async function cli(...argv: readonly string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => {
      said.out += `${text}\n`;
    },
    err: (text: string) => {
      said.err += text;
    },
    terminal: false,
    colour: false,
  };
  return { code: await main(argv, io), ...said };
}
