import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { locationAnalysisCsv, runManifest, statistics } from '@deeplogbot/reports';
import { DuckDBInstance } from '@duckdb/node-api';
import { type AnnotatorOptions, runBotAnnotator } from 'deeplogbot';
import { generateLog } from './generate/generate.js';

const USAGE = `What --resume and --state cost and save, in processor seconds, on one log cut into twelve files by time.

  npx tsx --tsconfig tsconfig.json bench/kept-work.ts --rows 1000000 --locations 3000
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    locations: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '42' },
    log: { type: 'string' },
    threads: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Row {
  readonly what: string;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

if (values.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-kept-'));
  try {
    const months = await cut(await logFile(), join(folder, 'logs'));
    const rows = await measure(folder, months);
    const width = Math.max(...rows.map(({ what }) => what.length));
    const lines = rows.map(({ what, cpuSeconds, wallSeconds }) =>
      [what.padEnd(width), cpuSeconds.toFixed(1).padStart(8), wallSeconds.toFixed(1).padStart(8)].join('  '),
    );
    process.stdout.write(`${values.rows} rows, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
    process.stdout.write(`${`${''.padEnd(width)}   cpu, s  wall, s`}\n${lines.join('\n')}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function logFile(): Promise<string> {
  if (values.log !== undefined) return values.log;
  const name = `${values.rows}-${values.locations}-${values.seed}`;
  const at = (ending: string) => fileURLToPath(new URL(`data/${name}.${ending}`, import.meta.url));
  const [rows, locations, seed] = [Number(values.rows), Number(values.locations), Number(values.seed)];
  if (!existsSync(at('parquet')))
    await generateLog({ rows, locations, seed, path: at('parquet'), labels: at('labels.csv') });
  return at('parquet');
}

/** Twelve files of equal size, each later than the one before. */
async function cut(log: string, folder: string): Promise<readonly string[]> {
  await mkdir(folder);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE log AS SELECT *, ntile(12) OVER (ORDER BY timestamp) AS part FROM '${log}'`);
  const paths = Array.from({ length: 12 }, (_, i) => join(folder, `month-${String(i + 1).padStart(2, '0')}.parquet`));
  for (const [i, path] of paths.entries()) {
    await connection.run(`COPY (SELECT * EXCLUDE part FROM log WHERE part = ${i + 1}) TO '${path}' (FORMAT parquet)`);
  }
  connection.closeSync();
  instance.closeSync();
  return paths;
}

async function measure(folder: string, months: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const run = async (what: string, options: AnnotatorOptions) => {
    const outputDir = join(folder, `out-${rows.length}`);
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    await runBotAnnotator({
      outputDir,
      threads: Number(values.threads),
      reporters: [locationAnalysisCsv, statistics, runManifest],
      ...options,
    });
    const { user, system } = process.cpuUsage(cpu);
    rows.push({ what, cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 });
    return readFile(join(options.outputDir ?? outputDir, 'location_analysis.csv'), 'utf8');
  };
  const [stateDir, outputDir] = [join(folder, 'state'), join(folder, 'resumed')];
  const reports = { outputStrategy: 'reports_only' } as const;
  const full = await run('all twelve files', { input: months });
  assert.equal(await run('all twelve files with --resume', { input: months, resume: true }), full);
  const controller = new AbortController();
  const stopped = run('', {
    input: months,
    outputDir,
    resume: true,
    signal: controller.signal,
    onProgress: ({ step }) => step === 'annotate' && controller.abort(),
  });
  await assert.rejects(stopped);
  process.stdout.write(`finished nodes take ${await mebibytes(outputDir)} MiB\n`);
  assert.equal(
    await run('the same, stopped behind its features and gone on', { input: months, outputDir, resume: true }),
    full,
  );
  await run('eleven files into a new --state', { input: months.slice(0, -1), stateDir });
  process.stdout.write(
    `eleven files of ${await mebibytes(join(folder, 'logs'))} MiB in all are a state of ${await mebibytes(stateDir)} MiB\n`,
  );
  assert.equal(await run('the twelfth file, eleven from the state', { input: months.at(-1)!, stateDir }), full);
  assert.equal(await run('all twelve files, reports only', { input: months, ...reports }), full);
  assert.equal(await run('all twelve from the state, reports only', { input: months, stateDir, ...reports }), full);
  return rows;
}

async function mebibytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20);
}
