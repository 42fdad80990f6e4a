import type { RunResult } from '@deeplogbot/core';
import { count, percent } from './plain-text.js';
import { wordsOf } from './words.js';

/** What is left after filtering, how sure that is, and how much of it is expected to be of people; two lines, more where the method says what that rests on, or one where nothing is left. */
export function cleanTotalLines({ cleanTotal, schema }: Pick<RunResult, 'cleanTotal' | 'schema'>): readonly string[] {
  const [, events] = wordsOf(schema);
  const { delivered, expected, low, high } = cleanTotal;
  const round = (value: number) => count(Math.round(value));
  const none = `No ${events} are left`;
  if (delivered === 0 && high === 0) return [none];
  const share = percent(cleanTotal.organicShare * delivered, delivered);
  return [
    delivered === 0 ? none : `${round(delivered)} ${events} are left, ${share} of them expected to be of people`,
    `${round(expected)} ${events} of people are expected in all (95 % ${round(low)} to ${round(high)})`,
    ...(cleanTotal.basis?.split('. ') ?? []),
  ];
}
