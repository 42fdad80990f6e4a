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

const LISTS = [
  crawlerUserAgents,
  counterRobots,
  aiRobots,
  visitors,
  generic,
  genericPrograms,
  headless,
  machines,
  notRobots,
  robotWords,
] as const;

/** Which list a pattern is of: its place in {@link LISTS}. */
interface Compiled {
  readonly matcher: Matcher;
  readonly listOf: readonly number[];
}

let compiled: Compiled | undefined;

/** All lists as one automaton, made when the first agent is looked up. */
function lists(): Compiled {
  if (compiled) return compiled;
  // Lists of names are written for exact case, and rely on it; the others are not.
  const patterns = LISTS.flatMap((list) =>
    list.map((text) => ({ text, ignoreCase: list !== crawlerUserAgents && list !== aiRobots })),
  );
  const listOf = LISTS.flatMap((list, i) => list.map(() => i));
  compiled = { matcher: new Matcher(patterns), listOf };
  return compiled;
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
const lower = (words: readonly string[]): readonly string[] => words.map((word) => word.toLowerCase());
const VISITORS = lower([...ENGINES, ...BROWSERS, ...PLATFORMS]);
const looksLikeVisitor = (agent: string): boolean => {
  const text = agent.slice(0, 2048).toLowerCase();
  return VISITORS.some((word) => text.includes(word));
};

/**
 * Looks an agent up in the bundled lists. A machine wins over a robot, because lists of robots name the same
 * libraries, unless the agent also calls itself a crawler. The broad list of COUNTER is asked only about agents that
 * do not look like a browser or an app: a telephone by Motorola contains its pattern "motor". A program that is on no
 * list, and neither browser nor app, is a machine. Linear in the text.
 */
export function agentFacts(agent: string): AgentFacts {
  const { matcher, listOf } = lists();
  const found = new Set(matcher.match(agent).map((id) => listOf[id]!));
  const visitor = looksLikeVisitor(agent);
  const strict = found.has(9);
  const words = strict || found.has(4) || (!visitor && found.has(5));
  const library = found.has(7) && !visitor;
  const listed = found.has(0) || found.has(2) || (found.has(1) && !visitor);
  const declared = agent !== '' && !found.has(8) && (library ? strict : listed || words);
  const machine = !declared && agent !== '' && !visitor && !found.has(3);
  return { declared, machine, headless: found.has(6), ai: found.has(2), ...browserOf(agent) };
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
