import { compileItemPattern } from './pattern.js';

/** Which paths are of which data set. */
export interface ItemOptions {
  /**
   * Paths under which data are retrieved, as `compileItemPattern` takes them: requests by COUNTER. The first pattern
   * that fits decides. @defaultValue none
   */
  readonly itemPatterns?: readonly string[];
  /** Paths under which a data set is only looked at: investigations by COUNTER. They are asked after `itemPatterns`. @defaultValue none */
  readonly viewPatterns?: readonly string[];
}

/** The data set of a path, and whether data are retrieved. */
export interface Item {
  readonly item: string;
  readonly retrieved: boolean;
}

/** Finds the data set of a path by patterns; undefined where none are given. */
export function itemFinder({ itemPatterns = [], viewPatterns = [] }: ItemOptions) {
  const compiled = [
    ...itemPatterns.map((pattern) => ({ match: compileItemPattern(pattern), retrieved: true })),
    ...viewPatterns.map((pattern) => ({ match: compileItemPattern(pattern), retrieved: false })),
  ];
  if (compiled.length === 0) return undefined;
  return (path: string): Item | null => {
    for (const { match, retrieved } of compiled) {
      const item = match(path);
      if (item !== null) return { item, retrieved };
    }
    return null;
  };
}
