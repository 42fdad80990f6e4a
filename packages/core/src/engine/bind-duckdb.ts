import { numbers, texts } from '../columns.js';
import type { ColumnInfo, Engine, FileFormat, LogicalType, RejectedRow, Relation, Source } from '../engine.js';
import { EngineError, InputError } from '../errors.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { countedLines, type LineNumbers, loadJson } from './bind-json.js';
import { EBI_RAW_QUERY } from './ebi-raw.js';
import { drop, released, temporary, thenClear } from './release.js';

const bound = new WeakMap<Engine, number>();

/** A name that no earlier input of this engine has, so that several can be used side by side. */
export function sourceName(engine: Engine): string {
  const n = (bound.get(engine) ?? 0) + 1;
  bound.set(engine, n);
  return `deeplogbot_source_${n}`;
}

/**
 * Makes a source selectable through DuckDB's own readers. Parquet stays where it is; text is parsed once into a table.
 * Without `lineNumbers`, lines of NDJSON that are set aside are counted without the blank ones.
 */
export async function bindRelation(
  engine: Engine,
  source: Source,
  lineNumbers: LineNumbers = async (_file, ordinals) => ordinals,
): Promise<Relation> {
  switch (source.kind) {
    case 'relation':
      return describeRelation(engine, identifier(source.name), { cheapRescan: true, rejected: [] }).catch((error) => {
        throw missingTable(error, source.name);
      });
    case 'arrow':
      return bindArrowStream(engine, source.ipc);
    case 'files':
      return bindFiles(engine, source.paths, source.format, source.hive ?? false, lineNumbers);
    default:
      throw new InputError('BUFFERS_UNSUPPORTED', `Engine "${engine.name}" does not read bytes in memory.`, {
        hint: 'Write them to a file, or use the wasm engine.',
      });
  }
}

function missingTable(error: unknown, name: string): unknown {
  if (!(error instanceof Error && /Table with name .* does not exist/.test(error.message))) return error;
  return new InputError('TABLE_NOT_FOUND', `The connection has no table or view ${JSON.stringify(name)}.`, {
    hint: 'Name one that the connection of the engine can see.',
    cause: error,
  });
}

async function bindArrowStream(engine: Engine, ipc: Uint8Array): Promise<Relation> {
  const name = sourceName(engine);
  const { bindArrow, storeOf } = await import('./bind-arrow.js'); // Arrow takes a tenth of a second to load, and few inputs need it.
  return released(
    async () => {
      await bindArrow(engine, name, ipc);
      return describeRelation(engine, identifier(name), { cheapRescan: true, rejected: [] });
    },
    async () => {
      await drop(engine, 'VIEW', [temporary(name)]);
      await drop(engine, 'TABLE', [temporary(storeOf(name))]);
    },
  );
}

async function bindFiles(
  engine: Engine,
  paths: readonly string[],
  format: FileFormat,
  hive: boolean,
  lineNumbers: LineNumbers,
): Promise<Relation> {
  const name = sourceName(engine);
  const source = identifier(name);
  return released(
    async () => {
      if (format === 'parquet') return bindParquet(engine, source, paths, hive);
      const rejected =
        format === 'ndjson'
          ? await loadJson(engine, source, paths, hive, lineNumbers).catch((error: unknown) => {
              throw unreadable(error, paths);
            })
          : await loadText(engine, source, paths, format, hive);
      return describeRelation(engine, source, { cheapRescan: true, rejected }, paths);
    },
    () => drop(engine, format === 'parquet' ? 'VIEW' : 'TABLE', [temporary(name)]),
  );
}

async function bindParquet(engine: Engine, source: Sql, paths: readonly string[], hive: boolean): Promise<Relation> {
  const query = sql`SELECT * FROM read_parquet([${paths}], union_by_name = TRUE, hive_partitioning = ${hive})`;
  await readable(engine, sql`CREATE OR REPLACE TEMP VIEW ${source} AS ${query}`, paths);
  const relation = await describeRelation(engine, source, { cheapRescan: true, rejected: [] }, paths);
  return { ...relation, rowGroups: await rowGroupsOf(engine, paths) };
}

