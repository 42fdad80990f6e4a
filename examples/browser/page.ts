import { classifyLog } from 'deeplogbot/browser';

/** Classifies a log that the page holds in memory; the only files fetched are the three that the page serves itself. */
export async function classifyFile(bytes: Uint8Array): Promise<{ keys: readonly string[]; labels: readonly string[] }> {
  const { features, verdicts } = await classifyLog({
    source: { kind: 'buffers', format: 'parquet', buffers: [{ name: 'downloads.parquet', bytes }] },
    engine: {
      mainModule: new URL('duckdb-eh.wasm', location.href).href,
      mainWorker: new URL('duckdb-browser-eh.worker.js', location.href).href,
      parquetModule: new URL('parquet_wasm_bg.wasm', location.href).href,
    },
  });
  return { keys: features.keys, labels: verdicts.rows.map((verdict) => verdict.label) };
}

const input = document.querySelector<HTMLInputElement>('#log');
const output = document.querySelector<HTMLPreElement>('#verdicts');

input?.addEventListener('change', async () => {
  const file = input.files?.[0];
  if (!file || !output) return;
  const { keys, labels } = await classifyFile(new Uint8Array(await file.arrayBuffer()));
  output.textContent = keys.map((key, i) => `${labels[i]}\t${key}`).join('\n');
});
