import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateLog } from '../generate/generate.js';
import { estimates, held, longestSilence, worst } from './honesty.js';
import { type LargeRequest, METHODS } from './request.js';
import { type Watched, watchRun } from './watch.js';

const USAGE = `Runs the main job on a large generated log and says what it took, spilled, left behind and foretold.

  npx tsx --tsconfig tsconfig.json bench/large/main.ts --rows 160000000 --locations 71000

  --rows N          downloads (default 160000000, scaled down loudly where the disk has no room)
  --locations N     locations (default 71000)
  --seed N          of the log (default 42)
  --memory SIZE     memoryLimit (default 4GB)
  --threads N       threads of DuckDB (default 2)
  --method NAME     rules or deep (default rules)
  --limit SECONDS   the run is ended after this time (default 3600)
  --data FOLDER     where logs are made, and results and spilled files go (default bench/data)
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '160000000' },
    locations: { type: 'string', default: '71000' },
    seed: { type: 'string', default: '42' },
    memory: { type: 'string', default: '4GB' },
    threads: { type: 'string', default: '2' },
    method: { type: 'string', default: 'rules' },
    limit: { type: 'string', default: '3600' },
    data: { type: 'string', default: fileURLToPath(new URL('../data', import.meta.url)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Of the log, the annotated log and the spilled files together, bytes per row; measured at 30 M rows and rounded up. */
const LOG_BYTES = 25;
const RUN_BYTES = 150;

if (values.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const locations = Number(values.locations);
  const method = METHODS.find((name) => name === values.method);
  if (method === undefined) return void process.stderr.write(`--method is one of: ${METHODS.join(', ')}\n`);
  await mkdir(values.data, { recursive: true });
  const [input, rows] = await log(Number(values.rows), locations);
  const scratch = await mkdtemp(join(values.data, 'large-'));
  const request: LargeRequest = {
    input,
    outputDir: join(scratch, 'out'),
    tempDirectory: join(scratch, 'spill'),
    memoryLimit: values.memory,
    threads: Number(values.threads),
    method,
  };
  await mkdir(request.tempDirectory);
  const watched = await watchRun(request, Number(values.limit));
  const path = fileURLToPath(
    new URL(
      `../results/large-${rows}-${locations}-${method}-${values.memory.replaceAll(/\W/g, '')}.json`,
      import.meta.url,
    ),
  );
  const hardware = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
  const asked = { rows, locations, method, memoryLimit: values.memory, threads: request.threads };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...asked, hardware, node: process.version, ...watched }, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(asked)}\n${summary(watched)}\n${path}\nthe log stays: ${input}\n`);
  await rm(scratch, { recursive: true });
}

/** The log of this size, made where it is missing; smaller where the disk cannot hold it and the run's own files. */
async function log(wanted: number, locations: number): Promise<[path: string, rows: number]> {
  const pathOf = (rows: number) => join(values.data, `${rows}-${locations}-${values.seed}.parquet`);
  const { bavail, bsize } = await statfs(values.data);
  const free = bavail * bsize;
  const need = (rows: number) => rows * (RUN_BYTES + (existsSync(pathOf(rows)) ? 0 : LOG_BYTES));
  const rows = need(wanted) <= free ? wanted : Math.floor(free / (RUN_BYTES + LOG_BYTES) / 1e6) * 1e6;
  const path = pathOf(rows);
  if (rows < wanted) {
    process.stderr.write(
      `ONLY ${rows} OF ${wanted} ROWS: ${gigabytes(free)} GB are free, ${gigabytes(need(wanted))} needed.\n`,
    );
  }
  const labels = path.replace(/\.parquet$/, '.labels.csv');
  const seed = Number(values.seed);
  if (!existsSync(path)) await generateLog({ rows, locations, seed, memoryLimit: values.memory, path, labels });
  return [path, rows];
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

function summary({ outcome, reports, spilledMiB, left, largest }: Watched): string {
  const tail = [
    `spilled at most ${spilledMiB} MiB`,
    left.length === 0 ? 'nothing left behind' : `LEFT BEHIND: ${left}`,
  ];
  if (outcome === 'limit') return [`ended at the limit of ${values.limit} s`, ...tail].join('\n');
  if ('failed' in outcome) return [`failed: ${JSON.stringify(outcome.failed, null, 2)}`, ...tail].join('\n');
  const { seconds, cpuSeconds, rows, peakMiB, sourceScans } = outcome;
  const foretold = estimates(reports, seconds);
  const off = worst(foretold);
  return [
    `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processor time, ${((1e6 * cpuSeconds) / rows).toFixed(2)} µs of it a row`,
    `peak ${peakMiB} MiB${largest ? ` (${largest.doing}, at ${largest.at.toFixed(0)} s)` : ''}, ${sourceScans} scans of the source for the features`,
    ...tail,
    off === undefined
      ? 'no estimate of the time left after the first minute'
      : `time left: worst error after the first minute ${(100 * off.error).toFixed(1)} % of the run (at ${off.at.toFixed(0)} s, ${off.step}: ${off.left.toFixed(0)} s foretold, ${off.truth.toFixed(0)} s true; aim ≤ 20 %)`,
    ...(off === undefined
      ? []
      : [`between its bounds it was in ${(100 * held(foretold)).toFixed(0)} % of the reports`]),
    `longest time without a report ${longestSilence(reports, seconds).toFixed(1)} s`,
  ].join('\n');
}
