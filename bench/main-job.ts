import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '@deeplogbot/core';
import { generateLog } from './generate/generate.js';
import type { PartMessage, PartRequest, PartResult } from './parts.js';
import { type Bounds, checkAnswer, type Report, tableOf } from './report.js';

const USAGE = `Times the main job against native DuckDB alone.

  npx tsx bench/main-job.ts --rows 10000000 --locations 30000
  npx tsx bench/main-job.ts --engine wasm --rows 1000000 --locations 3000

  --engine native|wasm   wasm also runs native on the same log and prints the ratio (default native)
  --threads N            threads of DuckDB, for every part (default: all cores)
  --memory SIZE          memoryLimit, for every part (default 4GB)
  --runs N               each part N times, the parts in turn; medians count, all values are shown (default 1)
  --min-f1 N             macro-F1 against the known labels below which nothing is reported (default 0.6)
  --only floor           the floor alone
  --regenerate           makes the log again even if it is there
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    locations: { type: 'string', default: '30000' },
    seed: { type: 'string', default: '42' },
    engine: { type: 'string', default: 'native' },
    threads: { type: 'string', default: String(cpus().length) },
    memory: { type: 'string', default: '4GB' },
    runs: { type: 'string', default: '1' },
    'min-f1': { type: 'string', default: '0.6' },
    only: { type: 'string' },
    regenerate: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

if (values.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const rows = Number(values.rows);
  const locations = Number(values.locations);
  const name = `${rows}-${locations}-${values.seed}`;
  const log = { path: here(`data/${name}.parquet`), labels: here(`data/${name}.labels.csv`) };
  const threads = Number(values.threads);
  if (values.regenerate || !existsSync(log.path) || !existsSync(log.labels)) {
    await generateLog({ rows, locations, seed: Number(values.seed), threads, memoryLimit: values.memory, ...log });
  }
  const common = { ...log, threads, memoryLimit: values.memory, outputDir: here(`data/out-${name}`) };
  const bounds: Bounds = { rows, locations, macroF1: Number(values['min-f1']) };
  const report = await measure(common, bounds);
  await mkdir(here('results'), { recursive: true });
  const path = here(`results/main-job-${name}-${values.engine}${values.only ? `-${values.only}` : ''}.json`);
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${tableOf(report)}\n\n${path}\n`);
}

/** Every part in a process of its own, one after the other, so that each has its own peak of memory; with several runs in turn, so that a slow minute meets all of them. */
async function measure(common: Omit<PartRequest, 'part'>, bounds: Bounds): Promise<Report> {
  const hardware = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    threads: common.threads,
    memoryLimit: common.memoryLimit,
  };
  const parts: PartResult[] = [];
  const run = async (part: PartRequest['part']) => {
    const result = await runPart({ ...common, part });
    checkAnswer(result, bounds);
    parts.push(result);
  };
  for (let turn = 0; turn < Number(values.runs); turn++) {
    await run('floor');
    if (values.only === 'floor') continue;
    await run('rules-native');
    await run('copy');
    if (values.engine === 'wasm') await run('rules-wasm');
  }
  return { rows: bounds.rows, locations: bounds.locations, hardware, parts };
}

function runPart(request: PartRequest): Promise<PartResult> {
  return new Promise((resolve, reject) => {
    const child = fork(here('parts.ts'), { execArgv: [...process.execArgv, '--max-old-space-size=8192'] });
    const failed = (message: string) =>
      reject(
        new InputError('BENCH_PART_FAILED', `The part "${request.part}" failed: ${message}`, {
          hint: 'Its own output is above.',
        }),
      );
    child.on('message', (message: PartMessage) => {
      if ('failed' in message) failed(message.failed);
      else resolve(message.result);
    });
    child.on('exit', (code, signal) => {
      if (code !== 0) failed(`exit code ${code ?? signal}`);
    });
    child.send(request);
  });
}
