import type { RunResult } from '@deeplogbot/core';
import { count, counted, percent } from './plain-text.js';
import { wordsOf } from './words.js';

/** What is left after filtering, how sure that is, and how much of it is expected to be of people; two lines, more where the method says what that rests on, or one where nothing is left. */
export function cleanTotalLines({ cleanTotal, schema }: Pick<RunResult, 'cleanTotal' | 'schema'>): readonly string[] {
  const [, event] = wordsOf(schema);
  const { delivered, expected, low, high } = cleanTotal;
  const none = `No ${event}s are left`;
  if (delivered === 0 && high === 0) return [none];
  const share = percent(cleanTotal.organicShare * delivered, delivered);
  const [are, them] = delivered === 1 ? ['is', 'it'] : ['are', 'them'];
  const whole = Math.round(expected);
  return [
    delivered === 0 ? none : `${counted(delivered, event)} ${are} left, ${share} of ${them} expected to be of people`,
    `${counted(whole, event)} of people ${whole === 1 ? 'is' : 'are'} expected in all (95 % ${count(low)} to ${count(high)})`,
    ...(cleanTotal.basis?.split('. ') ?? []),
  ];
}
