import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitSequential, type LabelledSession, REQUEST_KINDS, SequentialTest, stepRatio } from '../src/index.js';
import { RESOURCES } from '../src/read/target.js';
import { BROWSER, featuresOf, type LineParts, log } from './support.js';

const [PAGE, IMAGE, STYLE] = [0, 1, 2];
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const sessions = (n: number, isProgram: boolean, ...kinds: number[]): LabelledSession[] =>
  times(n, () => ({ kinds, isProgram }));

describe('the model', () => {
  // 30 programs: page, page. 60 people: page, style, image.
  const model = fitSequential([...sessions(30, true, PAGE!, PAGE!), ...sessions(60, false, PAGE!, STYLE!, IMAGE!)]);
  const prior = REQUEST_KINDS / 2;

  it('compares how often either goes from one kind to the next, half a count added to each', () => {
    // Both begin with a page; from a page programs went to a page 30 times of 30, people never of 60.
    expect(model(null, PAGE!)).toBeCloseTo(Math.log(30.5 / (30 + prior)) - Math.log(60.5 / (60 + prior)), 12);
    expect(model(PAGE!, PAGE!)).toBeCloseTo(Math.log(30.5 / (30 + prior)) - Math.log(0.5 / (60 + prior)), 12);
    expect(model(PAGE!, STYLE!)).toBeCloseTo(Math.log(0.5 / (30 + prior)) - Math.log(60.5 / (60 + prior)), 12);
    // Nobody was seen to go on from a font.
    expect(model(4, PAGE!)).toBe(0);
  });

  it('is refused with few sessions of either', () => {
    expect(() => fitSequential([...sessions(29, true, PAGE!), ...sessions(90, false, PAGE!)])).toThrow('Got 29 and 90');
  });

  it('sums to one: the likelihoods of all next kinds', () => {
    const kinds = times(REQUEST_KINDS, (i) => i);
    const of = (programs: number[]) => programs.reduce((sum, n) => sum + n, 0);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: REQUEST_KINDS, maxLength: REQUEST_KINDS }), (programs) => {
        const people = { people: 0, ofPeople: 0 };
        const likelihoods = kinds.map((i) =>
          Math.exp(stepRatio({ programs: programs[i]!, ofPrograms: of(programs), ...people })),
        );
        expect(of(likelihoods) / REQUEST_KINDS).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the test', () => {
  it('ends beyond ln 99 = 4.595 for a program, beyond −ln 99 for a person', () => {
    const program = new SequentialTest();
    expect([3, 1.5, 0.1, -9].map((ratio) => program.add(ratio))).toEqual([false, false, true, true]);
    expect([program.decidedAt, program.decision]).toEqual([3, 'program']);
    expect(program.ratio).toBeCloseTo(4.6, 12);
    const person = new SequentialTest();
    expect([-5].map((ratio) => person.add(ratio))).toEqual([true]);
    expect([person.decidedAt, person.decision]).toEqual([1, 'person']);
    expect([new SequentialTest().decidedAt, new SequentialTest().decision]).toEqual([null, null]);
  });

  it('decides where the running sum first leaves the bounds, whatever comes later', () => {
    const ratios = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 60 });
    const errors = fc.double({ min: 0.001, max: 0.4, noNaN: true });
    fc.assert(
      fc.property(ratios, errors, errors, (steps, alpha, beta) => {
        const test = new SequentialTest({ alpha, beta });
        for (const step of steps) test.add(step);
        let sum = 0;
        const sums = steps.map((step) => (sum += step));
        const left = sums.findIndex((s) => s >= Math.log((1 - beta) / alpha) || s <= Math.log(beta / (1 - alpha)));
        expect(test.decidedAt).toBe(left < 0 ? null : left + 1);
        expect(test.ratio).toBe(left < 0 ? sum : sums[left]);
      }),
    );
  });

  it('wants errors that can be made', () => {
    expect(() => new SequentialTest({ alpha: 0 })).toThrow('(0, 0.5)');
  });
});

describe('columns of an access log', () => {
  const robot = (i: number): LineParts[] =>
    times(3, (k) => ({
      host: `192.0.2.${i}`,
      agent: 'ExampleBot/1.0',
      at: i * 60 + k,
      request: `GET /p${k} HTTP/1.1`,
    }));
  const reader = (i: number): LineParts[] => [
    { host: `198.51.100.${i}`, at: i * 60, request: 'GET /p0 HTTP/1.1', agent: BROWSER },
    {
      host: `198.51.100.${i}`,
      at: i * 60 + 1,
      request: 'GET /a.css HTTP/1.1',
      referrer: 'https://site.example/p0',
      agent: BROWSER,
    },
    {
      host: `198.51.100.${i}`,
      at: i * 60 + 9,
      request: 'GET /p1 HTTP/1.1',
      referrer: 'https://site.example/p0',
      agent: BROWSER,
    },
  ];
  /** Nobody knows who it is: pages alone. */
  const stranger = times(4, (k) => ({ host: '203.0.113.1', at: 9000 + k * 20, request: `GET /p${k} HTTP/1.1` }));
  const options = { sequential: true, ownHosts: ['site.example'] };
  let ratios: Readonly<Record<string, readonly [decidedAt: number, ratio: number]>>;
  beforeAll(async () => {
    const table = await featuresOf(log([...times(30, robot), ...times(30, reader)].flat().concat(stranger)), options);
    const [decided, ratio] = [table.need('decided_at'), table.need('log_likelihood_ratio')];
    ratios = Object.fromEntries(table.attributes.country.map((ip, i) => [ip!, [decided[i]!, ratio[i]!]]));
  });

  it('are what the model and the test say of the same sessions', () => {
    const style = RESOURCES.indexOf('asset-style');
    const model = fitSequential([
      ...sessions(30, true, PAGE!, PAGE!, PAGE!),
      ...sessions(30, false, PAGE!, style, PAGE!),
    ]);
    const says = (kinds: readonly number[]) => {
      const test = new SequentialTest();
      for (const [i, kind] of kinds.entries()) test.add(model(i ? kinds[i - 1]! : null, kind));
      return [test.decidedAt ?? Number.NaN, test.ratio];
    };
    expect(ratios['203.0.113.1']).toEqual(says([PAGE!, PAGE!, PAGE!, PAGE!]));
    expect(ratios['203.0.113.1']![0]).toBe(3);
    expect(ratios['198.51.100.1']).toEqual(says([PAGE!, style, PAGE!]));
  });

  it('are NULL where too few sessions are sure, and not there unless asked for', async () => {
    const few = log([...times(29, robot), ...times(30, reader)].flat());
    expect(new Set((await featuresOf(few, options)).need('log_likelihood_ratio'))).toEqual(new Set([Number.NaN]));
    expect((await featuresOf(log(stranger))).columns.has('decided_at')).toBe(false);
  });
});
