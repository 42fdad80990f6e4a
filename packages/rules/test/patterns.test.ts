import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules, rulesTrace } from '../src/index.js';
import { type Row, tableOf } from './support.js';

const NAN = Number.NaN;

/** Which rows a pattern matches. */
function matches(pattern: string, rows: readonly Row[]): boolean[] {
  const rules = parseRules(`automation_category: { bot: { patterns: [ { id: tested, ${pattern} } ] } }`);
  return rulesTrace(rules, tableOf(rows)).fired.map((ids) => ids.includes('tested'));
}
const x = (...values: number[]): Row[] => values.map((value) => ({ x: value, y: 1 }));

describe('a pattern', () => {
  it.each([
    ['x: { min: 2, max: 4 }', x(1.9, 2, 4, 4.1, NAN), [false, true, true, false, false]],
    ['x: { gt: 2, lt: 4 }', x(2, 2.1, 3.9, 4, NAN), [false, true, true, false, false]],
    ['x: { min: null, max: 4 }', x(-9, 5), [true, false]],
    ['x: 3', x(3, 3.1), [true, false]],
    ['x: true', x(1, 0, NAN), [true, false, false]],
    ['description: everything', x(1, NAN), [true, true]],
    ['not: { x: { min: 2 } }', x(1, 2, NAN), [true, false, false]],
    ['any: [ { x: { min: 5 } }, { x: { max: 1 } } ]', x(5, 3, 1, NAN), [true, false, true, false]],
    ['any: [ { x: { min: 5 } }, { nix: 1 } ]', x(5, 3), [true, false]],
    [
      'all: [ { x: { min: 1 } }, { not: { any: [ { x: 2 }, { x: 3 } ] } } ]',
      x(0, 1, 2, 3, 4),
      [false, true, false, false, true],
    ],
    ['nix: { min: 0 }', x(1), [false]],
    ['not: { nix: { min: 0 } }', x(1), [false]],
    ['requires: skip, nix: { min: 0 }, x: { min: 2 }', x(1, 2), [false, true]],
    ['requires: { nix: skip }, nix: { min: 0 }, nox: 1, x: { min: 2 }', x(2), [false]],
    ['requires: skip, nix: { min: 0 }', x(1), [false]],
    ['requires: skip, nix: { min: 0 }, nox: 1', x(1), [false]],
    ['require_anomaly: true, x: { min: 0 }', x(1), [false]],
  ])('%s', (pattern, rows, expected) => {
    expect(matches(pattern, rows)).toEqual(expected);
  });

  it('with require_anomaly matches anomalous rows only, per pattern and per section', () => {
    const rows = [0, 1, NAN].map((is_anomaly) => ({ x: 1, is_anomaly }));
    expect(matches('require_anomaly: true, x: 1', rows)).toEqual([false, true, false]);
    const section = parseRules('automation_category: { bot: { requireAnomaly: true, patterns: [ { id: a, x: 1 } ] } }');
    expect(rulesTrace(section, tableOf(rows)).fired.map((ids) => ids.includes('a'))).toEqual([false, true, false]);
  });

  it('without its column is disabled and listed', () => {
    const rules = parseRules('automation_category: { bot: { patterns: [ { id: a, nix: 1, nox: 2, x: 1 } ] } }');
    const trace = rulesTrace(rules, tableOf(x(1)));
    expect(trace.warnings.join()).toContain('a (nix, nox)');
    expect(trace.summary.find(({ id }) => id === 'a')).toEqual({ id: 'a', rows: 0, missing: ['nix', 'nox'] });
  });

  it('and its negation never both match, and together match every measured row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 1 }),
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        (values, bound) => {
          const constraint = `x: { min: ${bound} }`;
          const yes = matches(constraint, x(...values));
          const no = matches(`not: { ${constraint} }`, x(...values));
          values.forEach((value, i) => {
            expect(yes[i] && no[i]).toBe(false);
            expect(yes[i] || no[i]).toBe(!Number.isNaN(value));
          });
        },
      ),
    );
  });
});
