import { type Between, type Moment, Pace } from './pace.js';

/** What one part of a run is expected to cost: seconds of processor time. */
export interface Part {
  readonly name: string;
  readonly cost: number;
}

/** A part that took less of its cost than this was not done here, but taken from earlier work. */
const SPARED = 0.02;

/** Weight of the machine that the costs were measured on against this one, as a share of the whole cost. */
const PRIOR = 0.005;

/** Times that weight by which a part may be late before it says something of the rest. */
const GRACE = 2;

/** Share of the whole cost after which a part that is done weighs less than half of the one that has just ended. */
const MEMORY = 0.25;

/** How far costs may be off, as a share: at the beginning, and when most is done. */
const DOUBT = { first: 0.5, last: 0.25 };

/** Share of the whole cost that has to be done until half of the first doubt is gone. */
const SETTLED = 0.1;

/** A part that is in work is never about to end at once: what is left of it, as a share of what it has taken. */
const LATE = { likely: 0.05, most: 0.25 };

/**
 * Foretells how long the rest of a run takes. Its work is what the parts cost elsewhere, times how much more or less the last parts
 * took here; a machine that is busy does not change that. How fast the work goes is told by the clock ({@link Pace}). Parts may end
 * in any order; what is between two ends counts to the later one.
 */
export class Forecast {
  private readonly open: Map<string, number>;
  private readonly whole: number;
  private readonly pace: Pace;
  /** Work and cost of what is done, the less the longer ago. */
  private took = 0;
  private cost = 0;
  private last: Moment;

  /**
   * @param began - the beginning of the run, from which on its pace counts.
   * @param now - the beginning of the first part.
   */
  constructor(parts: readonly Part[], began: Moment, now: Moment) {
    this.open = new Map(parts.map(({ name, cost }) => [name, cost]));
    this.whole = parts.reduce((sum, { cost }) => sum + cost, 0);
    this.pace = new Pace(began);
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
    const fading = this.whole > 0 ? 2 ** (-cost / (MEMORY * this.whole)) : 1;
    this.took = this.took * fading + taken;
    this.cost = this.cost * fading + cost;
  }

  /** Seconds until the last part is done. The part that is in work is the next one in the order given. */
  left(now: Moment): Between {
    const pace = this.pace.at(now);
    const [doubt, factor, running] = [1 + this.doubt(), this.factor(now.work), now.work - this.last.work];
    return {
      likely: this.workLeft(running, factor, LATE.likely) * pace.likely,
      least: this.workLeft(running, factor / doubt, 0) * pace.least,
      most: this.workLeft(running, factor * doubt, LATE.most) * pace.most,
    };
  }

  /** What parts cost here, as a multiple of what they cost where that was measured. */
  private factor(work: number): number {
    const [current = 0] = this.open.values();
    const prior = PRIOR * this.whole;
    const known = (this.took + prior) / (this.cost + prior);
    // A part that takes longer than foretold, by more than the smallest parts do, says that the others will, too.
    return Math.max(known, (this.took + work - this.last.work + prior) / (this.cost + current + GRACE * prior));
  }

  private workLeft(running: number, factor: number, late: number): number {
    if (this.open.size === 0) return 0;
    const [current = 0, ...later] = this.open.values();
    return Math.max(late * running, factor * current - running) + factor * later.reduce((sum, cost) => sum + cost, 0);
  }

  private doubt(): number {
    const open = [...this.open.values()].reduce((sum, cost) => sum + cost, 0);
    const done = this.whole > 0 ? 1 - open / this.whole : 1;
    return DOUBT.last + ((DOUBT.first - DOUBT.last) * SETTLED) / (SETTLED + done);
  }
}
