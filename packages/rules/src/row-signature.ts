import { comparisons } from './evaluate.js';
import type { Run } from './run-rules.js';

/** Columns that a verdict reads besides those of the patterns that match. */
const ALWAYS = [
  'evidence_score',
  'is_anomaly',
  'total_downloads',
  'unique_users',
  'downloads_per_user',
  'working_hours_ratio',
];

/**
 * Says of each row of a part everything that its verdict is made of: its outcome, which patterns match it, and the values that they
 * compare. Rows of one signature have equal verdicts, so that of a million clients most need none put into words.
 */
export function rowSignatures({ columns, hub, evaluations }: Run): (row: number) => string {
  const always = ALWAYS.flatMap((name) => columns.get(name) ?? []);
  const patterns = evaluations.map(({ mask, pattern }, i) => ({
    mask,
    name: `|${i}`,
    values: comparisons(pattern).flatMap(({ feature }) => columns.get(feature) ?? []),
  }));
  return (row) => {
    let text = `${hub.outcome[row]} ${hub.change[row]}`;
    for (const column of always) text += ` ${column[row]}`;
    for (const { mask, name, values } of patterns) {
      if (mask[row] !== 1) continue;
      text += name;
      for (const column of values) text += ` ${column[row]}`;
    }
    return text;
  };
}
