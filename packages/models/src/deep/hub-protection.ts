import type { RowOf } from './measures.js';

/** The label a row has, and what a version of the reference makes of it. */
export type ProtectedLabel = 'bot' | 'hub' | 'organic';

const isNightOnly = (row: RowOf) => row('working_hours_ratio') < 0.1 && row('night_activity_ratio') > 0.7;
const isVerifiedTransfer = (row: RowOf) => row('aspera_ratio') > 0.3 || row('globus_ratio') > 0.1;

/** Hub protection of the reference, version 0.1.0: five rules and two exclusions. NaN never fulfils a rule. */
export function isProtectedV1(row: RowOf): boolean {
  const u = row('unique_users');
  const d = row('downloads_per_user');
  const rules =
    (d > 500 && u <= 200) ||
    (u <= 100 && d > 100) ||
    (u <= 1 && d > 50) ||
    (u <= 10 && d > 200) ||
    isVerifiedTransfer(row);
  return rules && !isNightOnly(row) && !(row('unique_projects') > 15_000);
}

/** Hub protection of the reference's later version: two rules, and few data sets are no mirror. */
export function isProtectedV9(row: RowOf): boolean {
  const rules = isVerifiedTransfer(row) || (row('downloads_per_user') > 500 && row('unique_users') <= 200);
  return rules && !isNightOnly(row) && !(row('top_project_concentration') > 0.8);
}

/** Demotion of the reference's later version: a hub that takes few data sets becomes a bot. */
export function isDemotedV9(row: RowOf): boolean {
  const top3 = row('top3_project_concentration');
  const hhi = row('project_hhi');
  if (Number.isNaN(top3)) return false;
  if (Number.isNaN(hhi)) return top3 > 0.5;
  return (top3 > 0.5 && hhi > 0.05) || (row('total_downloads') > 100_000 && top3 > 0.45 && hhi > 0.05);
}

export type ProtectionVersion = 'v1' | 'v9';

/** The label after protection, as a version of the reference delivers it. */
export function protectHub(label: ProtectedLabel, row: RowOf, version: ProtectionVersion): ProtectedLabel {
  if (version === 'v1') return isProtectedV1(row) ? 'hub' : label;
  const guarded = isProtectedV9(row) ? 'hub' : label;
  return guarded === 'hub' && isDemotedV9(row) ? 'bot' : guarded;
}
