/** What decides the outcome of a run: a name that a reader understands → its value. */
export type RunIdentity = Readonly<Record<string, string>>;

const LONGEST = 60;
const SHOWN = 3;

/** How two identities differ, as a phrase; undefined where they do not. */
export function identityDifference(now: RunIdentity, before: RunIdentity): string | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const differences = names
    .filter((name) => now[name] !== before[name])
    .map((name) => {
      if (now[name] === undefined) return `${name} is no longer there`;
      if (before[name] === undefined) return `${name} is new`;
      return `${name} is ${short(now[name])}, was ${short(before[name])}`;
    });
  if (differences.length === 0) return undefined;
  const more = differences.length > SHOWN ? `, and ${differences.length - SHOWN} more` : '';
  return differences.slice(0, SHOWN).join('; ') + more;
}

/** A digest is told from another by its beginning. */
function short(value: string): string {
  if (/^[0-9a-f]{64}$/.test(value)) return `${value.slice(0, 12)}…`;
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

/** Whether a value read from disk is a record of texts. */
export const isIdentity = (value: unknown): value is RunIdentity =>
  typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string');
