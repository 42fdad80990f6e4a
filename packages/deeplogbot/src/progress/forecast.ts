/** What one part of a run is expected to cost: seconds on the machine that the costs were measured on. */
export interface Part {
  readonly name: string;
  readonly cost: number;
}

/** A part that took less of its cost than this was not done here, but taken from earlier work. */
const SPARED = 0.02;

/** Weight of the machine that the costs were measured on against this one, as a share of the whole cost. */
const PRIOR = 0.01;

/** Times that weight by which a part may be late before it says something of the rest. */
const GRACE = 2;

/**
 * Foretells how long the rest of a run takes: what its parts cost elsewhere, times how much slower or faster the parts
 * behind it were here. Parts may end in any order; what is between two ends counts to the later one.
 */
export class Forecast {
  private readonly open: Map<string, number>;
  private readonly whole: number;
  private took = 0;
  private cost = 0;
  private last: number;

  /** @param now - seconds of any clock, at the beginning. */
  constructor(parts: readonly Part[], now: number) {
    this.open = new Map(parts.map(({ name, cost }) => [name, cost]));
    this.whole = parts.reduce((sum, { cost }) => sum + cost, 0);
    this.last = now;
  }

  /** Notes that a part is done; one that was not foretold counts to the next. */
  done(name: string, now: number): void {
    const cost = this.open.get(name);
    if (cost === undefined) return;
    this.open.delete(name);
    const taken = now - this.last;
    this.last = now;
    if (taken < SPARED * cost) return;
    this.took += taken;
    this.cost += cost;
  }

  /** Seconds until the last part is done. The part that is in work is the next one in the order given. */
  secondsLeft(now: number): number {
    const [current = 0, ...later] = this.open.values();
    const running = now - this.last;
    const prior = PRIOR * this.whole;
    const known = (this.took + prior) / (this.cost + prior);
    // A part that takes longer than foretold, by more than the smallest parts do, says that the others will, too.
    const factor = Math.max(known, (this.took + running + prior) / (this.cost + current + GRACE * prior));
    return Math.max(0, factor * current - running) + factor * later.reduce((sum, cost) => sum + cost, 0);
  }
}
