import { invalidOption, type RunControl } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { type HttpOptions, LineSplitter, resolveHttpOptions } from '@deeplogbot/provider-http';
import { type WatchEvent, WindowJudge } from './window-judge.js';

/** How often the clients of a log that is being written are judged, and over how many lines. */
export interface WatchOptions extends RunControl {
  readonly http?: HttpOptions;
  /** The verdicts rest on so many of the latest lines; older ones are forgotten. @defaultValue 50,000 */
  readonly window?: number;
  /** Judge again after so many new lines. @defaultValue 1,000, or half the window while more lines are waiting than can be judged one by one */
  readonly everyLines?: number;
  /** Judge new lines after so many milliseconds at the latest. @defaultValue 5,000 */
  readonly everyMs?: number;
}

const DEFAULTS = { window: 50_000, everyLines: 1_000, everyMs: 5_000 } as const;

/**
 * Judges the clients of an access log while it is written. The same features and rules as in a run over files are
 * computed over the latest lines, and every client whose verdict is new or has changed is handed to `emit`, in the order
 * of their names. Memory is bounded by the window. Ends when the input ends or the signal is set.
 *
 * @throws ConfigError `INVALID_OPTION` for numbers below 1, `FORMAT_UNCLEAR` where no line can be read.
 */
export async function watch(
  input: AsyncIterable<Uint8Array>,
  options: WatchOptions,
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { everyLines = DEFAULTS.everyLines, everyMs = DEFAULTS.everyMs, window = DEFAULTS.window } = options;
  for (const [name, value] of Object.entries({ everyLines, everyMs, window })) {
    if (!Number.isInteger(value) || value < 1) throw invalidOption(name, value, 'an integer of at least 1');
  }
  // A log that is poured in at once would else be judged anew for every thousandth of it, and the window each time.
  const behind = options.everyLines ?? Math.max(everyLines, window / 2);
  const engine = await openEngine({ threads: 1 });
  const judge = new WindowJudge(engine, { http: options.http, window }, emit);
  const splitter = new LineSplitter(
    resolveHttpOptions(options.http).maxLineBytes,
    (line) => judge.add(line),
    () => undefined,
  );
  const chunks = input[Symbol.asyncIterator]();
  try {
    let next = chunks.next();
    while (options.signal?.aborted !== true) {
      const chunk = await firstOf(next, everyMs, options.signal);
      if (chunk === 'waited') {
        await judge.judge();
        continue;
      }
      if (chunk.done) break;
      splitter.push(chunk.value);
      next = chunks.next();
      if (judge.pending >= behind || (judge.pending >= everyLines && judge.isRested)) await judge.judge();
    }
    splitter.end();
    await (options.signal?.aborted === true ? judge.judge() : judge.end());
  } finally {
    await engine.close();
  }
}

/** The next chunk, or `'waited'` when none comes in time or the signal is set. */
async function firstOf<T>(next: Promise<T>, ms: number, signal: AbortSignal | undefined): Promise<T | 'waited'> {
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  const waited = new Promise<'waited'>((resolve) => {
    stop = () => resolve('waited');
    timer = setTimeout(stop, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([next, waited]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
