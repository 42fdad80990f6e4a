import { ConfigError } from '@deeplogbot/core';

/** Finds the data set in a path; null where the path is of none. */
export type ItemMatcher = (path: string) => string | null;

const ITEM = /^([^{}*]*)\{item(?::([^{}/]+))?\}([^{}*]*)$/;
const REST = '**';

/**
 * Compiles a path pattern such as `/dataset/{item}`, `/files/{item:PXD*}/data` or `/v1/{item}.json`.
 *
 * A pattern is looked at segment by segment: `{item}` is the data set (`{item:GLOB}`: one whose whole name fits), `*` any characters of
 * one segment, `**` as the last segment any further ones, also none; everything else stands for itself. A slash at the end of a path
 * counts for nothing. There are no alternatives and nothing is tried twice, so that a match takes time proportional to the path.
 *
 * @throws ConfigError `INVALID_ITEM_PATTERN` for a pattern without exactly one `{item}`, or that does not begin with a slash.
 */
export function compileItemPattern(pattern: string): ItemMatcher {
  const segments = pattern.split('/').slice(1);
  const hasRest = segments.at(-1) === REST;
  const wanted = hasRest ? segments.slice(0, -1) : segments;
  const place = wanted.findIndex((segment) => ITEM.test(segment));
  const others = wanted.filter((_, i) => i !== place);
  const isSound = pattern.startsWith('/') && place >= 0 && others.every((text) => !/[{}]/.test(text) && text !== REST);
  if (!isSound) throw invalid(pattern);
  const [, before, glob, after] = ITEM.exec(wanted[place]!) as unknown as [string, string, string | undefined, string];
  const tests = wanted.map((segment, i) => (i === place ? undefined : globMatcher(segment)));
  const isItem = glob === undefined ? () => true : globMatcher(glob);
  return (path) => {
    const found = (path.endsWith('/') ? path.slice(0, -1) : path).split('/').slice(1);
    if (hasRest ? found.length < wanted.length : found.length !== wanted.length) return null;
    if (!tests.every((test, i) => test === undefined || test(found[i]!))) return null;
    const segment = found[place]!;
    if (!segment.startsWith(before) || !segment.endsWith(after)) return null;
    const item = segment.slice(before.length, segment.length - after.length);
    return item.length > 0 && segment.length >= before.length + after.length && isItem(item) ? item : null;
  };
}

/** Texts in which the pieces between the stars stand one behind the other: each is looked for once, where the one before ended. */
function globMatcher(glob: string): (text: string) => boolean {
  const pieces = glob.split('*');
  if (pieces.length === 1) return (text) => text === glob;
  const [first, last, middle] = [pieces[0]!, pieces.at(-1)!, pieces.slice(1, -1)];
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - last.length;
  };
}

const invalid = (pattern: string) =>
  new ConfigError('INVALID_ITEM_PATTERN', `${JSON.stringify(pattern)} is not a pattern of paths.`, {
    hint: 'Begin with a slash and write {item} once, as in /dataset/{item} or /files/{item:PXD*}/**.',
  });