async function rowGroupsOf(engine: Engine, paths: readonly string[]): Promise<readonly number[]> {
  const groups: number[] = [];
  for (const path of paths) {
    const batch = await engine.columns(sql`
      SELECT CAST(row_group_num_rows AS DOUBLE) AS n FROM parquet_metadata(${path}) WHERE column_id = 0 ORDER BY row_group_id`);
    groups.push(...numbers(batch, 'n'));
  }
  return groups;
}

/** Runs a statement that opens files; says which file is not what it claims to be. */
async function readable(engine: Engine, statement: Sql, paths: readonly string[]): Promise<void> {
  try {
    await engine.run(statement);
  } catch (error) {
    throw unreadable(error, paths);
  }
}

function unreadable(error: unknown, paths: readonly string[]): unknown {
  if (!(error instanceof EngineError)) return error;
  const file = paths.find((path) => error.message.includes(path)) ?? paths[0] ?? 'the input';
  if (/magic bytes|too small to be a Parquet|not a Parquet|Parquet|thrift|TProtocol/i.test(error.message)) {
    return new InputError('NOT_PARQUET', `${file} cannot be read as Parquet: ${error.message.replace(/\.$/, '')}.`, {
      hint: 'Is the file complete? Name another file, or say which format it has.',
      cause: error,
    });
  }
  if (error.code !== 'ENGINE_FAILED') return error;
  if (/Error when sniffing file/.test(error.message)) {
    return new InputError('UNREADABLE_INPUT', `The columns of ${file} cannot be told.`, {
      hint: 'It should be text in UTF-8 with a line of names first, one separator throughout, and no quote that is left open.',
      cause: error,
    });
  }
  return new InputError('UNREADABLE_INPUT', `${file} cannot be read: ${error.message.replace(/\.$/, '')}.`, {
    hint: 'Check the file and its format.',
    cause: error,
  });
}

/** Every field is read as text: no type is guessed, and nothing an input says is lost. Malformed lines are set aside. */
export async function loadText(
  engine: Engine,
  source: Sql,
  files: readonly string[],
  format: FileFormat,
  hive: boolean,
): Promise<RejectedRow[]> {
  if (format === 'ebi-raw') return loadRaw(engine, source, files);
  const parts = files.length === 1 ? [] : files.map((_, i) => `deeplogbot_part_${i}`);
  return thenClear(
    async () => {
      for (const [i, file] of files.entries()) {
        await loadTextFile(engine, parts.length === 0 ? source : identifier(parts[i]!), file, format, hive);
      }
      if (parts.length > 0) {
        const selects = parts.map((part) => sql`SELECT * FROM ${identifier(part)}`);
        await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${source} AS ${join(selects, ' UNION ALL BY NAME ')}`);
      }
      return rejectedOf(engine, files);
    },
    // What is noted of a file that cannot be read would count for the next input.
    () => drop(engine, 'TABLE', [...parts, REJECTS.scans, REJECTS.errors].map(temporary)),
  );
}

/** Where the engine notes the lines that it passes over, of one file after the other. */
const REJECTS = { scans: 'deeplogbot_reject_scans', errors: 'deeplogbot_reject_errors' } as const;

async function loadTextFile(
  engine: Engine,
  table: Sql,
  file: string,
  format: FileFormat,
  hive: boolean,
): Promise<void> {
  const delimiter = format === 'tsv' ? sql`chr(9)` : sql`','`;
  await readable(
    engine,
    sql`CREATE OR REPLACE TEMP TABLE ${table} AS
      SELECT * FROM read_csv(${file}, header = TRUE, all_varchar = TRUE, hive_partitioning = ${hive}, delim = ${delimiter},
        quote = '"', escape = '"', max_line_size = 16000000, store_rejects = TRUE, rejects_limit = 0,
        rejects_scan = ${REJECTS.scans}, rejects_table = ${REJECTS.errors})`,
    [file],
  );
}

/** What was passed over of these files, in their order: asked for once, since of thousands of files the question took as long as the reading. */
async function rejectedOf(engine: Engine, files: readonly string[]): Promise<RejectedRow[]> {
  const [scans, errors] = [identifier(REJECTS.scans), identifier(REJECTS.errors)];
  const batch = await engine.columns(sql`
    SELECT s.file_path AS file, CAST(e.line AS DOUBLE) AS line, min(e.error_message) AS reason
    FROM ${errors} e JOIN ${scans} s ON e.scan_id = s.scan_id AND e.file_id = s.file_id
    GROUP BY s.file_path, e.line ORDER BY list_position([${files}], s.file_path), e.line`);
  return rejectedRows(batch);
}

async function loadRaw(engine: Engine, source: Sql, paths: readonly string[]): Promise<RejectedRow[]> {
  const lines = identifier(LINES);
  return thenClear(
    async () => {
      await readable(
        engine,
        sql`CREATE OR REPLACE TEMP TABLE ${lines} AS
          SELECT filename AS file, line, row_number() OVER (PARTITION BY filename) AS number
          FROM read_csv([${paths}], auto_detect = FALSE, header = FALSE, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '',
            escape = '', max_line_size = 16000000, filename = TRUE, parallel = FALSE)`,
        paths,
      );
      await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${source} AS ${EBI_RAW_QUERY(lines)}`);
      const batch = await engine.columns(sql`
        SELECT file, CAST(number AS DOUBLE) AS line, 'does not have 13 fields' AS reason FROM ${lines}
        WHERE len(string_split(replace(line, ${'\\t'}, chr(9)), chr(9))) <> 13 AND trim(line) <> '' ORDER BY file, number`);
      return rejectedRows(batch);
    },
    () => drop(engine, 'TABLE', [temporary(LINES)]),
  );
}

