import { invalidOption } from '@deeplogbot/core';
import { AGENT_LISTS, crawlerRanges } from '../lists.generated.js';
import { Ranges, type Words } from '../read/address.js';

/** Operators that publish where their crawlers come from, and what these call themselves. */
const CLAIMS: readonly (readonly [mark: string, operator: string])[] = [
  ['Googlebot', 'googlebot'],
  ['bingbot', 'bing'],
  ['DuckDuckBot', 'duckduckbot'],
  ['DuckAssistBot', 'duckassistbot'],
  ['GPTBot', 'openai'],
  ['ChatGPT-User', 'openai'],
  ['OAI-SearchBot', 'openai'],
  ['PerplexityBot', 'perplexity'],
  ['Twitterbot', 'twitter'],
  ['TelegramBot', 'telegram'],
  ['facebookexternalhit', 'facebook'],
  ['Pingdom', 'pingdom'],
  ['StatusCake', 'statuscake'],
  // These publish names and no addresses.
  ['Applebot', 'apple'],
  ['YandexBot', 'yandex'],
  ['YandexImages', 'yandex'],
  ['Baiduspider', 'baidu'],
  ['Yahoo! Slurp', 'yahoo'],
  ['SeznamBot', 'seznam'],
  ['PetalBot', 'petal'],
  ['Pinterestbot', 'pinterest'],
  ['Mail.RU_Bot', 'mailru'],
  ['CCBot', 'commoncrawl'],
  ['Amazonbot', 'amazonbot'],
  ['Sogou web spider', 'sogou'],
];

/** Of these a wrong address proves an impostor; agents of the others are also used by their users' own programs. */
const EXCLUSIVE: ReadonlySet<string> = new Set(['googlebot', 'bing', 'duckduckbot', 'openai', 'perplexity']);

const YEAR_US = 365.25 * 86_400e6;
const LIST_US = Date.parse(AGENT_LISTS.find(({ name }) => name === 'crawler-ranges')!.date) * 1000;

/** The operator that an agent claims, if it is one that publishes addresses. */
export const claimedOperator = (agent: string): string | null =>
  CLAIMS.find(([mark]) => agent.includes(mark))?.[1] ?? null;

/** `verified`: the address is the operator's. `refuted`: it is not. `unknown`: nothing published says. */
export type Claim = 'verified' | 'refuted' | 'unknown';

/** Published addresses by operator, from the bundled list and further lines `operator range`. */
export class Operators {
  private readonly ranges = new Map<string, Ranges>();
  /** Whether a newer list replaces the bundled one, which then is never too old. */
  private readonly isOwn: boolean;

  /** @throws ConfigError `INVALID_OPTION` for a line that is no operator with a range. */
  constructor(own?: readonly string[]) {
    this.isOwn = own !== undefined;
    for (const line of own ?? crawlerRanges) {
      const [, operator = '', range = ''] = /^\s*([^\s,]+)[\s,]+(\S+)\s*$/.exec(line) ?? [];
      const known = this.ranges.get(operator) ?? new Ranges();
      if (!known.add(range)) throw invalidOption('crawlerRanges', line, 'lines such as "googlebot 66.249.64.0/19"');
      this.ranges.set(operator, known);
    }
  }

  /**
   * Whether an address is one of the operator's. Addresses change hands, so the list refutes nothing in a log that is
   * more than two years older or newer than itself.
   */
  check(operator: string, address: Words | null, tsUs: number): Claim {
    const ranges = this.ranges.get(operator);
    if (!ranges || !address) return 'unknown';
    if (ranges.has(address)) return 'verified';
    const isNear = this.isOwn || Math.abs(tsUs - LIST_US) < 2 * YEAR_US;
    return isNear && EXCLUSIVE.has(operator) ? 'refuted' : 'unknown';
  }
}

/** Year in which a major version came out, between known ones by straight lines; releases of the browsers' makers. */
const RELEASES: Readonly<Record<'chrome' | 'firefox', readonly (readonly [major: number, year: number])[]>> = {
  chrome: [
    [1, 2008.95],
    [10, 2011.18],
    [20, 2012.49],
    [30, 2013.75],
    [40, 2015.06],
    [50, 2016.28],
    [60, 2017.56],
    [70, 2018.79],
    [80, 2020.1],
    [90, 2021.28],
    [100, 2022.24],
    [110, 2023.1],
    [120, 2023.93],
    [130, 2024.79],
    [140, 2025.67],
  ],
  firefox: [
    [1, 2004.86],
    [3, 2008.46],
    [4, 2011.22],
    [10, 2012.08],
    [20, 2013.25],
    [30, 2014.44],
    [40, 2015.61],
    [50, 2016.87],
    [60, 2018.35],
    [70, 2019.81],
    [80, 2020.65],
    [90, 2021.53],
    [100, 2022.34],
    [110, 2023.12],
    [120, 2023.89],
    [130, 2024.68],
    [140, 2025.48],
  ],
};

/** Year of release of a browser's major version; NaN where it is not known. Versions beyond the table count as its last. */
export function releaseYear(browser: 'chrome' | 'firefox' | null, major: number): number {
  if (!browser || Number.isNaN(major)) return Number.NaN;
  const table = RELEASES[browser];
  const next = table.findIndex(([known]) => known >= major);
  if (next < 0) return table.at(-1)![1];
  if (next === 0) return table[0]![1];
  const [a, b] = [table[next - 1]!, table[next]!];
  return a[1] + ((major - a[0]) / (b[0] - a[0])) * (b[1] - a[1]);
}
