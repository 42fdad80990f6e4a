import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import type { FileFormat, NamedBuffer, RejectedRow, Relation, Source } from '../engine.js';
import { InputError } from '../errors.js';
import { identifier, join, literal, type Sql, sql } from '../sql.js';
import { bindRelation, describeRelation, loadText, sourceName } from './bind-duckdb.js';
import type { WasmEngine } from './wasm-engine.js';

/** Reads every file into memory and into one table: the engine itself opens neither files nor the network. */
export async function bindWasm(engine: WasmEngine, source: Source): Promise<Relation> {
  if (source.kind === 'relation') return bindRelation(engine, source);
  if (source.kind === 'arrow') {
    const name = sourceName(engine);
    await engine.insert(name, source.ipc);
    return describeRelation(engine, identifier(name), { cheapRescan: true, rejected: [] });
  }
  const buffers = source.kind === 'buffers' ? source.buffers : await readFiles(engine, source.paths);
  const hive = source.kind === 'files' && source.hive === true;
  const name = identifier(sourceName(engine));
  const rejected = await load(engine, name, buffers, source.format, hive);
  return describeRelation(
    engine,
    name,
    { cheapRescan: true, rejected },
    buffers.map(({ name }) => name),
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
  for (const name of paths) buffers.push({ name, bytes: await files.inflate(await files.read(name)) });
  return buffers;
}

async function load(
  engine: WasmEngine,
  source: Sql,
  buffers: readonly NamedBuffer[],
  format: FileFormat,
  hive: boolean,
): Promise<RejectedRow[]> {
  if (format === 'parquet')
    return loadTables(engine, source, buffers, hive, (buffer) => ({
      ipc: decodeParquet(engine, buffer),
      rejected: [],
    }));
  if (format === 'ndjson') return loadTables(engine, source, buffers, hive, parseLines);
  const names = buffers.map((_, i) => `deeplogbot_${i}.txt`);
  for (const [i, { bytes }] of buffers.entries()) await engine.parts.connection.registerBuffer(names[i]!, bytes);
  try {
    return renamed(await loadText(engine, source, names, format, false), names, buffers);
  } finally {
    for (const name of names) await engine.parts.connection.dropBuffer(name);
  }
}

/** The user knows the files by their own names. */
const renamed = (rejected: readonly RejectedRow[], names: readonly string[], buffers: readonly NamedBuffer[]) =>
  rejected.map((row) => ({ ...row, file: buffers[names.indexOf(row.file)]?.name ?? row.file }));

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

type Decode = (buffer: NamedBuffer) => { readonly ipc: Uint8Array; readonly rejected: readonly RejectedRow[] };

/** One table per file, put together by column name; folder names of the form `name=value` become columns. */
async function loadTables(
  engine: WasmEngine,
  source: Sql,
  buffers: readonly NamedBuffer[],
  hive: boolean,
  decode: Decode,
): Promise<RejectedRow[]> {
  const rejected: RejectedRow[] = [];
  const parts = [];
  for (const [i, buffer] of buffers.entries()) {
    const decoded = decode(buffer);
    rejected.push(...decoded.rejected);
    const name = `deeplogbot_part_${i}`;
    await engine.insert(name, decoded.ipc);
    const constants = hive ? hiveColumns(buffer.name) : [];
    const extra = constants.map(([column, value]) => sql`, ${literal(value)} AS ${identifier(column)}`);
    parts.push(sql`SELECT *${join(extra, '')} FROM ${identifier(name)}`);
  }
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${source} AS ${join(parts, ' UNION ALL BY NAME ')}`);
  for (const [i] of buffers.entries()) await engine.run(sql`DROP TABLE ${identifier(`deeplogbot_part_${i}`)}`);
  return rejected;
}

const hiveColumns = (path: string): (readonly [string, string])[] =>
  path
    .split(/[/\\]/)
    .slice(0, -1)
    .flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 ? [[part.slice(0, at), decodeURIComponent(part.slice(at + 1))] as const] : [];
    });

/** Newline-delimited JSON objects; every value as text, nested ones as JSON. A line that is not an object is set aside. */
function parseLines({ name, bytes }: NamedBuffer): ReturnType<Decode> {
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
    throw new InputError('EMPTY_INPUT', `The input ${name} has no rows (${rejected.length} lines could not be read).`, {
      hint: 'Name an input that holds download events.',
    });
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
