import type { Measures } from './measures.js';

/** What stands for a measure of users where a log names none: each place is taken for one visitor. */
const STAND_INS: Readonly<Record<string, string>> = {
  downloads_per_user: 'total_downloads',
  user_visit_count: 'num_sessions',
  avg_active_days_per_user: 'active_days',
};

/** Whether the log names users anywhere. */
export const namesUsers = (measures: Measures): boolean =>
  measures('unique_users')?.some((value) => !Number.isNaN(value)) ?? false;

/** Measures in which each place of a log without users is one visitor. Criteria alone read them; models see that users are not known. */
export function asOneVisitor(measures: Measures): Measures {
  const alone = measures('total_downloads')?.map(() => 1);
  return (name) => (name === 'unique_users' ? alone : measures(STAND_INS[name] ?? name));
}
