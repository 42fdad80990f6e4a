/** A moment of a run. */
export interface Moment {
  /** By any clock. */
  readonly seconds: number;
  /** Seconds of processor time so far; those of the clock where nobody counts them. */
  readonly work: number;
}

/** Something between two bounds, with the value that is the most likely. */
export interface Between {
  readonly likely: number;
  readonly least: number;
  readonly most: number;
}

/** Moments nearer than this to the one before are not kept, seconds. */
const APART = 0.5;

/** Below this share of one core nothing is worked: the run waits for a disk, or the machine sleeps. */
const IDLE = 0.05;

/** Waiting is taken to go on at the share that it had so far, as if half a minute without any had gone before. */
const WITHOUT_WAITING = 30;

/** How far back three views go, in seconds or as a share of the run, whichever is longer; the second one is the most likely. */
const VIEWS = [
  { seconds: 20, share: 0 },
  { seconds: 60, share: 1 / 3 },
  { seconds: 60, share: 1 },
] as const;

interface Seen extends Moment {
  /** Seconds so far in which nothing was worked. */
  readonly waited: number;
}

/**
 * How fast a run goes by the clock. What else the machine did an hour ago says nothing of what is to come, so the speed is that of
 * the last minute or of the last third of the run; of the last seconds and of the whole run it may be another, which gives
 * bounds. Waiting is apart: one long wait is no slow machine, but it may come again.
 */
export class Pace {
  private readonly seen: Seen[];

  constructor(began: Moment) {
    this.seen = [{ ...began, waited: 0 }];
  }

  /** Seconds by the clock for one of processor time, from what was noted up to now. */
  at(now: Moment): Between {
    const here = this.note(now);
    const [latest, likely, lasting] = VIEWS.map((view) => this.viewed(here, view)) as [number, number, number];
    const elapsed = here.seconds - this.seen[0]!.seconds;
    const again = 1 / (1 - here.waited / (elapsed + WITHOUT_WAITING));
    return {
      likely: likely * again,
      least: Math.min(latest, likely, lasting),
      most: Math.max(latest, likely, lasting) * again,
    };
  }

  private note(now: Moment): Seen {
    const last = this.seen.at(-1)!;
    const elapsed = now.seconds - last.seconds;
    const idle = elapsed >= APART && now.work - last.work < IDLE * elapsed;
    const here = { ...now, waited: last.waited + (idle ? elapsed : 0) };
    if (elapsed >= APART) this.seen.push(here);
    return here;
  }

  /** Waiting does not count. Where nothing was worked within a view, it goes back to when something was. */
  private viewed(now: Seen, { seconds, share }: (typeof VIEWS)[number]): number {
    const { seen } = this;
    const reach = Math.max(seconds, share * (now.seconds - seen[0]!.seconds));
    const from = seen.findLast(
      (moment) => moment.seconds <= now.seconds - reach && awake(moment, now) > 0 && moment.work < now.work,
    );
    const since = from ?? seen[0]!;
    const worked = now.work - since.work;
    return worked > 0 ? awake(since, now) / worked : 1;
  }
}

const awake = (from: Seen, to: Seen): number => to.seconds - from.seconds - (to.waited - from.waited);
