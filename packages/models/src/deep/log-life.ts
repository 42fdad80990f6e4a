import type { RunControl } from '@deeplogbot/core';
import { inTurns, rowSteps, turn } from '../turns.js';
import { byLogClock, clockOf } from './log-clock.js';
import { returningUsers, strangers } from './machine-signs.js';
import { type Measures, rowReader } from './measures.js';
import { asOneVisitor, namesUsers } from './nameless.js';
import { peerShareSteps } from './peers.js';
import { humanRhythm } from './rhythm.js';

/** How the people of a log live, and how far each row lives as they do. */
export interface LogLife {
  /** Measures by the log's own clock and calendar, and those of peers. */
  readonly seen: Measures;
  /** Rhythm of people per row, less where users are strangers; NaN where it is not measurable. */
  readonly rhythm: Float64Array;
  /** Whether anybody in the log can be seen to keep nights or weekends. */
  readonly isLived: boolean;
}

export interface LifeOptions extends RunControl {
  readonly randomState: number;
  /** Learn what the peers of each place show; most of the time that this takes. */
  readonly withPeers: boolean;
}

/** Learns from the log how its people live. */
export async function logLife(table: Measures, rows: number, control: LifeOptions): Promise<LogLife> {
  const measures = namesUsers(table) ? table : asOneVisitor(table);
  const peers = control.withPeers ? await inTurns(peerShareSteps(measures, rows, control), control) : new Map();
  const clock = clockOf(measures, peers);
  await turn(control);
  const seen = byLogClock(measures, peers, clock);
  await turn(control);
  const rhythm = await inTurns(rhythmSteps(seen, rows), control);
  return { seen, rhythm, isLived: clock.weeks || clock.night !== undefined };
}

function* rhythmSteps(seen: Measures, rows: number): Generator<undefined, Float64Array> {
  const read = rowReader(seen);
  const returning = returningUsers(seen);
  const rhythm = new Float64Array(rows);
  yield* rowSteps(rows, (i) => {
    const row = read(i);
    rhythm[i] = humanRhythm(row) * (1 - strangers(row, returning));
  });
  return rhythm;
}
