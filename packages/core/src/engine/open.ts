import { invalidOption } from '../check-options.js';
import type { Engine, EngineOptions } from '../engine.js';
import { ConfigError } from '../errors.js';
import { requireTempDirectory } from '../output/temp-directory.js';
import { bytesOf } from './memory.js';
import { openNativeEngine } from './native.js';
import { openNodeWasmEngine } from './wasm-node.js';

/** An engine by name, or one that is open. */
export type EngineChoice = 'auto' | 'native' | 'wasm' | Engine;

/** Which engine is opened, and what it may use. */
export interface OpenEngineOptions extends EngineOptions {
  /** `auto` = native where it loads, else wasm. @defaultValue 'auto' */
  readonly engine?: EngineChoice;
}

/** Opens an engine, or returns the one that the caller already has. */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  checkEngineOptions(options);
  const { engine = 'auto' } = options;
  if (typeof engine !== 'string') return engine;
  await requireTempDirectory(options.tempDirectory);
  if (engine === 'wasm') return openNodeWasmEngine(options);
  try {
    return await openNativeEngine(options);
  } catch (error) {
    const absent = error instanceof ConfigError && error.code === 'ENGINE_UNAVAILABLE';
    if (engine === 'native' || !absent) throw error;
    return openNodeWasmEngine(options);
  }
}

/** Refuses values that an engine would only stumble over later. */
export function checkEngineOptions({ threads, memoryLimit }: EngineOptions): void {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 0 && threads <= 1024)) {
    throw invalidOption('threads', threads, 'an integer in [0, 1024]; 0 = all cores');
  }
  if (memoryLimit !== undefined) bytesOf(memoryLimit);
}
