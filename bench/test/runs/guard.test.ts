import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineExtractor, type Engine, float64, identifier, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { bindEvents, extractFeatures, runBotAnnotator } from 'deeplogbot';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { runFloor } from '../../floor.js';

/** Work that is done twice shows here as counts; the demo log is small enough for every test run. */
const LOG = join(import.meta.dirname, '../../../examples/demo/downloads.parquet');
const ROWS = 100_012;

let connection: DuckDBConnection;
let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** How often the engine's own plans of all statements read the file, every table that is made, once per making, and every question asked. */
interface Counts {
  scans: number;
  readonly made: string[];
  readonly asked: string[];
}

/** An engine that looks at the plan of each statement before it runs it. */
async function counting(): Promise<{ engine: Engine; counts: Counts }> {
  const inner = await openNativeEngine({ connection });
  const counts: Counts = { scans: 0, made: [], asked: [] };
  const look = async (statement: Sql) => {
    const plan = (await connection.runAndReadAll(`EXPLAIN (FORMAT JSON) ${statement.text}`))
      .getRows()
      .flat()
      .join('\n');
    counts.scans += plan.match(/"name": "(READ_PARQUET|PARQUET_SCAN) ?"/g)?.length ?? 0;
  };
  const engine: Engine = Object.create(inner, {
    run: {
      value: async (statement: Sql) => {
        const table = /^\s*CREATE OR REPLACE TEMP TABLE "?(\w+)"? AS/.exec(statement.text)?.[1];
        if (table !== undefined) {
          counts.made.push(table);
          await look(statement);
        }
        return inner.run(statement);
      },
    },
    columns: {
      value: async (query: Sql) => {
        counts.asked.push(query.text);
        await look(query);
        return inner.columns(query);
      },
    },
    batches: {
      value: async function* (query: Sql) {
        counts.asked.push(query.text);
        await look(query);
        yield* inner.batches(query);
      },
    },
  });
  return { engine, counts };
}

async function extract(further: readonly PlanNode[] = []) {
  const { engine, counts } = await counting();
  const events = await bindEvents(engine, LOG, ebiProvider);
  counts.scans = 0; // Binding asks for the shape and the row count.
  counts.asked.length = 0;
  const meter = () => ({ seconds: 0, cpuSeconds: cpuSeconds(), residentBytes: 0 });
  const extracted = await extractFeatures(events, ebiProvider, { customExtractors: further, meter });
  await engine.close();
  return { extracted, counts };
}

/** What comes more than once. */
const repeated = (list: readonly string[]) => list.filter((one, i) => list.indexOf(one) !== i);

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Bytes that this process has handed to the system to be written, by proc_pid_io(5). */
const bytesWritten = async () => Number(/^wchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8'))![1]);

/** Extractors of one column that all read the same relation. */
const extractors = (n: number, from: 'events' | 'by_hour'): PlanNode[] =>
  Array.from({ length: n }, (_, i) =>
    defineExtractor({
      name: `further_${i}`,
      from: [from],
      columns: {
        [`further_column_${i}`]: float64({ unit: 'rows', meaning: 'Rows.', formula: 'n', nullWhen: 'never' }),
      },
      query: (relations) =>
        sql`SELECT key, count(*) + ${i} AS ${identifier(`further_column_${i}`)} FROM ${relations[from]!} GROUP BY key`,
    }),
  );

describe('work is done once', () => {
  let usual: Awaited<ReturnType<typeof extract>>;
  beforeAll(async () => {
    usual = await extract();
  });

  it('reads the source as often as the run says, makes every table once and asks nothing twice', () => {
    const { extracted, counts } = usual;
    expect(counts.scans).toBe(3);
    expect(extracted.sourceScans).toBe(counts.scans);
    expect([repeated(counts.made), repeated(extracted.nodes)]).toEqual([[], []]);
    // Three series are computed from the 24 counts that a location has by hour of the day.
    expect(repeated(counts.asked).filter((query) => !query.includes('"deeplogbot_by_hour_of_day"'))).toEqual([]);
    expect(extracted.nodes.length).toBeLessThanOrEqual(75);
  });

  it.runIf(process.platform === 'linux')('writes every report and the annotated log once', async () => {
    const folder = await scratch();
    onTestFinished(() => rm(folder, { recursive: true }));
    const [outputDir, tempDirectory] = [join(folder, 'out'), join(folder, 'spill')];
    await mkdir(tempDirectory);
    const before = await bytesWritten();
    const run = await runBotAnnotator({ input: LOG, outputDir, tempDirectory });
    const written = (await bytesWritten()) - before;
    const sizes = await Promise.all(run.files.map(async (file) => (await stat(file)).size));
    const kept = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`${written} bytes written for ${kept} in ${sizes.length} files, the largest ${Math.max(...sizes)}`);
    expect(repeated(run.timings.map(({ step }) => step))).toEqual([]);
    expect(repeated(run.files)).toEqual([]);
    expect(written / kept).toBeLessThan(1.02); // 1.004 when this was written
  });

  it.each([1, 12])('reads the source no more than four times with %d further readers of the events', async (n) => {
    const { extracted, counts } = await extract(extractors(n, 'events'));
    expect(counts.scans).toBeLessThanOrEqual(4);
    expect(extracted.sourceScans).toBe(counts.scans);
  });

  it('reads it no more often for twenty extractors over an aggregate', async () => {
    const { counts } = await extract(extractors(20, 'by_hour'));
    expect(counts.scans).toBe(3);
  });

  it('keeps no more rows in its tables than it did', () => {
    const rows = usual.extracted.timings.reduce((sum, timing) => sum + (timing.rows ?? 0), 0);
    expect(rows / ROWS).toBeLessThan(8); // 6.0 when this was written
  });

  it('takes no more than a multiple of what the engine alone needs for the aggregates', async () => {
    const before = cpuSeconds();
    await runFloor(LOG, { threads: 2, memoryLimit: '1GB' });
    const floor = cpuSeconds() - before;
    const used = usual.extracted.timings.reduce((sum, timing) => sum + (timing.cpuSeconds ?? 0), 0);
    console.log(`features ${used.toFixed(2)} s, floor ${floor.toFixed(2)} s of processor time`);
    expect(used / floor).toBeLessThan(12); // 2.3 when this was written
  });
});
