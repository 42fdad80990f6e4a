import type { RunResult } from '@deeplogbot/core';
import { count, counted, percent } from '../plain-text.js';
import { clientOrder } from './order.js';
import { clientVerdict } from './verdicts.js';

/** Suspects that reports name. */
const SHOWN = 20;

/** A client that names no robot and no program, though it is one or may be. */
export interface Suspect {
  /** Row of the client. */
  readonly row: number;
  /** Probability that it is a robot, 0 … 1. */
  readonly evidence: number;
  /** What it did, in figures. */
  readonly deeds: readonly string[];
}

/** What a client did: name of the feature, and how it is said. */
const DEEDS: readonly (readonly [feature: string, say: (value: number) => string])[] = [
  ['distinct_paths', (x) => counted(x, 'path')],
  ['page_requests', (x) => counted(x, 'page')],
  ['sensitive_missed', (x) => `${counted(x, 'secret')} not there`],
  ['garbage_requests', (x) => `${count(x)} of bytes that are no request`],
  ['max_session_logins', (x) => counted(x, 'log-in')],
  ['status_4xx_ratio', (x) => `${percent(x, 1)} refused or missing`],
  ['max_requests_60s', (x) => `${count(x)} within a minute`],
];

/** The twenty with the most evidence, those with more requests first where it is equal. */
export function suspects(run: RunResult): readonly Suspect[] {
  const { rows } = run.verdicts;
  const evidence = (row: number) => rows[row]!.probabilities[1];
  const measured = DEEDS.map(([name, say]) => [run.features.get(name), say] as const);
  return clientOrder(run)
    .filter((row) => ['bot:undeclared', 'suspicious'].includes(clientVerdict(rows[row]!)))
    .sort((a, b) => evidence(b) - evidence(a))
    .slice(0, SHOWN)
    .map((row) => ({
      row,
      evidence: evidence(row),
      deeds: measured.flatMap(([values, say]) => {
        const value = values?.[row] ?? Number.NaN;
        return value > 0 ? [say(value)] : [];
      }),
    }));
}
