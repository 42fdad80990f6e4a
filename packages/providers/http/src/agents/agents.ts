import {
  AGENT_LISTS,
  aiRobots,
  counterRobots,
  crawlerUserAgents,
  generic,
  genericPrograms,
  headless,
  machines,
  notRobots,
  robotWords,
  visitors,
} from '../lists.generated.js';
import { Matcher } from './matcher.js';

/** What an agent says of itself. */
export interface AgentFacts {
  /** It names itself a crawler, monitor or other robot. */
  readonly declared: boolean;
  /** An HTTP library or command-line client: a program, but often one that a person runs. */
  readonly machine: boolean;
  /** A browser without a screen, or one that a program drives. */
  readonly headless: boolean;
  /** A crawler of a company for language models. */
  readonly ai: boolean;
  /** Major version of Chrome, Firefox or the like; NaN where it names none. */
  readonly browserMajor: number;
  readonly browser: 'chrome' | 'firefox' | null;
}

/** What browsers and what they render with write. */
const ENGINES = ['AppleWebKit', 'Gecko/', 'Trident/', 'MSIE ', 'Presto/', 'Opera', 'KHTML', 'Lynx/', 'Links (', 'w3m/'];
const BROWSERS = [
  'Links',
  'Mosaic',
  'Dillo',
  'NetSurf',
  'IBrowse',
  'Voyager',
  'Konqueror',
  'iCab',
  'OmniWeb',
  'Netscape',
];
/** What programs of phones, tablets, consoles and desktops write, whatever their own name is. */
const PLATFORMS = [
  'Darwin/',
  'CFNetwork',
  'Android',
  ' iOS',
  '(iOS',
  ';iOS',
  'iPhone',
  'iPad',
  'PlayStation',
  'Nintendo',
  'Xbox',
  'Symbian',
  'MIDP',
  'BlackBerry',
  'Windows Phone',
  'SmartTV',
  'Roku',
  'AppleTV',
  'GoogleApp',
  'AWeb',
  'UCBrowser',
  'UP.Browser',
  'UCWEB',
  'NetPositive',
  'Dalvik',
  'FBAN/',
  'Sonos/',
  'Microsoft Office',
  'ms-office',
  'QuickTime',
];
/** Words as patterns of a {@link Matcher}. */
const literally = (words: readonly string[]): readonly string[] =>
  words.map((word) => word.replace(/[^A-Za-z0-9 ;-]/g, '\\$&'));

/** Every list and its bit. Lists of names are written for exact case, and rely on it. */
const LISTS = {
  crawlers: { bit: 1, patterns: crawlerUserAgents, exact: true },
  counter: { bit: 2, patterns: counterRobots },
  ai: { bit: 4, patterns: aiRobots, exact: true },
  visitors: { bit: 8, patterns: literally([...ENGINES, ...BROWSERS, ...PLATFORMS]) },
  /** Neither browser nor app, but people look at pages with it. */
  viewers: { bit: 16, patterns: visitors },
  words: { bit: 32, patterns: generic },
  programWords: { bit: 64, patterns: genericPrograms },
  headless: { bit: 128, patterns: headless },
  machines: { bit: 256, patterns: machines },
  notRobots: { bit: 512, patterns: notRobots },
  robotWords: { bit: 1024, patterns: robotWords },
} as const;

let compiled: Matcher | undefined;

/** All lists as one automaton, made when the first agent is looked up. */
function matcher(): Matcher {
  compiled ??= new Matcher(
    Object.values(LISTS).flatMap((list) =>
      list.patterns.map((text) => ({ text, bit: list.bit, ignoreCase: !('exact' in list) })),
    ),
  );
  return compiled;
}

/**
 * Looks an agent up in the bundled lists. A machine wins over a robot, because lists of robots name the same
 * libraries, unless the agent also calls itself a crawler. The broad list of COUNTER is asked only about agents that
 * do not look like a browser or an app: a telephone by Motorola contains its pattern "motor". A program that is on no
 * list, and neither browser nor app, is a machine. Linear in the text.
 */
export function agentFacts(agent: string): AgentFacts {
  const found = matcher().lists(agent);
  const on = (list: keyof typeof LISTS): boolean => (found & LISTS[list].bit) !== 0;
  const visitor = on('visitors');
  const strict = on('robotWords');
  const words = strict || on('words') || (!visitor && on('programWords'));
  const library = on('machines') && !visitor;
  const listed = on('crawlers') || on('ai') || (on('counter') && !visitor);
  const declared = agent !== '' && !on('notRobots') && (library ? strict : listed || words);
  const machine = !declared && agent !== '' && !visitor && !on('viewers');
  return { declared, machine, headless: on('headless'), ai: on('ai'), ...browserOf(agent) };
}

function browserOf(agent: string): Pick<AgentFacts, 'browser' | 'browserMajor'> {
  for (const [browser, mark] of [
    ['chrome', 'Chrome/'],
    ['firefox', 'Firefox/'],
  ] as const) {
    const at = agent.indexOf(mark);
    const major = at < 0 ? Number.NaN : Number.parseInt(agent.slice(at + mark.length, at + mark.length + 4), 10);
    if (!Number.isNaN(major)) return { browser, browserMajor: major };
  }
  return { browser: null, browserMajor: Number.NaN };
}

/** Name, origin, licence and date of every bundled list. */
export const agentLists = AGENT_LISTS;
