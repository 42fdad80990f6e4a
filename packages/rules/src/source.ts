import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { RuleProblem } from './types.js';

export type Path = readonly (string | number)[];

/** A parsed YAML text with the places of its keys. */
export interface Source {
  readonly data: unknown;
  readonly problems: readonly RuleProblem[];
  /** Line and column of the key (or list item) at a path; of the nearest enclosing one when it does not exist. */
  problem(path: Path, message: string): RuleProblem;
}

const MAX_CHARACTERS = 1_000_000;
const MAX_ALIASES = 50;

/** Parses YAML strictly: duplicate keys, unknown tags and documents that grow through aliases are problems. */
export function parseSource(text: string, file: string): Source {
  const at = (line: number, column: number, message: string): RuleProblem => ({ file, line, column, message });
  const failed = (message: string): Source => {
    const problem = at(1, 1, message);
    return { data: undefined, problems: [problem], problem: (_path, other) => at(1, 1, other) };
  };
  if (text.length > MAX_CHARACTERS) return failed(`the file is longer than ${MAX_CHARACTERS} characters`);
  try {
    return parsed(text, at);
  } catch (cause) {
    return failed(`the file cannot be read as YAML: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function parsed(text: string, at: (line: number, column: number, message: string) => RuleProblem): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false });
  const place = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return at(Math.max(line, 1), Math.max(col, 1), message);
  };
  const problems = [...document.errors, ...document.warnings].map((issue) => place(issue.pos[0], issue.message));
  const data: unknown = problems.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
  const problem = (path: Path, message: string) => place(offsetOf(document.contents, path), message);
  return { data, problems, problem };

  function offsetOf(root: unknown, path: Path): number {
    let node = root;
    let offset = start(root);
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (!pair) return offset;
        offset = start(pair.key);
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        offset = node ? start(node) : offset;
      } else return offset;
    }
    return offset;
  }
}

const start = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
