import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { batchReader } from '../batch-reader.js';
import { invalidOption } from '../check-options.js';
import { type ColumnBatch, texts } from '../columns.js';
import { duckdbDialect } from '../dialect.js';
import type { Engine, EngineOptions, Relation, Source, TypedColumn, WriteTarget } from '../engine.js';
import { ConfigError } from '../errors.js';
import { lineNumbers } from '../input/line-numbers.js';
import { nextTurn } from '../next-turn.js';
import { writeAtomically } from '../output/atomic.js';
import { isRunning } from '../output/processes.js';
import { identifier, type Sql, sql } from '../sql.js';
import { bindRelation } from './bind-duckdb.js';
import { engineError } from './errors.js';
import { countedBytes, GIVE_BACK, GIVE_BACK_TABLES, isNear, memoryLimit, RESTING, threadsWithin } from './memory.js';
import { appendBatch, appendTyped, prepareForHost } from './native-columns.js';
import { orClear } from './release.js';
import { writePlan } from './write-plan.js';
import { inWriteOrder } from './write-settings.js';

export interface NativeEngineOptions extends EngineOptions {
  /** A connection of the caller's: only temporary relations are made in it, its settings stay, and it is never closed. */
  readonly connection?: DuckDBConnection;
}

/** DuckDB as a native library of Node. Fails with `ENGINE_UNAVAILABLE` where the library does not load. */
export async function openNativeEngine(options: NativeEngineOptions = {}): Promise<Engine> {
  if (options.connection) return borrow(options.connection);
  const { DuckDBInstance } = await loadDuckDB();
  const folder = await spillFolder(options.tempDirectory ?? tmpdir());
  const opened: { closeSync(): void }[] = [];
  const close = async () => {
    for (const each of opened.reverse()) each.closeSync();
    await rm(folder, { recursive: true, force: true });
  };
  return orClear(async () => {
    const instance = await DuckDBInstance.create(':memory:');
    opened.push(instance);
    const connection = await instance.connect();
    opened.push(connection);
    const threads = threadsOf(options);
    await configure(connection, options, threads, folder);
    return new NativeEngine(connection, close, { limit: options.memoryLimit, threads });
  }, close);
}

/** A folder of this process; those of processes of the same user that were killed are removed. @throws ConfigError `INVALID_OPTION` */
async function spillFolder(parent: string): Promise<string> {
  try {
    for (const name of await readdir(parent)) {
      const pid = /^deeplogbot-spill-(\d+)-/.exec(name)?.[1];
      if (pid === undefined || isRunning(Number(pid))) continue;
      const left = joinPath(parent, name);
      // What others left in a folder that all users share is not ours to remove, and the system does not let us.
      if (await isOwn(left)) await rm(left, { recursive: true, force: true });
    }
    return await mkdtemp(joinPath(parent, `deeplogbot-spill-${process.pid}-`));
  } catch (cause) {
    throw invalidOption('tempDirectory', parent, 'a folder that is there and may be written to', cause);
  }
}

/** Whether a folder is of the user of this process; false of one that another process has just removed. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return found !== undefined && (process.getuid === undefined || found.uid === process.getuid());
}

/** On a connection of the caller's, closing means taking away what was put there. */
function borrow(connection: DuckDBConnection): Engine {
  const takeAway = async () => {
    for (const kind of ['view', 'table'] as const) {
      const names = await engine.columns(sql`
        SELECT ${identifier(`${kind}_name`)} AS name FROM ${identifier(`duckdb_${kind}s`)}()
        WHERE temporary AND ${identifier(`${kind}_name`)} LIKE 'deeplogbot_%'`);
      for (const name of texts(names, 'name')) {
        await engine.run(sql`DROP ${kind === 'view' ? sql`VIEW` : sql`TABLE`} IF EXISTS temp.${identifier(name!)}`);
      }
    }
  };
  const engine: NativeEngine = new NativeEngine(connection, takeAway, 'lent');
  return engine;
}

