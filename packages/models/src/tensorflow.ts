import { ConfigError } from '@deeplogbot/core';

/** The part of TensorFlow.js that the models use. */
export type Tensorflow = typeof import('@tensorflow/tfjs-core');

/**
 * Calls `use` with TensorFlow.js on its WebAssembly backend, one thread, nothing fetched in Node: the binary lies beside
 * the backend's code. In a page it is fetched from `wasmUrl`, the address of the folder that holds the `.wasm` files; only
 * that of the first call counts, because the backend looks for its binary once.
 * Afterwards the process is back on the backend it used before, if any.
 *
 * Loaded when first called, so that whoever needs no network pays for none.
 *
 * @throws ConfigError `TENSORFLOW_UNAVAILABLE` if the backend does not start.
 */
export async function withTensorflow<T>(use: (tf: Tensorflow) => Promise<T>, wasmUrl?: string): Promise<T> {
  const tf = await import('@tensorflow/tfjs-core');
  if (users++ === 0) {
    before = tf.getBackend();
    started = start(tf, wasmUrl);
  }
  try {
    await started;
    return await use(tf);
  } finally {
    if (--users === 0 && before && before !== 'wasm') await tf.setBackend(before);
  }
}

/** Calls under way share one start and one return, because the backend is one for the whole process. */
let users = 0;
let before: string | undefined;
let started: Promise<void> | undefined;
let asked = false;

async function start(tf: Tensorflow, wasmUrl: string | undefined): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if (wasmUrl !== undefined && !asked && before !== 'wasm') wasm.setWasmPaths(wasmUrl);
  asked = true;
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (await keepingListeners(() => tf.setBackend('wasm'))) return;
  throw new ConfigError('TENSORFLOW_UNAVAILABLE', 'The WebAssembly backend of TensorFlow.js does not start here.', {
    hint: 'In a page, give wasmUrl the address of the folder with the .wasm files of @tensorflow/tfjs-backend-wasm.',
  });
}

const CRASH_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Takes away the two handlers that the backend's loader installs for the whole process; they only throw again. */
async function keepingListeners<T>(load: () => Promise<T>): Promise<T> {
  if (!('process' in globalThis) || typeof process.listeners !== 'function') return load();
  const listeners = (event: string) => process.listeners(event as 'uncaughtException');
  const known = CRASH_EVENTS.map((event) => new Set(listeners(event)));
  try {
    return await load();
  } finally {
    for (const [i, event] of CRASH_EVENTS.entries()) {
      const added = listeners(event).filter((listener) => !known[i]!.has(listener));
      for (const listener of added.filter(onlyThrows)) process.off(event, listener);
    }
  }
}

const onlyThrows = (listener: unknown): boolean => {
  const source = String(listener);
  return source.length < 200 && /\bthrow\b/.test(source);
};
