/** What one part of a run is expected to cost: seconds of processor time. */
export interface Part {
  readonly name: string;
  readonly cost: number;
}

/** A moment of a run. */
export interface Moment {
  /** By any clock. */
  readonly seconds: number;
  /** Seconds of processor time so far; those of the clock where nobody counts them. */
  readonly work: number;
}

/** A part that took less of its cost than this was not done here, but taken from earlier work. */
const SPARED = 0.02;

/** Weight of the machine that the costs were measured on against this one, as a share of the whole cost. */
const PRIOR = 0.01;

/** Times that weight by which a part may be late before it says something of the rest. */
const GRACE = 2;

/** The clock against processor time is that of the last minute, or of the last half of the run if that is longer. */
const WINDOW = { seconds: 60, share: 0.5 };

/**
 * Foretells how long the rest of a run takes. Its work is what the parts cost elsewhere, times how much more or less the parts
 * behind it took here; a machine that is busy does not change that. How fast the work goes is told by the clock, lately:
 * what else the machine did an hour ago says nothing of what is to come. Parts may end in any order; what is between two ends
 * counts to the later one.
 */
export class Forecast {
  private readonly open: Map<string, number>;
  private readonly whole: number;
  private took = 0;
  private cost = 0;
  private last: Moment;
  private readonly moments: Moment[];

  /**
   * @param began - the beginning of the run, from which on its pace counts.
   * @param now - the beginning of the first part.
   */
  constructor(parts: readonly Part[], began: Moment, now: Moment) {
    this.open = new Map(parts.map(({ name, cost }) => [name, cost]));
    this.whole = parts.reduce((sum, { cost }) => sum + cost, 0);
    this.moments = [began, now];
    this.last = now;
  }

  /** Notes that a part is done; one that was not foretold counts to the next. */
  done(name: string, now: Moment): void {
    const cost = this.open.get(name);
    if (cost === undefined) return;
    this.open.delete(name);
    const taken = now.work - this.last.work;
    this.last = now;
    if (taken < SPARED * cost) return;
    this.took += taken;
    this.cost += cost;
  }

  /** Seconds until the last part is done. The part that is in work is the next one in the order given. */
  secondsLeft(now: Moment): number {
    this.moments.push(now);
    return this.workLeft(now.work) * this.pace(now);
  }

  private workLeft(work: number): number {
    const [current = 0, ...later] = this.open.values();
    const running = work - this.last.work;
    const prior = PRIOR * this.whole;
    const known = (this.took + prior) / (this.cost + prior);
    // A part that takes longer than foretold, by more than the smallest parts do, says that the others will, too.
    const factor = Math.max(known, (this.took + running + prior) / (this.cost + current + GRACE * prior));
    return Math.max(0, factor * current - running) + factor * later.reduce((sum, cost) => sum + cost, 0);
  }

  /** Seconds by the clock for one of processor time. */
  private pace({ seconds, work }: Moment): number {
    const { moments } = this;
    const window = Math.max(WINDOW.seconds, WINDOW.share * (seconds - moments[0]!.seconds));
    const from = moments.findLast((moment) => moment.seconds <= seconds - window) ?? moments[0]!;
    const worked = work - from.work;
    return worked > 0 ? (seconds - from.seconds) / worked : 1;
  }
}