async function loadDuckDB(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new ConfigError('ENGINE_UNAVAILABLE', 'The native DuckDB engine does not load on this machine.', {
      hint: 'Install @duckdb/node-api for this platform, or use engine "wasm".',
      cause,
    });
  }
}

function threadsOf({ threads, memoryLimit: limit }: EngineOptions): number {
  const wanted = threads || availableParallelism();
  return limit === undefined ? wanted : threadsWithin(limit, wanted);
}

async function configure(
  connection: DuckDBConnection,
  { memoryLimit: limit }: EngineOptions,
  threads: number,
  folder: string,
): Promise<void> {
  const settings: readonly Sql[] = [
    threadsSetting(threads),
    sql`SET temp_directory = ${folder}`,
    sql`SET TimeZone = 'UTC'`,
    sql`SET preserve_insertion_order = TRUE`,
    sql`SET autoinstall_known_extensions = FALSE`,
    sql`SET enable_progress_bar = FALSE`,
    GIVE_BACK_TABLES,
    ...(limit === undefined ? [] : [memoryLimit(countedBytes(limit))]),
  ];
  for (const setting of settings) await connection.run(setting.text);
}

/** Fewer rows are read faster by one thread. Measured: docs/performance.md. */
const ROWS_FOR_THREADS = 20_000;

const threadsSetting = (threads: number): Sql => sql`SET threads = ${threads}`;

/** Milliseconds after which others are let run while a result that is there is decoded: numbers take one for 100,000 rows, text ten for 30,000. */
const LONGEST = 10;

