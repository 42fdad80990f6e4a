import { createRandom, type Random } from '@deeplogbot/core';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The laws that visits of the second generator follow; heavy tails wherever people differ. */
export class Laws {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = createRandom(seed);
  }

  next(): number {
    return this.random.next();
  }

  int(n: number): number {
    return this.random.int(n);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Evenly spread over orders of magnitude. */
  log(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  normal(mean: number, sd: number): number {
    return mean + sd * Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Pareto with least value 1, cut at `most`. */
  pareto(shape: number, most: number): number {
    return Math.min(most, (1 - this.next()) ** (-1 / shape));
  }

  /** 1, 2, 3 … with this mean. */
  geometric(mean: number): number {
    return mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - this.next()) / Math.log(1 - 1 / mean));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.int(values.length)]!;
  }

  /** A value by its weight. */
  weighted<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let at = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      at -= weight;
      if (at < 0) return name;
    }
    return entries.at(-1)![0];
  }
}

/** When people of one place work. */
export interface Rhythm {
  /** Middle of their local day, hours, and how far it spreads. */
  readonly hour: number;
  readonly spread: number;
  /** Chance that a Saturday or Sunday is worked on like a weekday. */
  readonly weekend: number;
  /** Weeks of the year without work: the place's holidays. */
  readonly holidays: readonly number[];
}

export function drawRhythm(laws: Laws, night = false): Rhythm {
  const summer = laws.int(30) + 20;
  return {
    hour: night ? laws.between(23, 27) : laws.between(11, 16),
    spread: laws.between(1.8, 3.2),
    weekend: laws.between(0.02, 0.35),
    holidays: [0, 51, ...Array.from({ length: laws.int(4) }, (_, i) => summer + i)],
  };
}

/** A moment of local time, ms, in [from, from + days) that keeps the rhythm. */
export function humanMoment(laws: Laws, { hour, spread, weekend, holidays }: Rhythm, from: number, days: number) {
  for (let attempt = 0; ; attempt++) {
    const day = Math.floor(from / DAY) + laws.int(Math.max(1, Math.ceil(days)));
    const isWeekend = (day + 4) % 7 === 6 || (day + 4) % 7 === 0;
    const week = Math.floor((day % 365.25) / 7);
    const wanted = attempt > 20 || (laws.next() < (isWeekend ? weekend : 1) && !holidays.includes(week));
    if (wanted) return day * DAY + Math.round(HOUR * laws.normal(hour, spread));
  }
}
