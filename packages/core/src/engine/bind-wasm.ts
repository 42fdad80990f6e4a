import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { texts } from '../columns.js';
import type { FileFormat, NamedBuffer, RejectedRow, Relation, Source } from '../engine.js';
import { InputError } from '../errors.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { readTable } from './bind-arrow.js';
import { bindRelation, describeRelation, loadText, sourceName } from './bind-duckdb.js';
import { countedLines } from './bind-json.js';
import { drop, released, thenClear } from './release.js';
import type { WasmEngine } from './wasm-engine.js';

/** Reads every file into memory and into one table: the engine itself opens neither files nor the network. */
export async function bindWasm(engine: WasmEngine, source: Source): Promise<Relation> {
  if (source.kind === 'relation') return bindRelation(engine, source);
  const name = sourceName(engine);
  const table = identifier(name);
  return released(
    async () => {
      if (source.kind === 'arrow') {
        readTable(source.ipc); // The engine says of other bytes that a table is not there.
        await engine.insert(name, source.ipc);
        return describeRelation(engine, table, { cheapRescan: true, rejected: [] });
      }
      const buffers = source.kind === 'buffers' ? source.buffers : await readFiles(engine, source.paths);
      const hive = source.kind === 'files' && source.hive === true;
      const rejected = await load(engine, name, buffers, source.format, hive);
      const names = buffers.map((buffer) => buffer.name);
      return describeRelation(engine, table, { cheapRescan: true, rejected }, names);
    },
    () => drop(engine, 'TABLE', [table]),
  );
}

async function readFiles(engine: WasmEngine, paths: readonly string[]): Promise<NamedBuffer[]> {
  const { files } = engine.parts;
  if (!files) {
    throw new InputError('NO_FILE_SYSTEM', 'This engine runs where there are no files.', {
      hint: 'Give the bytes of the log as buffers.',
    });
  }
  const buffers: NamedBuffer[] = [];
  for (const name of paths) {
    const bytes = await files.read(name);
    const inflated = await files.inflate(bytes).catch((cause: unknown) => {
      throw new InputError('UNREADABLE_INPUT', `${name} cannot be read: ${String(cause)}.`, {
        hint: 'The file seems damaged: compare it with where it came from, or write it again.',
        cause,
      });
    });
    buffers.push({ name, bytes: inflated });
  }
  return buffers;
}

/** One table of the files, put together by column name; folder names of the form `name=value` become columns. */
async function load(
  engine: WasmEngine,
  source: string,
  buffers: readonly NamedBuffer[],
  format: FileFormat,
  hive: boolean,
): Promise<readonly RejectedRow[]> {
  if (buffers.length === 1 && !hive) return loadOne(engine, source, buffers[0]!, format);
  const rejected: RejectedRow[] = [];
  const parts = buffers.map((_, i) => `deeplogbot_part_${i}`);
  return thenClear(
    async () => {
      const selects: Sql[] = [];
      for (const [i, part] of parts.entries()) {
        rejected.push(...(await loadOne(engine, part, buffers[i]!, format)));
        const table = identifier(part);
        selects.push(hive ? await withFolders(engine, table, buffers[i]!.name) : sql`SELECT * FROM ${table}`);
      }
      await engine.run(
        sql`CREATE OR REPLACE TEMP TABLE ${identifier(source)} AS ${join(selects, ' UNION ALL BY NAME ')}`,
      );
      return rejected;
    },
    () => drop(engine, 'TABLE', parts.map(identifier)),
  );
}

/** Makes a table of one file; returns the lines that could not be read. */
async function loadOne(
  engine: WasmEngine,
  table: string,
  buffer: NamedBuffer,
  format: FileFormat,
): Promise<readonly RejectedRow[]> {
  if (format === 'parquet') {
    await engine.insert(table, decodeParquet(engine, buffer));
    return [];
  }
  if (format === 'ndjson') {
    const { ipc, rejected } = parseLines(buffer);
    await engine.insert(table, ipc);
    return rejected;
  }
  const file = `${table}.txt`;
  const { connection } = engine.parts;
  await connection.registerBuffer(file, buffer.bytes);
  try {
    const rejected = await loadText(engine, identifier(table), [file], format, false);
    return rejected.map((row) => ({ ...row, file: buffer.name })); // The user knows the file by its own name.
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(file, buffer.name);
    throw error;
  } finally {
    await connection.dropBuffer(file);
  }
}

function decodeParquet(engine: WasmEngine, { name, bytes }: NamedBuffer): Uint8Array {
  try {
    return engine.parts.parquet.decode(bytes);
  } catch (cause) {
    throw new InputError('NOT_PARQUET', `${name} cannot be read as Parquet: ${String(cause)}.`, {
      hint: 'Is the file complete? Name another file, or say which format it has.',
      cause,
    });
  }
}

/** Folders of a path that are columns, `name=value`. */
const hiveFolders = (path: string): string[] =>
  path
    .split(/[/\\]/)
    .slice(0, -1)
    .filter((part) => part.indexOf('=') > 0);

/** The rows of a table with the folders of its path as columns, which win over those of the table as they do natively. */
async function withFolders(engine: WasmEngine, table: Sql, path: string): Promise<Sql> {
  const folders = hiveFolders(path).map((part) => {
    const at = part.indexOf('=');
    return { name: part.slice(0, at), value: hiveValue(part.slice(at + 1)) };
  });
  const taken = new Set(folders.map(({ name }) => name.toLowerCase()));
  const shape = await engine.columns(sql`SELECT column_name FROM (DESCRIBE SELECT * FROM ${table})`);
  const own = texts(shape, 'column_name').flatMap((name) =>
    taken.has(name!.toLowerCase()) ? [] : [identifier(name!)],
  );
  const constants = folders.map(({ name, value }) => sql`CAST(${value} AS VARCHAR) AS ${identifier(name)}`);
  return sql`SELECT ${join([...own, ...constants], ', ')} FROM ${table}`;
}

/** Percent signs that begin no byte stay as they are. */
function hiveValue(text: string): string | null {
  if (text === '__HIVE_DEFAULT_PARTITION__') return null;
  const decoder = new TextDecoder();
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split('%'), (byte) => Number.parseInt(byte, 16))),
  );
}

/** Newline-delimited JSON objects; every value as text, nested ones as JSON. A line that is not an object is set aside. */
function parseLines({ name, bytes }: NamedBuffer) {
  const rejected: RejectedRow[] = [];
  const columns = new Map<string, (string | null)[]>();
  let rows = 0;
  for (const [i, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    if (line.trim() === '') continue;
    const object = parseObject(line);
    if (!object) {
      rejected.push({ file: name, line: i + 1, reason: 'is not a JSON object' });
      continue;
    }
    for (const [column, value] of Object.entries(object)) {
      const values = columns.get(column) ?? new Array<string | null>(rows).fill(null);
      columns.set(column, values);
      values.push(value === null ? null : typeof value === 'string' ? value : JSON.stringify(value));
    }
    rows++;
    for (const values of columns.values()) if (values.length < rows) values.push(null);
  }
  const vectors = [...columns].map(([column, values]) => [column, vectorFromArray(values, new Utf8())] as const);
  if (vectors.length === 0) {
    throw new InputError(
      'EMPTY_INPUT',
      `The input ${name} has no rows (${countedLines(rejected.length)} could not be read).`,
      {
        hint: 'Name an input that holds download events.',
      },
    );
  }
  return { ipc: tableToIPC(new Table(Object.fromEntries(vectors)), 'stream'), rejected };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
