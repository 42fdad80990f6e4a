/**
 * How the rules do on made-up sites of several years and habits, whose visitors are known.
 *
 *   npx tsx --tsconfig tsconfig.json bench/sites/main.ts [STYLE] [SEED] [rules|deep]
 */
import { LOG_STYLES } from './formats.js';
import { isRight, type Judged, judge } from './judge.js';
import { SITE_NAMES, siteOf } from './sites.js';

const [style = 'combined', seed = '1', method = 'rules'] = process.argv.slice(2);
const log = LOG_STYLES[style];
if (!log) throw new RangeError(`There is no style ${style}; there are ${Object.keys(LOG_STYLES).join(', ')}.`);

for (const name of SITE_NAMES) {
  const judged = await judge(siteOf(name, Number(seed)), log, { method: method as 'rules' | 'deep' });
  const kinds = groups(judged, ({ visit }) => `${visit.truth} · ${visit.kind}`);
  process.stdout.write(`\n${name}\n`);
  for (const [kind, all] of kinds) {
    const wrong = all.filter((each) => !isRight(each));
    process.stdout.write(
      `  ${kind.padEnd(48)} ${String(all.length - wrong.length).padStart(4)} of ${all.length}  ${causes(wrong)}\n`,
    );
  }
}

function causes(wrong: readonly Judged[]): string {
  const seen = groups(wrong, ({ verdict, rules }) => `${verdict} by ${rules.join('+') || 'nothing'}`);
  return [...seen].map(([cause, { length }]) => `${length} × ${cause}`).join('; ');
}

function groups<T>(values: readonly T[], name: (value: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const value of values) found.set(name(value), [...(found.get(name(value)) ?? []), value]);
  return found;
}
