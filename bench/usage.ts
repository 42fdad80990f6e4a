import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bindSchema, type Engine, InputError, numbers, type Relation, sql } from '@deeplogbot/core';
import { openNativeEngine, openOutputDir, resolveInput } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { countUsage, writeUsage } from '@deeplogbot/usage';
import { runBotAnnotator } from 'deeplogbot';

const USAGE = `Times the usage counts of an annotated log against a plain group-by of DuckDB over it.

  npx tsx bench/usage.ts --input bench/data/10000000-30000-42.parquet

  --input FILE   a log; annotated first where it is not (not timed)
  --threads N    threads of DuckDB (default 2)
  --repeat N     times the plain group-by runs, the median counts (default 3)
`;

const { values } = parseArgs({
  options: {
    input: { type: 'string' },
    threads: { type: 'string', default: '2' },
    repeat: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.input === undefined) process.stdout.write(USAGE);
else await main(values.input);

async function main(input: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-bench-usage-'));
  const engine = await openNativeEngine({ threads: Number(values.threads) });
  try {
    const log = await annotatedLog(engine, input, folder);
    const plain = await median(() => plainGroupBy(engine, log));
    const schema = bindSchema(ebiProvider.schema, log.columns);
    const counted = await timed(() => countUsage(engine, log, { schema }));
    const { result: usage } = counted;
    if (usage.rows !== log.rows) throw wrong(usage.rows, log.rows);
    const out = await openOutputDir(join(folder, 'usage'));
    const written = await timed(() => writeUsage(usage, out, { created: '2026-01-01' }));
    const sizes = await Promise.all(written.result.files.map(async (file) => (await stat(file)).size));
    const bytes = sizes.reduce((a, b) => a + b, 0);
    const both = { seconds: counted.seconds + written.seconds, cpu: counted.cpu + written.cpu };
    const row = (name: string, of: Measured) =>
      `${name.padEnd(34)}${of.seconds.toFixed(2).padStart(8)} s${of.cpu.toFixed(2).padStart(8)} s cpu${(of.seconds / plain.seconds).toFixed(2).padStart(8)} ×${(of.cpu / plain.cpu).toFixed(2).padStart(8)} × cpu`;
    const lines = [
      `${log.rows} rows, ${values.threads} threads, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
      row('plain group-by', plain),
      row('counting', counted),
      row(`writing ${Math.round(bytes / 1e6)} MB in ${sizes.length} files`, written),
      row('both', both),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly seconds: number;
  /** Of all threads: says more than the clock on a machine with other work. */
  readonly cpu: number;
}

async function annotatedLog(engine: Engine, input: string, folder: string): Promise<Relation> {
  const given = await engine.bind(await resolveInput(input));
  if (given.columns.some(({ name }) => name === 'is_bot')) return given;
  const { outputParquet } = await runBotAnnotator({
    input,
    outputDir: folder,
    reporters: [],
    threads: Number(values.threads),
  });
  return engine.bind(await resolveInput(outputParquet!));
}

/** Downloads per data set, month, country and class: what one would write without the rules. */
async function plainGroupBy(engine: Engine, log: Relation): Promise<void> {
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE plain AS
    SELECT accession, date_trunc('month', timestamp) AS month, country, is_bot, is_hub, count(*) AS n
    FROM ${log.name} GROUP BY ALL`);
  const total = await engine.columns(sql`SELECT CAST(sum(n) AS DOUBLE) AS n FROM plain`);
  if (numbers(total, 'n')[0] !== log.rows) throw wrong(numbers(total, 'n')[0]!, log.rows);
}

const wrong = (found: number, wanted: number) =>
  new InputError('WRONG_ANSWER', `The counts add up to ${found} of ${wanted} rows.`, {
    hint: 'A wrong answer is not timed.',
  });

async function timed<T>(work: () => Promise<T>): Promise<Measured & { readonly result: T }> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

async function median(work: () => Promise<void>): Promise<Measured> {
  const all: Measured[] = [];
  for (let i = 0; i < Number(values.repeat); i++) all.push(await timed(work));
  return all.sort((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)]!;
}
