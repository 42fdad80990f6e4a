import { EngineError } from '../errors.js';

const DISK_FULL = ['DISK_FULL', 'Free some space where the output or tempDirectory lies.'] as const;

const KINDS: readonly (readonly [pattern: RegExp, code: string, hint: string])[] = [
  // The engine calls it memory: its folder for temporary files holds no more.
  [/failed to offload data block/i, ...DISK_FULL],
  [
    /out of memory|failed to (allocate|pin)/i,
    'OUT_OF_MEMORY',
    'Raise memoryLimit, of which the engine gets three quarters, or give a tempDirectory with room to spill.',
  ],
  [/no space left|disk full|quota exceeded|file too large|max_temp_directory_size/i, ...DISK_FULL],
  [
    /failed to read file|don't know what type|TProtocolException|decompression failure/i,
    'UNREADABLE_INPUT',
    'The file seems damaged: compare it with where it came from, or write it again.',
  ],
  [/interrupt/i, 'ABORTED', 'Run it again when you like; nothing was left half-written.'],
];

/** A failure of the engine with its statement, and a code where the cause is a known one. */
export function engineError(statement: string, cause: unknown): EngineError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const known = KINDS.find(([pattern]) => pattern.test(said));
  return new EngineError(sentenceOf(said), {
    code: known?.[1] ?? 'ENGINE_FAILED',
    hint: known?.[2] ?? 'The failing statement is in the `sql` property of this error.',
    sql: statement,
    cause,
  });
}

/** The engine's first line; where room was short its own figures, in words. */
function sentenceOf(said: string): string {
  const first = said.split('\n')[0] ?? said;
  const found = /^Out of Memory Error: (.*) \(([\d.]+ \w+)\/([\d.]+ \w+) used\)/.exec(first);
  if (!found) return first;
  const [, what, used, limit] = found;
  return what!.startsWith('failed to offload')
    ? `The folder for temporary files is full: ${used} of ${limit} are in use.`
    : `The engine needs more memory than the ${limit} that it may take; ${used} are in use.`;
}
