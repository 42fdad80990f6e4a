import type * as ParquetWasm from 'parquet-wasm';
import type { WriteTarget } from '../engine.js';
import type { ParquetCodec } from './wasm-engine.js';
import { DEFAULT_ROW_GROUP_SIZE } from './write-plan.js';

/** The flavours of parquet-wasm have one interface; which one loads is the caller's business. */
type Flavour = Pick<
  typeof ParquetWasm,
  'readParquet' | 'writeParquet' | 'Table' | 'WriterPropertiesBuilder' | 'Compression'
>;

export function parquetCodec(wasm: Flavour): ParquetCodec {
  return {
    decode: (bytes) => wasm.readParquet(bytes).intoIPCStream(),
    encode: (ipc, { compression, rowGroupSize = DEFAULT_ROW_GROUP_SIZE }) => {
      const properties = new wasm.WriterPropertiesBuilder()
        .setCompression(wasm.Compression[NAMES[compression]])
        .setMaxRowGroupSize(rowGroupSize)
        .build();
      return wasm.writeParquet(wasm.Table.fromIPCStream(ipc), properties);
    },
  };
}

const NAMES = { snappy: 'SNAPPY', zstd: 'ZSTD', gzip: 'GZIP', uncompressed: 'UNCOMPRESSED' } as const satisfies Record<
  WriteTarget['compression'],
  string
>;
