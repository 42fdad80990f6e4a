import { bytesOf } from '../engine/memory.js';
import { inRowOrder } from '../engine/write-settings.js';
import type { Engine, Relation } from '../engine.js';
import { InputError } from '../errors.js';
import { fileIdentity } from '../input/identity.js';
import { writeAtomically } from '../output/atomic.js';
import { type AppendedColumn, appendColumns, readAppendable, type TakePositions } from '../parquet/append-columns.js';
import { WORKER_ROWS } from '../parquet/encoder.js';
import type { RunControl } from '../progress.js';
import {
  ANNOTATION_COLUMNS,
  type AnnotateInput,
  reasonsWithoutVerdict,
  sharedTexts,
  wrongRowCount,
} from './annotate.js';
import { type RowPlaces, rowPlaces } from './row-places.js';

/**
 * Whether the verdicts of a relation can be added to the file it is: one Parquet file with the columns of the relation,
 * none of them of an earlier annotation, and of a kind that columns can be added to.
 *
 * @throws InputError `INPUT_CHANGED` where the file is gone.
 */
export async function canAppendVerdicts(engine: Engine, relation: Relation, path: string): Promise<boolean> {
  if (!engine.name.startsWith('duckdb-')) return false;
  const file = await readAppendable(path).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? inputChanged(path, 'was taken away', cause) : cause;
  });
  if (!file) return false;
  const names = relation.columns.map(({ name }) => name);
  return (
    isRead(file.rowGroups, relation) &&
    file.columns.length === names.length &&
    file.columns.every((name, i) => name === names[i]) &&
    !ANNOTATION_COLUMNS.some((name) => names.includes(name))
  );
}

/** Whether the rows of a file are those of a relation, as far as counts tell; the WebAssembly engine knows no row groups. */
function isRead(rowGroups: readonly number[], { rows, rowGroups: bound }: Relation): boolean {
  const inFile = rowGroups.reduce((sum, count) => sum + count, 0);
  return inFile === rows && (!bound || rowGroups.join() === bound.join());
}

/** The file that verdicts are added to, and the one to be written. */
export interface AppendTarget {
  readonly source: string;
  readonly target: string;
  /** {@link fileIdentity} of the source when its rows were read; checked before the new file gets its name. */
  readonly digest?: string | undefined;
}

/** How the verdicts are added beside other work. */
export interface AppendControl extends Pick<RunControl, 'signal'> {
  /** As given to the engine; a small part of it may hold rows that wait to be written. */
  readonly memoryLimit?: string | undefined;
  /** What {@link rowPlaces} found ahead; dropped here. @defaultValue looked for now */
  readonly places?: RowPlaces | undefined;
  /** Called once the engine has nothing more to do for it. */
  readonly onRead?: () => void;
  /** Waited for before the file gets its name; it gets none if that fails. */
  readonly mayPublish?: () => Promise<unknown>;
}

/** Most rows that wait to be written, 4 bytes each. */
const MAX_AHEAD = 2 ** 24;
/** Share of the memory limit that they may take. */
const AHEAD = 1 / 32;

/** Whether {@link appendVerdicts} takes all rows from the engine at once and writes them in a thread beside it. */
export const readsAhead = ({ rows }: Relation, { memoryLimit }: AppendControl): boolean =>
  rows >= WORKER_ROWS && rows <= rowsAhead(memoryLimit);

const rowsAhead = (memoryLimit: string | undefined): number =>
  memoryLimit === undefined ? MAX_AHEAD : Math.min(MAX_AHEAD, (AHEAD * bytesOf(memoryLimit)) / 4);

/**
 * Writes what {@link annotate} writes, as a copy of the file with the verdicts behind its columns: these are not read,
 * and stay byte for byte. Returns the number of rows, which equals the input's.
 *
 * @throws InputError `INPUT_CHANGED` where the source is no longer what was read: its rows may stand in another order.
 */
export async function appendVerdicts(
  engine: Engine,
  relation: Relation,
  { schema, keys, verdicts }: AnnotateInput,
  { source, target, digest }: AppendTarget,
  { memoryLimit, places, onRead, mayPublish, signal }: AppendControl = {},
): Promise<number> {
  const found = places ?? (await rowPlaces(engine, relation, { schema, keys }, 'later'));
  let loaded = true;
  const free = async () => {
    if (loaded) await found.drop();
    loaded = false;
  };
  try {
    await found.made;
    const columns = verdictColumns({ schema, keys, verdicts }, found.order);
    const read = async (take: TakePositions) => {
      await inRowOrder(engine, async () => {
        for await (const positions of found.batches()) await take(positions);
      });
      await free();
      onRead?.();
    };
    return await writeAtomically(target, async (temporary) => {
      const written = await appendColumns(source, temporary, { columns, read, ahead: rowsAhead(memoryLimit), signal });
      if (written !== relation.rows) throw wrongRowCount(written, relation.rows, target);
      if (digest !== undefined && (await fileIdentity(source)).digest !== digest) {
        throw inputChanged(source, 'was written to');
      }
      await mayPublish?.();
      return written;
    });
  } finally {
    await free();
  }
}

const inputChanged = (path: string, what: string, cause?: unknown) =>
  new InputError('INPUT_CHANGED', `${path} ${what} while it was judged; no annotated file was written.`, {
    hint: 'Run it again when nobody changes the file, or on a copy.',
    cause,
  });

/** Their values by position; no row has position 0. */
function verdictColumns({ schema, verdicts }: AnnotateInput, order: Float64Array): readonly AppendedColumn[] {
  const without = reasonsWithoutVerdict(schema);
  const texts = sharedTexts(verdicts);
  const text = (name: string, others: readonly (string | null)[], of: (verdict: number) => string | null) =>
    ({ name, type: 'text', values: [null, ...others, ...Array.from(order, of)] }) as const;
  const flag = (name: string, of: (verdict: number) => boolean) =>
    ({ name, type: 'flag', values: [false, ...without.map(() => false), ...Array.from(order, of)] }) as const;
  const none = without.map(() => null);
  const confidences = Array.from(order, (i) => verdicts[i]!.confidence);
  const found = {
    behavior_type: text(
      'behavior_type',
      without.map(({ behaviorType }) => behaviorType),
      (i) => verdicts[i]!.behaviorType,
    ),
    automation_category: text('automation_category', none, (i) => verdicts[i]!.automationCategory),
    subcategory: text('subcategory', none, (i) => verdicts[i]!.subcategory),
    is_bot: flag('is_bot', (i) => verdicts[i]!.label === 'bot'),
    is_hub: flag('is_hub', (i) => verdicts[i]!.label === 'hub'),
    is_organic: flag('is_organic', (i) => verdicts[i]!.label === 'organic'),
    classification_confidence: {
      name: 'classification_confidence',
      type: 'number',
      values: [null, ...none, ...confidences.map((value) => (Number.isNaN(value) ? null : value))],
    },
    classification_reason: text(
      'classification_reason',
      without.map(({ reason }) => reason),
      (i) => texts[i]!,
    ),
    needs_review: flag('needs_review', (i) => verdicts[i]!.needsReview),
  } satisfies Record<(typeof ANNOTATION_COLUMNS)[number], AppendedColumn>;
  return ANNOTATION_COLUMNS.map((name) => found[name]);
}
