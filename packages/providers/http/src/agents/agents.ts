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
  const model = modelIn(agent);
  const found = matcher().lists(agent, model.from, model.to);
  const visitor = isOn(found, LISTS.visitors);
  const strict = isOn(found, LISTS.robotWords);
  const words = strict || isOn(found, LISTS.words) || (!visitor && isOn(found, LISTS.programWords));
  const app = isOn(found, LISTS.apps);
  const library = app || (isOn(found, LISTS.machines) && !visitor);
  const listed = isOn(found, LISTS.crawlers) || isOn(found, LISTS.ai) || (isOn(found, LISTS.counter) && !visitor);
  const declared = agent !== '' && !isOn(found, LISTS.notRobots) && (library ? strict : listed || words);
  const machine = !declared && agent !== '' && (app || (!visitor && !isOn(found, LISTS.viewers)));
  const headless = isOn(found, LISTS.headless);
  const shows = visitor && isOn(found, LISTS.engines) && !isOn(found, LISTS.embedded) && !agent.includes(WINDOW);
  const browser = browserOf(agent);
  return {
    declared,
    machine,
    headless,
    graphical: shows && !declared && !machine && !headless,
    ai: isOn(found, LISTS.ai),
    browser: browser.name,
    browserMajor: browser.major,
  };
}

const isOn = (found: number, list: { readonly bit: number }): boolean => (found & list.bit) !== 0;

/** How a window of an Android app ends its device, which the lists pass over. */
const WINDOW = '; wv)';

/**
 * Where an Android agent says the name of its device, from the `;` behind the version to the build or the end of the
 * bracket: devices are called "M bot 60" and "Butterfly". A name that tells where more about it can be read is no device.
 */
function modelIn(agent: string): { readonly from: number; readonly to: number } {
  const android = agent.indexOf('Android ');
  if (android < 0) return NO_MODEL;
  const from = agent.indexOf(';', android);
  const close = agent.indexOf(')', android);
  if (from < 0 || close < from) return NO_MODEL;
  const build = agent.indexOf(' Build/', from);
  const to = build >= 0 && build < close ? build : close;
  const name = agent.slice(from, to);
  return name.includes('compatible') || name.includes('http') ? NO_MODEL : { from, to };
}

const NO_MODEL = { from: 0, to: 0 };

interface Browser {
  readonly name: AgentFacts['browser'];
  readonly major: number;
}

function browserOf(agent: string): Browser {
  const chrome = majorAfter('Chrome/', agent);
  if (!Number.isNaN(chrome)) return { name: 'chrome', major: chrome };
  const firefox = majorAfter('Firefox/', agent);
  return { name: Number.isNaN(firefox) ? null : 'firefox', major: firefox };
}

function majorAfter(mark: string, agent: string): number {
  const at = agent.indexOf(mark);
  return at < 0 ? Number.NaN : Number.parseInt(agent.slice(at + mark.length, at + mark.length + 4), 10);
}

/** Name, origin, licence and date of every bundled list. */
export const agentLists = AGENT_LISTS;
