import { invalidOption } from '../check-options.js';
import { type Sql, sql } from '../sql.js';

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 };

/** Bytes of a `memoryLimit` such as `4GB` (4 · 10⁹), `512MiB` (512 · 2²⁰) or `1.5 TB`. @throws ConfigError `INVALID_OPTION` */
export function bytesOf(size: string): number {
  const [, amount, unit, binary] = /^(\d+(?:\.\d+)?)\s*([KMGT])(i?)B$/i.exec(size) ?? [];
  if (unit === undefined) throw invalidOption('memoryLimit', size, 'a size such as "4GB" or "512MiB"');
  return Number(amount) * (binary === '' ? 1000 : 1024) ** UNITS[unit.toUpperCase()]!;
}

/**
 * Share of `memoryLimit` that the engine may count as its own. Its allocator takes up to a third more than is asked of it:
 * room between blocks, freed blocks on their way back to the system. Measured: docs/performance.md.
 */
const COUNTED = 0.75;

/** Bytes that the engine is told for a limit of the user's. */
export const countedBytes = (memoryLimit: string): number => Math.floor(bytesOf(memoryLimit) * COUNTED);

/** What each thread of the engine needs to work in while it spills, as DuckDB's own guide has it. */
const PER_THREAD = 125e6;

/** Threads that have room to work under a limit, of those that are wanted; at least one. */
export const threadsWithin = (memoryLimit: string, wanted: number): number =>
  Math.max(1, Math.min(wanted, Math.floor(countedBytes(memoryLimit) / PER_THREAD)));

/** From this share of `memoryLimit` in resident memory on, freed blocks go back to the system at once. */
const NEAR = 0.5;

/** True once resident memory has come near the limit; asked before each statement, since it costs a system call. */
export const isNear = (memoryLimit: string): boolean => process.memoryUsage.rss() > NEAR * bytesOf(memoryLimit);

/**
 * From so many bytes on that a statement frees at once, as the end of a table does, freed blocks go back to the system. At a million
 * rows the features then take 50 MiB less for 0.1 s of processor time; with 1 MB 80 MiB for 0.7 s.
 */
export const GIVE_BACK_TABLES = sql`SET allocator_bulk_deallocation_flush_threshold = '8MB'`;

/** Freed blocks are kept at hand otherwise, up to 128 MiB a task and for ten seconds: faster while there is room, gigabytes when there is none. */
export const GIVE_BACK: readonly Sql[] = [
  sql`SET allocator_flush_threshold = '1MB'`,
  sql`SET allocator_bulk_deallocation_flush_threshold = '1MB'`,
];

/** Share of what the engine may count as its own that it keeps while it rests. */
export const RESTING = 0.25;

export const memoryLimit = (bytes: number): Sql => sql`SET memory_limit = ${`${Math.floor(bytes / 1024)}KiB`}`;
