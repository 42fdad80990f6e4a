export interface ErrorDetails {
  /** What to do, as an instruction. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** Every error of this project: a stable `code`, a sentence that says what was asked and found, a `hint`. */
export abstract class DeepLogBotError extends Error {
  abstract readonly code: string;
  readonly hint: string;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
  }
}

/** The caller asked for something that cannot be done; found before any output is touched. Exit code 2 on the command line. */
export class ConfigError extends DeepLogBotError {
  readonly code: string;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, details);
    this.code = code;
  }
}

/** The input cannot be read as what it claims to be, or holds nothing to work on. */
export class InputError extends DeepLogBotError {
  readonly code: string;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, details);
    this.code = code;
  }
}

/** An output could not be written; what stood there before is unchanged. */
export class OutputError extends DeepLogBotError {
  readonly code: string;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, details);
    this.code = code;
  }
}

/** A statement failed inside the SQL engine; keeps the statement. */
export class EngineError extends DeepLogBotError {
  readonly code: string;
  readonly sql: string;

  constructor(message: string, details: ErrorDetails & { readonly sql: string; readonly code?: string }) {
    super(message, details);
    this.code = details.code ?? 'ENGINE_FAILED';
    this.sql = details.sql;
  }
}

/** The run was cancelled through its `AbortSignal`. Exit code 130 on the command line. */
export class AbortedError extends DeepLogBotError {
  readonly code = 'ABORTED';

  constructor(step: string) {
    super(`The run was cancelled during "${step}".`, {
      hint: 'Nothing was left half-written; run it again when you like.',
    });
  }
}

/** A provider maps a field to a column the input does not have. */
export class MissingColumnError extends ConfigError {
  constructor(
    readonly field: string,
    readonly column: string,
    available: readonly string[],
    /** What is to be set right. */
    place = `schema.${field}`,
  ) {
    const near = nearestName(column, available);
    const ofSchema = place.startsWith('schema.')
      ? ', or to null if the field is optional. On the command line, "deeplogbot providers init DIR" writes a file to say so in.'
      : ', or leave it out.';
    super(
      'MISSING_COLUMN',
      `Field "${field}" maps to column "${column}", which the input lacks. It has: ${available.join(', ')}.`,
      {
        hint: near ? `Did you mean "${near}"? Set ${place} to it.` : `Set ${place} to one of these columns${ofSchema}`,
      },
    );
  }
}

/** The candidate that differs in the fewest edits, if that is at most a third of the longer name, rounded up. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1));
  const best = scored[0];
  if (!best) return undefined;
  return best.edits <= Math.ceil(Math.max(name.length, best.candidate.length) / 3) ? best.candidate : undefined;
}

/** Levenshtein distance, one row of the table at a time. Names longer than 200 characters count as far apart. */
function editDistance(a: string, b: string): number {
  if (a.length > 200 || b.length > 200) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution));
    }
    row = next;
  }
  return row[b.length]!;
}
