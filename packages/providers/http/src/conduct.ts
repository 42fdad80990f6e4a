import type { ConductLearning, FeatureTable } from '@deeplogbot/core';

/** What a client says of itself or by which rules settle it, whom it is next to, how much there is of it, and what is the same for all. */
const NO_CONDUCT =
  /^(ua_|ip_|is_|site_|agent_|network_|number_requests_|distinct_(uas|ips)|subnet_)|^(asn|country|robots_txt_requested|robots_txt_named|page_requests|session_count|duration|active_days|active_hours|distinct_paths|distinct_items|max_session_.*|max_day_.*|max_fast_day_.*|max_query_values|decided_at|log_likelihood_ratio|browser_copies|lone_pages|entered_pages|hidden_link_hits)$/;

/** Fewer requests show no conduct. */
const FEWEST = 3;

/**
 * What the deep method learns a log's clients by. Robots that say so, and whoever asks for secrets in numbers, show how programs
 * behave; clients that load pages with what belongs to them and follow links at the pace of a reader show how people do.
 */
export const conductOf = (features: readonly string[]): ConductLearning => ({
  events: 'number_requests_total',
  word: 'client',
  features: features.filter((name) => !NO_CONDUCT.test(name)),
  subcategories: { person: 'human', doubtful: 'suspicious', program: 'undeclared_bot' },
  exemplars: (table) => {
    const at = reader(table);
    const weights = (weigh: (at: At, row: number) => number) =>
      Float64Array.from(table.keys, (_, row) => (at('number_requests_total', row) < FEWEST ? 0 : weigh(at, row)));
    return { organic: weights(personWeight), bot: weights(programWeight) };
  },
  settled: (table) => {
    const at = reader(table);
    return Uint8Array.from(table.keys, (_, row) => Number(SETTLED.some((name) => at(name, row) > 0)));
  },
});

const SETTLED = [
  'ua_declared_bot',
  'ua_machine',
  'ua_headless',
  'ua_impersonation',
  'ip_verified_bot',
  'robots_txt_requested',
  'hidden_link_hits',
];

/** A feature of a row; NaN where it is not measurable. */
type At = (name: string, row: number) => number;

function reader(table: FeatureTable): At {
  const columns = new Map([...table.columns]);
  return (name, row) => columns.get(name)?.[row] ?? Number.NaN;
}

/** Robots by their own word, surer where the address is their operator's, and scanners by what they look for. */
function programWeight(at: At, row: number): number {
  if (at('ip_verified_bot', row) === 1) return 1;
  if (at('ua_declared_bot', row) === 1 || at('ua_headless', row) === 1) return 0.9;
  if (at('sensitive_level', row) > 4 || at('probing_level', row) > 10 || at('hidden_link_hits', row) > 0) return 0.9;
  return at('robots_txt_requested', row) === 1 ? 0.6 : 0;
}

/** Conditions that none may fail; what is not measurable fails none. */
const NEVER: readonly (readonly [name: string, fails: (value: number) => boolean])[] = [
  ['ua_missing', (x) => x > 0],
  ['ua_nameless', (x) => x > 0],
  ['ua_stale', (x) => x > 0],
  ['sensitive_missed', (x) => x > 0],
  ['garbage_requests', (x) => x > 0],
  ['status_4xx_ratio', (x) => x > 0.3],
  ['max_pages_60s', (x) => x >= 20],
  ['distinct_uas', (x) => x > 10],
];

/** Signs of a reader behind a browser. */
const SIGNS: readonly (readonly [name: string, holds: (value: number) => boolean])[] = [
  ['asset_ratio', (x) => x >= 0.3],
  ['script_style_ratio', (x) => x > 0],
  ['favicon_requested', (x) => x === 1],
  ['no_referrer_requests_ratio', (x) => x <= 0.6],
  ['referrer_mismatch_ratio', (x) => x <= 0.2],
  ['time_per_page', (x) => x >= 5],
  ['ratio_304', (x) => x > 0],
];

/** A page with what belongs to it, and at least four signs of a reader; the more, the surer. */
function personWeight(at: At, row: number): number {
  const says = SETTLED.some((name) => at(name, row) > 0);
  if (says || NEVER.some(([name, fails]) => fails(at(name, row)))) return 0;
  if (!(at('page_requests', row) >= 1) || !(at('asset_ratio', row) > 0)) return 0;
  const signs = SIGNS.filter(([name, holds]) => holds(at(name, row))).length;
  return signs < 4 ? 0 : Math.min(1, 0.4 + 0.15 * (signs - 3));
}
