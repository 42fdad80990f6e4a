import { mkdir, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { runFloor } from './floor.js';
import { type Quality, qualityOf } from './quality.js';

/** What a child process is asked to run. */
export interface PartRequest {
  readonly part: 'floor' | 'rules-native' | 'rules-wasm' | 'copy';
  readonly path: string;
  readonly labels: string;
  readonly outputDir: string;
  readonly threads: number;
  readonly memoryLimit: string;
}

export interface PartResult {
  readonly part: PartRequest['part'];
  readonly seconds: number;
  /** Of all threads: what a busy machine changes least. */
  readonly cpuSeconds: number;
  readonly rows: number;
  /** Highest resident memory of the process. */
  readonly peakMiB: number;
  readonly duckdb?: string;
  readonly steps?: readonly { readonly name: string; readonly seconds: number }[];
  readonly sourceScans?: number;
  readonly locations?: number;
  readonly annotatedRows?: number;
  readonly quality?: Quality;
}

export type PartMessage = { readonly result: PartResult } | { readonly failed: string };

type Measured = Omit<PartResult, 'part' | 'peakMiB'>;

process.once('message', async (request: PartRequest) => {
  try {
    const measured = await run(request);
    const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    send({ result: { part: request.part, peakMiB, ...measured } }, 0);
  } catch (error) {
    send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 1);
  }
});

function send(message: PartMessage, code: number): void {
  process.send?.(message, undefined, undefined, () => process.exit(code));
}

function run(request: PartRequest): Promise<Measured> {
  if (request.part === 'floor') return floor(request);
  if (request.part === 'copy') return runCopy(request);
  return runRules(request, request.part === 'rules-wasm' ? 'wasm' : 'native');
}

async function floor(request: PartRequest): Promise<Measured> {
  const end = stopwatch();
  const result = await runFloor(request.path, request);
  return { ...end(), ...result };
}

/** Seconds and processor time from here to the call of what is returned. */
function stopwatch(): () => Pick<PartResult, 'seconds' | 'cpuSeconds'> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
}

const annotatedPath = ({ outputDir }: PartRequest, engine: string): string =>
  `${outputDir}/annotated-${engine}.parquet`;

/** The whole run through the public API, files and reports written as for anybody. */
async function runRules(request: PartRequest, engine: 'native' | 'wasm'): Promise<Measured> {
  await mkdir(request.outputDir, { recursive: true });
  const { runBotAnnotator } = await import('deeplogbot');
  const outputParquet = annotatedPath(request, engine);
  const end = stopwatch();
  const run = await runBotAnnotator({
    inputParquet: request.path,
    outputDir: `${request.outputDir}/${engine}`,
    outputParquet,
    classificationMethod: 'rules',
    engine,
    threads: request.threads,
    memoryLimit: request.memoryLimit,
    outputStrategy: 'new_file',
    profile: `${request.outputDir}/profile-${engine}.json`,
  });
  const measured = end();
  const labels = run.verdicts.rows.map(({ label }) => label);
  return {
    ...measured,
    rows: run.rowCounts.total,
    steps: run.timings.map(({ step, seconds: taken }) => ({ name: step, seconds: taken })),
    sourceScans: run.plan.sourceScans,
    locations: run.features.rows,
    annotatedRows: await countRows(outputParquet),
    quality: await qualityOf(run.features.keys, labels, request.labels),
  };
}

async function countRows(path: string): Promise<number> {
  const { connection, close } = await open({ threads: 1, memoryLimit: '1GB' });
  const rows = (await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quoted(path)})`)).getRows();
  close();
  return Number(rows[0]![0]);
}

/**
 * What DuckDB alone needs to write the same file: the log joined with one verdict per location, same columns, same
 * compression, same row groups, row order kept. The verdicts come from the annotated file and are not timed.
 */
async function runCopy(request: PartRequest): Promise<Measured> {
  const { connection, close } = await open(request);
  const [annotated, target] = [annotatedPath(request, 'native'), `${request.outputDir}/plain-copy.parquet`];
  await connection.run(`
    CREATE TEMP TABLE verdicts AS
    SELECT geo_location AS key, any_value(COLUMNS(* EXCLUDE (date, year, month, "user", accession, filename, completed,
           country, method, "timestamp", geoip_region_name, geoip_city_name, geo_location)))
    FROM read_parquet(${quoted(annotated)}) WHERE geo_location IS NOT NULL GROUP BY geo_location`);
  const end = stopwatch();
  const written = await connection.runAndReadAll(`
    COPY (SELECT log.*, v.* EXCLUDE (key) FROM read_parquet(${quoted(request.path)}) log
          LEFT JOIN verdicts v ON log.geo_location = v.key)
    TO ${quoted(target)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)`);
  const measured = end();
  const duckdb = String((await connection.runAndReadAll('SELECT version()')).getRows()[0]![0]);
  close();
  await rm(target);
  return { ...measured, rows: Number(written.getRows()[0]![0]), duckdb };
}

async function open(settings: { readonly threads: number; readonly memoryLimit: string }) {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: settings.memoryLimit,
  });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
