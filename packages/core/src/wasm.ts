export { openWasmEngine, type WasmEngineOptions } from './engine/wasm-browser.js';
export {
  type FilePort,
  type ParquetCodec,
  type WasmConnection,
  WasmEngine,
  type WasmParts,
} from './engine/wasm-engine.js';
