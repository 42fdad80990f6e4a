import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import initParquet, * as parquetWasm from 'parquet-wasm/esm';
import { parquetCodec } from './parquet-codec.js';
import { orClear } from './release.js';
import { WasmEngine } from './wasm-engine.js';

/** Addresses of files that the page serves itself; nothing is fetched from anywhere else. */
export interface WasmEngineOptions {
  /** `duckdb-eh.wasm` of @duckdb/duckdb-wasm. */
  readonly mainModule: string;
  /** `duckdb-browser-eh.worker.js` of @duckdb/duckdb-wasm. */
  readonly mainWorker: string;
  /** `parquet_wasm_bg.wasm` of parquet-wasm. */
  readonly parquetModule: string;
  /** For example `'2GB'`. */
  readonly memoryLimit?: string;
}

/** duckdb-wasm in a worker of a page. */
export async function openWasmEngine(options: WasmEngineOptions): Promise<WasmEngine> {
  const worker = new Worker(options.mainWorker);
  const database = new AsyncDuckDB(new VoidLogger(), worker);
  return orClear(
    async () => {
      await database.instantiate(options.mainModule);
      await database.open({ path: ':memory:' });
      const connection = await database.connect();
      await initParquet({ module_or_path: options.parquetModule });
      return new WasmEngine({
        parquet: parquetCodec(parquetWasm),
        connection: {
          runQuery: (text) => connection.useUnsafe((bindings, id) => bindings.runQuery(id, text)),
          insertArrow: (ipc, table) => connection.insertArrowFromIPCStream(ipc, { name: table, create: true }),
          registerBuffer: (name, bytes) => database.registerFileBuffer(name, bytes),
          dropBuffer: async (name) => {
            await database.dropFile(name);
          },
          close: async () => {
            await connection.close();
            await database.terminate();
          },
        },
      }).configure(options.memoryLimit);
    },
    // A worker lives until it is ended.
    async () => database.terminate(),
  );
}