class NativeEngine implements Engine {
  readonly name = 'duckdb-native';
  readonly dialect = duckdbDialect;
  private readonly limit: string | undefined;
  private gaveBack = false;
  private ceiling: Sql | undefined;
  private current: number;
  /** Threads that a statement without room for them gave up; 1 = none. */
  private narrowedFrom = 1;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly dispose: () => Promise<void>,
    /** Resident memory that is to be kept to, and all threads; `lent` on a connection of the caller's, whose settings stay. */
    private readonly own: 'lent' | { readonly limit: string | undefined; readonly threads: number },
  ) {
    this.limit = own === 'lent' ? undefined : own.limit;
    this.current = own === 'lent' ? 1 : own.threads;
  }

  bind(source: Source): Promise<Relation> {
    return bindRelation(this, source, lineNumbers);
  }

  async run(statement: Sql): Promise<void> {
    try {
      await this.saveMemory();
      await this.inRoom(() => this.connection.run(statement.text));
    } catch (cause) {
      throw engineError(statement.text, cause);
    } finally {
      await this.allThreads();
    }
  }

  /** Taken when it is whole: fetching each 2,048 rows from a thread costs more than computing them. */
  async columns(query: Sql): Promise<ColumnBatch> {
    const { text, run, decode, close } = await prepareForHost(this.connection, query);
    const reader = batchReader();
    try {
      await this.saveMemory();
      const result = await this.inRoom(run);
      for (let i = 0, since = performance.now(); i < result.chunkCount; i++) {
        reader.push(decode(result.getChunk(i)));
        if (performance.now() - since < LONGEST) continue;
        await nextTurn();
        since = performance.now();
      }
      if (result.chunkCount === 0) reader.push(decode(null));
      return reader.whole();
    } catch (cause) {
      throw engineError(text, cause);
    } finally {
      close();
      await this.allThreads();
    }
  }

  async *batches(query: Sql): AsyncIterable<ColumnBatch> {
    const { text, stream, decode, close } = await prepareForHost(this.connection, query);
    try {
      await this.saveMemory();
      const { result, first } = await this.inRoom(async () => {
        const begun = await stream();
        return { result: begun, first: await begun.fetchChunk() };
      });
      if (!first || first.rowCount === 0) return yield decode(null);
      for (let chunk = first as DuckDBDataChunk | null; chunk && chunk.rowCount > 0; ) {
        yield decode(chunk);
        chunk = await result.fetchChunk();
      }
    } catch (cause) {
      throw engineError(text, cause);
    } finally {
      close();
      await this.allThreads();
    }
  }

  /** Begins a statement, and where memory does not do for its threads again with one: each has a part of its own of every group and sort. */
  private async inRoom<T>(begin: () => Promise<T>): Promise<T> {
    try {
      return await begin();
    } catch (cause) {
      if (this.limit === undefined || engineError('', cause).code !== 'OUT_OF_MEMORY') throw cause;
      this.narrowedFrom = await this.threads();
      if (this.narrowedFrom === 1) throw cause;
      await this.connection.run(threadsSetting(1).text);
      return begin();
    }
  }

  private async threads(): Promise<number> {
    const found = await this.connection.runAndReadAll("SELECT CAST(current_setting('threads') AS INTEGER)");
    return Number(found.getRows()[0]![0]);
  }

  /** Undoes what {@link inRoom} did, once nothing of its statement is left to be fetched. */
  private async allThreads(): Promise<void> {
    if (this.narrowedFrom > 1) await this.connection.run(threadsSetting(this.narrowedFrom).text);
    this.narrowedFrom = 1;
  }

  /** Once memory gets short, and from then on. */
  private async saveMemory(): Promise<void> {
    if (!this.gaveBack && this.limit !== undefined && isNear(this.limit)) await this.giveBack();
  }

  async expect(rows: number): Promise<void> {
    if (this.own === 'lent') return;
    const threads = rows < ROWS_FOR_THREADS ? 1 : this.own.threads;
    if (threads === this.current) return;
    await this.connection.run(threadsSetting(threads).text);
    this.current = threads;
  }

  async giveBack(): Promise<void> {
    if (this.own === 'lent') return;
    this.gaveBack = true;
    for (const setting of GIVE_BACK) await this.connection.run(setting.text);
  }

  /** The engine does so whenever it is told a limit, also the one that it has; nothing else makes it. */
  async trim(): Promise<void> {
    if (this.own === 'lent') return;
    this.ceiling ??= this.limit === undefined ? await this.ownCeiling() : memoryLimit(countedBytes(this.limit));
    await this.connection.run(this.ceiling.text);
  }

  /** The limit that the engine has of itself; asked for once, since it is rounded whenever it is said. */
  private async ownCeiling(): Promise<Sql> {
    const found = await this.columns(sql`SELECT replace(current_setting('memory_limit'), ' ', '') AS text`);
    return sql`SET memory_limit = ${texts(found, 'text')[0]!}`;
  }

  async rest(): Promise<void> {
    if (this.limit === undefined) return;
    const counted = countedBytes(this.limit);
    try {
      // What is held beyond a limit is written to the folder for it.
      await this.connection.run(memoryLimit(counted * RESTING).text);
    } catch (cause) {
      // What cannot be put aside stays, and the limit with it.
      if (engineError('', cause).code !== 'OUT_OF_MEMORY') throw cause;
    }
    await this.connection.run(memoryLimit(counted).text);
  }

  async load(name: string, batch: ColumnBatch): Promise<Sql> {
    return appendBatch(this, this.connection, name, batch);
  }

  async append(name: string, columns: readonly TypedColumn[], rows: number): Promise<void> {
    await appendTyped(this.connection, name, columns, rows);
  }

  write(query: Sql, target: WriteTarget): Promise<number> {
    const plan = writePlan(target);
    return writeAtomically(target.path, (temporary) =>
      inWriteOrder(this, plan.parallel, async () => {
        const statement = sql`COPY (${query}) TO ${temporary} (
          FORMAT parquet, COMPRESSION ${sql`${target.compression}`}, ROW_GROUP_SIZE ${plan.rowGroupSize})`;
        const result = await this.connection.runAndReadAll(statement.text).catch((cause: unknown) => {
          throw engineError(statement.text, cause);
        });
        return Number(result.getRows()[0]?.[0] ?? 0);
      }),
    );
  }

  interrupt(): void {
    this.connection.interrupt();
  }

  close(): Promise<void> {
    return this.dispose();
  }
}
