import { ConfigError } from '@deeplogbot/core';

/** The part of TensorFlow.js that the models use. */
export type Tensorflow = typeof import('@tensorflow/tfjs-core');

/**
 * TensorFlow.js on its WebAssembly backend, one thread, nothing fetched in Node: the binary lies beside the backend's
 * code. In a page it is fetched from `wasmUrl`, the address of the folder that holds the `.wasm` files.
 *
 * Loaded when first called, so that whoever needs no network pays for none.
 *
 * @throws ConfigError `TENSORFLOW_UNAVAILABLE` if the backend does not start.
 */
export async function loadTensorflow(wasmUrl?: string): Promise<Tensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if (tf.getBackend() === 'wasm') return tf;
  if (wasmUrl !== undefined) wasm.setWasmPaths(wasmUrl);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await keepingListeners(() => tf.setBackend('wasm')))) {
    throw new ConfigError('TENSORFLOW_UNAVAILABLE', 'The WebAssembly backend of TensorFlow.js does not start here.', {
      hint: 'In a page, give wasmUrl the address of the folder with the .wasm files of @tensorflow/tfjs-backend-wasm.',
    });
  }
  return tf;
}

const CRASH_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Takes away the two handlers that the backend's loader installs for the whole process; they only throw again. */
async function keepingListeners<T>(load: () => Promise<T>): Promise<T> {
  if (!('process' in globalThis) || typeof process.listeners !== 'function') return load();
  const listeners = (event: string) => process.listeners(event as 'uncaughtException');
  const before = CRASH_EVENTS.map((event) => new Set(listeners(event)));
  try {
    return await load();
  } finally {
    for (const [i, event] of CRASH_EVENTS.entries()) {
      const added = listeners(event).filter((listener) => !before[i]!.has(listener));
      for (const listener of added.filter(onlyThrows)) process.off(event, listener);
    }
  }
}

const onlyThrows = (listener: unknown): boolean => {
  const source = String(listener);
  return source.length < 200 && /\bthrow\b/.test(source);
};
