import type { RunResult } from '@deeplogbot/core';
import { count, percent } from './plain-text.js';

/** What is left after filtering, how sure that is, and how much of it is expected to be of people; two lines. */
export function cleanTotalLines({ cleanTotal }: Pick<RunResult, 'cleanTotal'>): readonly string[] {
  const { delivered, expected, low, high } = cleanTotal;
  const round = (value: number) => count(Math.round(value));
  return [
    `${round(delivered)} downloads are left, ${percent(cleanTotal.organicShare * delivered, delivered)} of them expected to be of people`,
    `${round(expected)} downloads of people are expected in all (95 % ${round(low)} to ${round(high)})`,
  ];
}
