import type { ChangedKey, Moved, RunDiff } from './compare.js';
import { noteOf } from './text.js';

/** Version of the shape of `diff.json`. */
const FORMAT = 1;

/**
 * The comparison as `diff.json` has it. Lists and counts are called by what they hold: `locations`, `countries`, `dataSets`, `downloadsA` of
 * download logs; `clients`, `agents`, `pages`, `requestsA` of access logs.
 */
export function diffJson(diff: RunDiff) {
  const {
    kind,
    runs,
    differences,
    causes,
    effect,
    common,
    verdicts,
    transitions,
    reasons,
    changed,
    keys,
    places,
    items,
  } = diff;
  const many = `${kind.key}s`;
  const events = (a: number, b: number) => ({ [`${kind.event}A`]: a, [`${kind.event}B`]: b });
  const keyJson = ({ key, name, place, eventsA, eventsB, ...rest }: ChangedKey) => ({
    [kind.key]: key,
    ...(name === key ? {} : { name }),
    [PLACE[kind.key]]: place,
    ...rest,
    ...events(eventsA, eventsB),
  });
  const movedJson = ({ because, ...rest }: Moved) => ({ ...rest, because: because && keyJson(because) });
  const counts = <T extends { readonly keys: number; readonly eventsA: number; readonly eventsB: number }>({
    keys: n,
    eventsA,
    eventsB,
    ...rest
  }: T) => ({ ...rest, [many]: n, ...events(eventsA, eventsB) });
  return {
    format: FORMAT,
    note: noteOf(diff),
    kind: many,
    runs,
    differences,
    causes,
    effect,
    [`common${capital(many)}`]: common,
    verdicts: verdicts.map(({ verdict, keysA, keysB, eventsA, eventsB }) => ({
      verdict,
      [`${many}A`]: keysA,
      [`${many}B`]: keysB,
      ...events(eventsA, eventsB),
    })),
    transitions: transitions.map(counts),
    reasons: reasons === null ? null : reasons.map(counts),
    [`changed${capital(many)}`]: changed,
    [many]: keys.map(keyJson),
    [kind.places.list]: places.map(movedJson),
    [kind.items.list]: items === null ? null : items.map(movedJson),
  };
}

const PLACE = { location: 'country', client: 'agent' } as const;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
