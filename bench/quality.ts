import { readFile } from 'node:fs/promises';
import { CLASSES, type Label } from '@deeplogbot/core';

/** Agreement with the labels that the generator knows. */
export interface Quality {
  /** Locations that were compared; `insufficient_evidence` counts as a wrong answer. */
  readonly compared: number;
  /** Labelled locations without a verdict; must be 0. */
  readonly missing: number;
  readonly accuracy: number;
  readonly macroF1: number;
  /** The same without the small `visitor` locations, which are most of the locations and hard to tell. */
  readonly macroF1WithoutVisitors: number;
  /** Share of each kind that got its label. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface Case {
  readonly kind: string;
  readonly expected: string;
  readonly found: Label;
}

/** Compares one label per key with the generator's `geo_location,label,kind` file. */
export async function qualityOf(keys: readonly string[], labels: readonly Label[], path: string): Promise<Quality> {
  const found = new Map(keys.map((key, i) => [key, labels[i]!]));
  const known = parseLabels(await readFile(path, 'utf8'));
  const cases = known.flatMap(({ key, label, kind }): Case[] => {
    const verdict = found.get(key);
    return verdict === undefined ? [] : [{ kind, expected: label, found: verdict }];
  });
  return {
    compared: cases.length,
    missing: known.length - cases.length,
    accuracy: share(cases, ({ expected, found: label }) => expected === label),
    macroF1: macroF1(cases),
    macroF1WithoutVisitors: macroF1(cases.filter(({ kind }) => kind !== 'visitor')),
    byKind: byKind(cases),
  };
}

function parseLabels(text: string): { key: string; label: string; kind: string }[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const match = /^"([^"]+)",(\w+),(\w+)$/.exec(line);
      if (!match) throw new SyntaxError(`Not a line of a labels file: ${line}`);
      return { key: match[1]!, label: match[2]!, kind: match[3]! };
    });
}

const share = <T>(values: readonly T[], test: (value: T) => boolean): number =>
  values.filter(test).length / values.length;

/** Mean over the three classes of 2·TP / (2·TP + FP + FN); a class that nobody has and nobody names counts as 1. */
export function macroF1(cases: readonly { readonly expected: string; readonly found: string }[]): number {
  const scores = CLASSES.map((name) => {
    const truePositive = cases.filter(({ expected, found }) => expected === name && found === name).length;
    const wrong = cases.filter(({ expected, found }) => (expected === name) !== (found === name)).length;
    return truePositive + wrong === 0 ? 1 : (2 * truePositive) / (2 * truePositive + wrong);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function byKind(cases: readonly Case[]): Record<string, number> {
  const kinds = [...new Set(cases.map(({ kind }) => kind))].sort();
  return Object.fromEntries(
    kinds.map((kind) => {
      const own = cases.filter((one) => one.kind === kind);
      return [kind, share(own, ({ expected, found }) => expected === found)];
    }),
  );
}
