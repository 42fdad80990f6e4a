import {
  AGENT_LISTS,
  aiRobots,
  apps,
  browsers,
  counterRobots,
  crawlerUserAgents,
  embedded,
  engines,
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
  /** It claims to be a browser that shows pages with their styles and images, and is not within another program. */
  readonly graphical: boolean;
  /** A crawler of a company for language models. */
  readonly ai: boolean;
  /** Major version of Chrome, Firefox or the like; NaN where it names none. */
  readonly browserMajor: number;
  readonly browser: 'chrome' | 'firefox' | null;
}

/**
 * A name that is a plain word, such as `Make` or `Sonic`, counts where it stands alone: other words contain it. Names
 * with signs or with a word for robots in them are taken as they are written.
 */
const namesOf = (patterns: readonly string[], longest = 12): readonly string[] =>
  patterns.map((text) => {
    const word = /^([A-Za-z0-9]+)(\\\/)?$/.exec(text);
    if (!word || word[1]!.length > longest || /bot|crawl|spider|scan/i.test(text)) return text;
    return `(^|[^A-Za-z0-9])${text}${word[2] ? '' : '([^A-Za-z]|$)'}`;
  });

/** Patterns of crawler-user-agents that name a version of Android or an app, and match whoever has it. */
const MISLEADING: ReadonlySet<string> = new Set(['AP3A\\.240617\\.008', 'Blackboard']);

/** Every list and its bit. Lists of names are written for exact case, and rely on it. */
const LISTS = {
  crawlers: { bit: 1, patterns: namesOf(crawlerUserAgents.filter((text) => !MISLEADING.has(text))), exact: true },
  counter: { bit: 2, patterns: namesOf(counterRobots, 5) },
  ai: { bit: 4, patterns: namesOf(aiRobots), exact: true },
  visitors: { bit: 8, patterns: browsers },
  /** Neither browser nor app, but people look at pages with it. */
  viewers: { bit: 16, patterns: visitors },
  words: { bit: 32, patterns: generic },
  programWords: { bit: 64, patterns: genericPrograms },
  headless: { bit: 128, patterns: headless },
  machines: { bit: 256, patterns: machines },
  notRobots: { bit: 512, patterns: notRobots },
  robotWords: { bit: 1024, patterns: robotWords },
  apps: { bit: 2048, patterns: apps },
  engines: { bit: 4096, patterns: engines },
  embedded: { bit: 8192, patterns: embedded },
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
  const found = matcher().lists(agent, ...modelIn(agent));
  const on = (list: keyof typeof LISTS): boolean => (found & LISTS[list].bit) !== 0;
  const visitor = on('visitors');
  const strict = on('robotWords');
  const words = strict || on('words') || (!visitor && on('programWords'));
  const app = on('apps');
  const library = app || (on('machines') && !visitor);
  const listed = on('crawlers') || on('ai') || (on('counter') && !visitor);
  const declared = agent !== '' && !on('notRobots') && (library ? strict : listed || words);
  const machine = !declared && agent !== '' && (app || (!visitor && !on('viewers')));
  const graphical =
    visitor && on('engines') && !declared && !machine && !on('headless') && !on('embedded') && !agent.includes(WINDOW);
  return { declared, machine, headless: on('headless'), graphical, ai: on('ai'), ...browserOf(agent) };
}

/** How a window of an Android app ends its device, which the lists pass over. */
const WINDOW = '; wv)';

/**
 * Where an Android agent says the name of its device, from the `;` behind the version to the build or the end of the
 * bracket: devices are called "M bot 60" and "Butterfly". A name that tells where more about it can be read is no device.
 */
function modelIn(agent: string): readonly [from: number, to: number] {
  const android = agent.indexOf('Android ');
  if (android < 0) return [0, 0];
  const from = agent.indexOf(';', android);
  const close = agent.indexOf(')', android);
  if (from < 0 || close < from) return [0, 0];
  const build = agent.indexOf(' Build/', from);
  const to = build >= 0 && build < close ? build : close;
  const name = agent.slice(from, to);
  return name.includes('compatible') || name.includes('http') ? [0, 0] : [from, to];
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
