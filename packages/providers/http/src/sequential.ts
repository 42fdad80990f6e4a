import { ConfigError } from '@deeplogbot/core';
import { RESOURCES } from './read/target.js';

/** Kinds of requests that are told apart: every resource, and what is no usable request. */
export const REQUEST_KINDS = RESOURCES.length + 1;

/** Fewer labelled sessions of either class say too little of how it goes from kind to kind. */
export const FEWEST_SESSIONS = 30;

/** Added to every count, so that a step that nobody labelled took is unlikely and not impossible (Jeffreys' prior). */
const PRIOR = 0.5;

/** How often labelled sessions took one step: from a kind of request, or the beginning, to the next. */
export interface StepCounts {
  /** Steps of programs from there to here, and from there to anywhere. */
  readonly programs: number;
  readonly ofPrograms: number;
  /** The same of people. */
  readonly people: number;
  readonly ofPeople: number;
}

/** ln(P(step | program) ÷ P(step | person)) of a first-order model; above 0 speaks for a program. */
export function stepRatio({ programs, ofPrograms, people, ofPeople }: StepCounts): number {
  const all = PRIOR * REQUEST_KINDS;
  return Math.log((programs + PRIOR) / (ofPrograms + all)) - Math.log((people + PRIOR) / (ofPeople + all));
}

/** A session as kinds of requests in the order of time, each 0 … {@link REQUEST_KINDS} − 1, and whose it was. */
export interface LabelledSession {
  readonly kinds: readonly number[];
  readonly isProgram: boolean;
}

/** What a request of some kind says behind one of another, or at the beginning (`null`). */
export type SequentialModel = (before: number | null, kind: number) => number;

/**
 * Fits the two chains that {@link stepRatio} compares. Fewer than {@link FEWEST_SESSIONS} sessions of either class are a ConfigError.
 */
export function fitSequential(sessions: Iterable<LabelledSession>): SequentialModel {
  const counts = [false, true].map(() => new Float64Array((REQUEST_KINDS + 1) * REQUEST_KINDS));
  const found = [0, 0];
  for (const { kinds, isProgram } of sessions) {
    found[Number(isProgram)]!++;
    for (const [i, kind] of kinds.entries()) counts[Number(isProgram)]![place(i > 0 ? kinds[i - 1]! : null, kind)]!++;
  }
  const [people, programs] = found as [number, number];
  if (Math.min(people, programs) < FEWEST_SESSIONS) throw tooFew(programs, people);
  const totals = counts.map((of) =>
    Float64Array.from({ length: REQUEST_KINDS + 1 }, (_, row) =>
      of.subarray(row * REQUEST_KINDS, (row + 1) * REQUEST_KINDS).reduce((sum, n) => sum + n, 0),
    ),
  );
  return (before, kind) => {
    const [ofPeople, ofPrograms] = totals.map((of) => of[before === null ? REQUEST_KINDS : before]!) as [
      number,
      number,
    ];
    const at = place(before, kind);
    return stepRatio({ programs: counts[1]![at]!, ofPrograms, people: counts[0]![at]!, ofPeople });
  };
}

const place = (before: number | null, kind: number): number => (before ?? REQUEST_KINDS) * REQUEST_KINDS + kind;

const tooFew = (programs: number, people: number) =>
  new ConfigError(
    'TOO_FEW_SESSIONS',
    `A sequential decision needs ${FEWEST_SESSIONS} labelled sessions of programs and of people. Got ${programs} and ${people}.`,
    { hint: 'Label more sessions, or leave the decision out.' },
  );

/** How often a decision may be wrong. */
export interface SequentialErrors {
  /** Share of people called programs, (0, 0.5). @defaultValue 0.01 */
  readonly alpha?: number;
  /** Share of programs called people, (0, 0.5). @defaultValue 0.01 */
  readonly beta?: number;
}

/**
 * Wald's sequential probability ratio test over one session, as Suchacka, Cabri, Rovetta and Masulli (2021) use it: the ratio of its
 * steps is added up request by request, and the test ends where the sum leaves (ln(β ÷ (1 − α)), ln((1 − β) ÷ α)). What comes later
 * changes nothing.
 */
export class SequentialTest {
  private readonly upper: number;
  private readonly lower: number;
  private requests = 0;
  private sum = 0;
  private end: number | null = null;

  constructor({ alpha = 0.01, beta = 0.01 }: SequentialErrors = {}) {
    if (!(alpha > 0 && alpha < 0.5 && beta > 0 && beta < 0.5)) {
      throw new ConfigError('INVALID_OPTION', `alpha and beta must lie in (0, 0.5). Got ${alpha} and ${beta}.`, {
        hint: 'Leave them out for 0.01.',
      });
    }
    this.upper = Math.log((1 - beta) / alpha);
    this.lower = Math.log(beta / (1 - alpha));
  }

  /** Adds a request by what its step says. Whether the test has ended. */
  add(ratio: number): boolean {
    if (this.end !== null) return true;
    this.requests++;
    this.sum += ratio;
    if (this.sum >= this.upper || this.sum <= this.lower) this.end = this.requests;
    return this.end !== null;
  }

  /** Request that decided, from 1; null = none yet. */
  get decidedAt(): number | null {
    return this.end;
  }

  /** Sum so far, or where it was decided; above 0 speaks for a program. */
  get ratio(): number {
    return this.sum;
  }

  get decision(): 'program' | 'person' | null {
    if (this.end === null) return null;
    return this.sum > 0 ? 'program' : 'person';
  }
}
