import type { RunResult, Verdict } from '@deeplogbot/core';
import { COLOURS } from '../charts/palette.js';

/** What the subcategories of clients are called in access-log terms. */
const VERDICTS: Readonly<Record<string, string>> = {
  declared_bot: 'bot:declared',
  undeclared_bot: 'bot:undeclared',
  impostor: 'bot:undeclared',
};

/** `human`, `suspicious`, `bot:declared`, `bot:undeclared` or `machine`; another subcategory as it is. */
export const clientVerdict = ({ subcategory, label }: Pick<Verdict, 'subcategory' | 'label'>): string =>
  subcategory === null ? label : verdictOfKind(subcategory);

/** The same for a subcategory, or for a label without one. */
export const verdictOfKind = (kind: string): string => VERDICTS[kind] ?? kind;

/** A verdict for readers: its name, the class of its colour, who that is. */
export interface ClientVerdictStyle {
  readonly id: string;
  readonly name: string;
  /** Of one client. */
  readonly one: string;
  readonly style: string;
  readonly colour: string;
  readonly meaning: string;
}

/** In the order in which reports list them. */
export const CLIENT_VERDICTS: readonly ClientVerdictStyle[] = [
  {
    id: 'human',
    name: 'People',
    one: 'Person',
    style: 'organic',
    colour: COLOURS.organic,
    meaning: 'nothing speaks for a program, or too little',
  },
  {
    id: 'suspicious',
    name: 'Suspicious',
    one: 'Suspicious',
    style: 'suspicious',
    colour: COLOURS.suspicious,
    meaning: 'something speaks for a program, not enough for a verdict; counted with people',
  },
  {
    id: 'bot:declared',
    name: 'Declared bots',
    one: 'Declared bot',
    style: 'declared',
    colour: COLOURS.declared,
    meaning: 'robots that say so, or read robots.txt',
  },
  {
    id: 'bot:undeclared',
    name: 'Undeclared bots',
    one: 'Undeclared bot',
    style: 'bot',
    colour: COLOURS.bot,
    meaning: 'behave like robots and do not say so',
  },
  {
    id: 'machine',
    name: 'Machines',
    one: 'Machine',
    style: 'hub',
    colour: COLOURS.hub,
    meaning: 'programs that people run: curl, Python, R, Java and the like',
  },
  {
    id: 'insufficient_evidence',
    name: 'Insufficient evidence',
    one: 'Insufficient evidence',
    style: 'insufficient_evidence',
    colour: COLOURS.insufficient,
    meaning: 'too few requests to say',
  },
];

/** Clients and requests of one verdict. */
export interface VerdictTotal {
  readonly clients: number;
  readonly requests: number;
}

/** Clients and requests per verdict; verdicts without a client are not in it. */
export function verdictTotals(run: Pick<RunResult, 'verdicts' | 'downloads'>): ReadonlyMap<string, VerdictTotal> {
  const totals = new Map<string, { clients: number; requests: number }>();
  run.verdicts.rows.forEach((verdict, i) => {
    const id = clientVerdict(verdict);
    const total = totals.get(id) ?? { clients: 0, requests: 0 };
    total.clients += 1;
    total.requests += run.downloads[i]!;
    totals.set(id, total);
  });
  return totals;
}
