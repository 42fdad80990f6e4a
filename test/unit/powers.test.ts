import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, read } from './support/workspace.js';

/**
 * Engines disagree about the last digit of a power whose exponent is no whole number (V8 changed its own between Node 22
 * and 24), so results would differ between versions of Node. Square by ** 2; powers of 2 with whole exponents are exact;
 * write any other as Math.exp(exponent * Math.log(base)), which is the same everywhere.
 */
const EXEMPT: Readonly<Record<string, string>> = {
  'packages/core/src/engine/memory.ts': '1000 or 1024 to the 1 … 4 of an option; no result',
};

/** The powers of a text that are not squares and not of 2, as they are written. */
function unsafePowers(text: string): string[] {
  if (!/(?<![/*])\*\*(?![*/])|Math\.pow/.test(text)) return [];
  const found: string[] = [];
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (isUnsafe(node)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const TWO_STARS = new Set([ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken]);

function isUnsafe(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return ts.isIdentifier(node.expression) && node.expression.text === 'Math' && node.name.text === 'pow';
  }
  return (
    ts.isBinaryExpression(node) && TWO_STARS.has(node.operatorToken.kind) && !isTwo(node.left) && !isTwo(node.right)
  );
}

const isTwo = (node: ts.Node): boolean => ts.isNumericLiteral(node) && node.text === '2';

describe('powers', () => {
  it('in the sources are squares or powers of two', () => {
    const files = ['packages', 'examples'].flatMap((folder) => filesBelow(folder, /(?<!\.d)\.ts$/));
    const sources = files.filter((path) => path.includes('/src/') && !(path in EXEMPT));
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.flatMap((path) => unsafePowers(read(path)).map((power) => `${path}: ${power}`))).toEqual([]);
  });

  it.each(['x ** 0.5', 'x **= y', 'x ** -2', '10 ** x', 'Math.pow(2, x)', 'f(2) ** 3'])(
    'such as %s are noticed',
    (code) => {
      expect(unsafePowers(`const z = ${code};`)).toHaveLength(1);
    },
  );

  it.each(['x ** 2', '2 ** n', '"x ** y"', '/* x ** y */ 1'])('such as %s are left alone', (code) => {
    expect(unsafePowers(`const z = ${code};`)).toEqual([]);
  });
});
