import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateLog } from '../generate/generate.js';
import type { LargeRequest } from '../large/request.js';
import { type Watched, watchRun } from '../large/watch.js';
import { SHAPE_NAMES, SHAPES, type ShapeName, writeShape } from './shapes.js';

const USAGE = `Runs the main job on logs of extreme shapes and with little memory: it completes or stops with a clear error,
and either way leaves nothing behind.

  npx tsx --tsconfig tsconfig.json bench/shapes/main.ts --rows 10000000
  npx tsx --tsconfig tsconfig.json bench/shapes/main.ts --shapes ordinary --memory 256MB,512MB,1GB --rows 1000000

  --shapes LIST     ${SHAPE_NAMES.join(', ')}, ordinary (default all but ordinary)
  --rows N          downloads of each (default 1000000)
  --locations N     of an ordinary log (default a 300th of the rows)
  --memory LIST     memory limits, one run each (default 4GB)
  --limit SECONDS   a run that takes longer is ended (default 1800)
  --data FOLDER     where logs, results and spilled files go for the time of a run (default bench/data)
`;

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: SHAPE_NAMES.join(',') },
    rows: { type: 'string', default: '1000000' },
    locations: { type: 'string' },
    memory: { type: 'string', default: '4GB' },
    limit: { type: 'string', default: '1800' },
    data: { type: 'string', default: fileURLToPath(new URL('../data', import.meta.url)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const rows = Number(values.rows);
  const head = '| log | memory limit | outcome | seconds | processor seconds | peak MiB | spilled MiB | left behind |';
  process.stdout.write(`${rows.toLocaleString('en')} rows\n\n${head}\n|---|---|---|---|---|---|---|---|\n`);
  const results: object[] = [];
  for (const shape of values.shapes.split(',') as (ShapeName | 'ordinary')[]) {
    await mkdir(values.data, { recursive: true });
    const scratch = await mkdtemp(join(values.data, 'shape-'));
    try {
      const input = join(scratch, 'log.parquet');
      await writeInput(shape, rows, input);
      for (const memory of values.memory.split(',')) {
        const watched = await oneRun(input, scratch, memory);
        process.stdout.write(`| ${line(shape, memory, watched)} |\n`);
        results.push({ shape, rows, memory, ...watched, reports: undefined });
      }
    } finally {
      await rm(scratch, { recursive: true });
    }
  }
  const path = fileURLToPath(new URL(`../results/shapes-${rows}.json`, import.meta.url));
  await mkdir(fileURLToPath(new URL('../results', import.meta.url)), { recursive: true });
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
}

async function writeInput(shape: ShapeName | 'ordinary', rows: number, path: string): Promise<void> {
  if (shape !== 'ordinary') return writeShape(shape, rows, path);
  const locations = Number(values.locations ?? Math.floor(rows / 300));
  await generateLog({ rows, locations, seed: 42, memoryLimit: '2GB', path, labels: `${path}.labels.csv` });
}

async function oneRun(input: string, scratch: string, memoryLimit: string): Promise<Watched> {
  const request: LargeRequest = {
    input,
    outputDir: join(scratch, 'out'),
    tempDirectory: join(scratch, 'spill'),
    memoryLimit,
    threads: 2,
    method: 'rules',
  };
  for (const folder of [request.outputDir, request.tempDirectory]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
  }
  return watchRun(request, Number(values.limit));
}

function line(shape: ShapeName | 'ordinary', memory: string, { outcome, spilledMiB, left }: Watched): string {
  const name = shape === 'ordinary' ? shape : SHAPES[shape].says;
  const rest = [spilledMiB, left.length === 0 ? 'nothing' : left.join(' ')];
  if (outcome === 'limit') return [name, memory, 'ended at the limit', values.limit, '', '', ...rest].join(' | ');
  if ('failed' in outcome) {
    const { code, message, hint, peakMiB } = outcome.failed;
    return [name, memory, `${code}: ${hint ?? message}`, '', '', peakMiB, ...rest].join(' | ');
  }
  const { seconds, cpuSeconds, peakMiB } = outcome;
  return [name, memory, 'done', seconds.toFixed(1), cpuSeconds.toFixed(1), peakMiB, ...rest].join(' | ');
}
