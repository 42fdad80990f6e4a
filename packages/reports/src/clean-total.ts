import type { RunResult } from '@deeplogbot/core';
import { count, counted, percent } from './plain-text.js';
import { wordsOf } from './words.js';

type Totals = Pick<RunResult, 'cleanTotal' | 'schema'>;

/** What is left after filtering, how sure that is, and how much of it is expected to be of people; two lines, more where the method says what that rests on, or one where nothing is left. */
export function cleanTotalLines(run: Totals): readonly string[] {
  const [, event] = wordsOf(run.schema);
  const { delivered, high } = run.cleanTotal;
  const none = `No ${event}s are left`;
  if (delivered === 0 && high === 0) return [none];
  const [are, them] = delivered === 1 ? ['is', 'it'] : ['are', 'them'];
  const left = `${counted(delivered, event)} ${are} left, ${shareOfPeople(run)} of ${them} expected to be of people`;
  return [delivered === 0 ? none : left, ...peopleLines(run)];
}

/** How much of what is left is expected to be of people. */
export const shareOfPeople = ({ cleanTotal: { delivered, organicShare } }: Pick<Totals, 'cleanTotal'>): string =>
  percent(organicShare * delivered, delivered);

/** How many events of people are expected in all, and what the method says that rests on. */
export function peopleLines({ cleanTotal: { expected, low, high, basis }, schema }: Totals): readonly string[] {
  const [, event] = wordsOf(schema);
  const whole = Math.round(expected);
  return [
    `${counted(whole, event)} of people ${whole === 1 ? 'is' : 'are'} expected in all (95 % ${count(low)} to ${count(high)})`,
    ...(basis?.split('. ') ?? []),
  ];
}
