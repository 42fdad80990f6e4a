import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '@deeplogbot/core';
import { generateLog } from '../generate/generate.js';
import { answerOf } from './answer.js';
import { installPeer } from './install.js';
import { type Commands, type Job, METHODS, type Method, measure, outputOf } from './systems.js';
import { type Comparison, comparisonTable, type Run } from './table.js';

const USAGE = `Runs this project and DeepLogBot for Python side by side on the same generated log.

  npx tsx --tsconfig tsconfig.json bench/peer/main.ts --rows 1000000 --locations 8000

  --rows N           downloads (default 1000000)
  --locations N      locations (default 8000)
  --seed N           of the log (default 42)
  --methods LIST     rules, deep or both (default rules,deep)
  --runs N           of each system and method, in turn (default 3)
  --limit SECONDS    a run that takes longer is ended, and said to be (default 1200)
  --memory-limit S   memoryLimit of ours (default: ours has none set, as the reference)
  --log FILE         a generated log with its labels beside it, instead of making one in bench/data

Needs the built command (npm run build). The reference is installed from the Python registry into bench/data/peer.
Each run is a whole process; wall clock, processor time and peak memory are the operating system's.
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    locations: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '42' },
    methods: { type: 'string', default: METHODS.join(',') },
    runs: { type: 'string', default: '3' },
    limit: { type: 'string', default: '1200' },
    'memory-limit': { type: 'string' },
    log: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../../packages/deeplogbot/dist/cli.js');

if (values.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  if (!existsSync(CLI)) {
    throw new InputError('BENCH_NOT_BUILT', `There is no ${CLI}.`, { hint: 'Run npm run build first.' });
  }
  await mkdir(here('../data'), { recursive: true });
  const peer = await installPeer(here('../data/peer'), here('requirements.txt'));
  if ('missing' in peer) {
    process.stdout.write(`The reference is not available here: ${peer.missing}\n`);
    return;
  }
  const memory = values['memory-limit'] === undefined ? [] : ['--memory-limit', values['memory-limit']];
  const commands: Commands = {
    python: peer.python,
    reference: peer.command,
    ours: [process.execPath, CLI, '--quiet', ...memory],
    limit: Number(values.limit),
  };
  const comparison: Comparison = {
    rows: Number(values.rows),
    locations: Number(values.locations),
    limit: commands.limit,
    runs: await inTurn(await log(), commands),
  };
  const hardware = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
  const versions = { node: process.version, reference: peer.versions };
  const memoryLimit = values['memory-limit'] ?? null;
  const path = here(`../results/peer-${values.rows}-${values.locations}-${values.methods.replace(',', '-')}.json`);
  await mkdir(here('../results'), { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...comparison, memoryLimit, hardware, versions }, null, 2)}\n`);
  process.stdout.write(`${comparisonTable(comparison)}\n\n${path}\n`);
}

interface Log {
  readonly path: string;
  readonly labels: string;
}

/** The log that was named, or that of the size and seed, made once. */
async function log(): Promise<Log> {
  const [rows, locations, seed] = [Number(values.rows), Number(values.locations), Number(values.seed)];
  const path = values.log ?? here(`../data/${rows}-${locations}-${seed}.parquet`);
  const labels = path.replace(/\.parquet$/, '.labels.csv');
  if (!existsSync(path) || !existsSync(labels)) {
    await generateLog({ rows, locations, seed, memoryLimit: '4GB', path, labels });
  }
  return { path, labels };
}

/** One system after the other, so that a change of the machine's load meets both. */
async function inTurn(input: Log, commands: Commands): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 1; round <= Number(values.runs); round++) {
    for (const method of values.methods.split(',') as Method[]) {
      for (const system of ['ours', 'reference'] as const) {
        const run = await one({ system, method, log: input.path, folder: here('../data/peer-out') }, input, commands);
        process.stderr.write(`${round}. ${JSON.stringify(run)}\n`);
        runs.push(run);
      }
    }
  }
  return runs;
}

async function one(job: Job, { labels }: Log, commands: Commands): Promise<Run> {
  await rm(job.folder, { recursive: true, force: true });
  await mkdir(job.folder, { recursive: true });
  const { code, ...usage } = await measure(job, commands);
  const run = { system: job.system, method: job.method, ...usage };
  if (code === null) return { ...run, outcome: 'limit' };
  if (code !== 0) {
    const said = (await readFile(outputOf(job), 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
    process.stderr.write(`${job.system}, ${job.method}: exit code ${code}\n${said}\n`);
    return { ...run, outcome: 'failed' };
  }
  const { annotatedRows, quality } = await answerOf(job, labels);
  if (annotatedRows !== Number(values.rows) || quality.missing > 0) {
    process.stderr.write(
      `${job.system}, ${job.method}: ${annotatedRows} annotated rows, ${quality.missing} locations without a verdict\n`,
    );
    return { ...run, outcome: 'failed' };
  }
  const { macroF1, macroF1WithoutVisitors } = quality;
  await rm(job.folder, { recursive: true });
  return { ...run, outcome: 'done', macroF1, macroF1WithoutVisitors };
}
