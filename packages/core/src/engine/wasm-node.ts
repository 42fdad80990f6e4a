import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import type { Engine, EngineOptions } from '../engine.js';
import { writeAtomically } from '../output/atomic.js';
import { parquetCodec } from './parquet-codec.js';
import type { FilePort, WasmConnection } from './wasm-engine.js';

/** duckdb-wasm in Node, from the files of its package: for machines that the native library does not support. */
export async function openNodeWasmEngine(options: EngineOptions = {}): Promise<Engine> {
  const { WasmEngine } = await import('./wasm-engine.js');
  const connection = await connect();
  const parquet = parquetCodec(await import('parquet-wasm/node'));
  return new WasmEngine({ connection, parquet, files: FILES }).configure(options.memoryLimit);
}

async function connect(): Promise<WasmConnection> {
  const { createDuckDB, NODE_RUNTIME, VoidLogger } = await import('@duckdb/duckdb-wasm/blocking');
  const folder = dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'));
  const bundle = (name: string) => ({ mainModule: join(folder, `duckdb-${name}.wasm`), mainWorker: '' });
  const database = await createDuckDB({ mvp: bundle('mvp'), eh: bundle('eh') }, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate(() => {});
  database.open({ path: ':memory:' });
  const connection = database.connect();
  return {
    runQuery: async (text) => connection.useUnsafe((bindings, id) => bindings.runQuery(id, text)),
    insertArrow: async (ipc, table) => connection.insertArrowFromIPCStream(ipc, { name: table, create: true }),
    registerBuffer: async (name, bytes) => database.registerFileBuffer(name, bytes),
    dropBuffer: async (name) => void database.dropFile(name),
    close: async () => {
      connection.close();
      database.reset();
    },
  };
}

const FILES: FilePort = {
  read: async (path) => readFile(path),
  write: async (path, bytes) => writeAtomically(path, (temporary) => writeFile(temporary, bytes)),
  inflate: async (bytes) => {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
    if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return decompress(bytes);
    return bytes;
  },
};
