import { createHash, type Hash } from 'node:crypto';
import { IntegerList } from './number-index.js';

/** Fewer equal lines at the beginning of two files may be chance. */
const RUN_LINES = 100;

/** Digests of a file's first 100, 200, … lines, and a checksum of every line. */
interface Chain {
  readonly path: string;
  readonly blocks: string[];
  readonly sums: IntegerList;
}

const digestOf = (hash: Hash): string => hash.copy().digest('base64');

/** What two files have in common if they begin alike; files of fewer lines must be equal. */
export function headOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines.slice(0, RUN_LINES)) hash.update(`${line}\n`, 'latin1');
  return digestOf(hash.update(String(Math.min(lines.length, RUN_LINES))));
}

/**
 * Lines that an earlier file began with too: a copy of a log, compressed or not, or one that was made before the log grew.
 * Only files that begin like another are held against each other, 100 lines at a time.
 */
export class Repeats {
  private readonly chains = new Map<string, Chain>();
  private readonly shared: ReadonlySet<string>;

  /** @param heads of all files, see {@link headOf} */
  constructor(heads: readonly string[]) {
    const seen = new Set<string>();
    this.shared = new Set(heads.filter((head) => seen.has(head) || !seen.add(head)));
  }

  /** Passes the lines of a file on, those that an earlier one had as `repeated`; null where no other file begins like it. */
  filter(path: string, head: string, take: (line: string, repeated: boolean) => void): RepeatFilter | null {
    if (!this.shared.has(head)) return null;
    const earlier = this.chains.get(head);
    const chain: Chain = { path, blocks: [], sums: new IntegerList() };
    return new RepeatFilter(earlier, chain, take, () => {
      if (!earlier || chain.sums.length >= earlier.sums.length) this.chains.set(head, chain);
    });
  }
}

/** One file on its way through {@link Repeats}. */
class RepeatFilter {
  /** Lines that were not passed on as new. */
  repeated = 0;
  private readonly hash = createHash('sha256');
  private held: string[] = [];
  private same: boolean;

  constructor(
    private readonly earlier: Chain | undefined,
    private readonly chain: Chain,
    private readonly take: (line: string, repeated: boolean) => void,
    private readonly done: () => void,
  ) {
    this.same = earlier !== undefined;
  }

  get of(): string {
    return this.earlier?.path ?? '';
  }

  line(line: string): void {
    this.held.push(line);
    if (this.held.length === RUN_LINES) this.block();
  }

  /** Something that is no line is between this and what follows: the files part here. */
  part(): void {
    if (this.held.length > 0) this.block();
    this.same = false;
  }

  end(): void {
    const { held } = this;
    if (held.length > 0) this.block();
    this.done();
  }

  private block(): void {
    const { held, chain, earlier } = this;
    for (const line of held) {
      this.hash.update(`${line}\n`, 'latin1');
      chain.sums.push(checksum(line));
    }
    const digest = digestOf(this.hash);
    const place = chain.blocks.length;
    const repeated = this.same ? this.repeatedLines(digest, place) : 0;
    this.same = this.same && repeated === held.length && earlier?.blocks[place] === digest;
    for (const [i, line] of held.entries()) this.take(line, i < repeated);
    this.repeated += repeated;
    if (held.length === RUN_LINES) chain.blocks.push(digest);
    this.held = [];
  }

  /** All lines of a block that the earlier file has too, or, where one of the files ends within it, those up to there. */
  private repeatedLines(digest: string, place: number): number {
    const { held, earlier } = this;
    if (!earlier || earlier.blocks[place] === digest) return earlier ? held.length : 0;
    const first = place * RUN_LINES;
    const common = Math.min(held.length, earlier.sums.length - first);
    const isWhole = common === RUN_LINES || common <= 0;
    return !isWhole && held.slice(0, common).every((line, i) => checksum(line) === earlier.sums.at(first + i))
      ? common
      : 0;
  }
}

/** FNV-1a, signed 32 bits. */
function checksum(line: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < line.length; i++) sum = Math.imul(sum ^ line.charCodeAt(i), 0x01000193);
  return sum;
}