const LINES = 'deeplogbot_lines';

function rejectedRows(batch: Awaited<ReturnType<Engine['columns']>>): RejectedRow[] {
  const files = texts(batch, 'file');
  const reasons = texts(batch, 'reason');
  return Array.from(numbers(batch, 'line'), (line, i) => ({ file: files[i] ?? '', line, reason: reasons[i] ?? '' }));
}

/** Columns and row count of what is bound; zero rows are refused. */
export async function describeRelation(
  engine: Engine,
  name: Sql,
  rest: Pick<Relation, 'cheapRescan' | 'rejected'>,
  paths: readonly string[] = [],
): Promise<Relation> {
  try {
    const shape = await engine.columns(sql`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${name})`);
    const types = texts(shape, 'column_type');
    const columns = texts(shape, 'column_name').map((column, i) => columnInfo(column!, types[i]!));
    const counted = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${name}`);
    const rows = numbers(counted, 'n')[0]!;
    if (rows === 0) throw empty(paths, rest.rejected);
    return { name, columns, rows, ...rest };
  } catch (error) {
    throw unreadable(error, paths);
  }
}

/** The first few of them. */
const named = (paths: readonly string[]): string =>
  paths.length === 0
    ? ''
    : ` ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;

function empty(paths: readonly string[], rejected: readonly RejectedRow[]): InputError {
  const [first] = rejected;
  const why = first
    ? ` (${countedLines(rejected.length)} could not be read; line ${first.line}: ${first.reason.split('\n')[0]})`
    : '';
  return new InputError('EMPTY_INPUT', `The input${named(paths)} has no rows${why}.`, {
    hint: 'Name an input that holds download events.',
  });
}

const TYPES: readonly (readonly [pattern: RegExp, type: LogicalType])[] = [
  [/^(VARCHAR|ENUM|UUID)/, 'text'],
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/, 'integer'],
  [/^(FLOAT|DOUBLE|DECIMAL)/, 'float'],
  [/^BOOLEAN$/, 'boolean'],
  [/^TIMESTAMP( WITH TIME ZONE|TZ)$/, 'timestamptz'],
  [/^TIMESTAMP/, 'timestamp'],
  [/^DATE$/, 'date'],
];

const columnInfo = (name: string, sqlType: string): ColumnInfo => ({
  name,
  sqlType,
  type: TYPES.find(([pattern]) => pattern.test(sqlType))?.[1] ?? 'other',
});
