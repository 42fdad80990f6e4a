import { ConfigError, nearestName } from './errors.js';

/** Options without those that are there but undefined, so that they hide no default. */
export const givenOptions = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/** @throws ConfigError `UNKNOWN_OPTION` with the sentence that `says` makes of the first name that is not known. */
export function checkOptionNames(options: object, known: readonly string[], says: (name: string) => string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new ConfigError('UNKNOWN_OPTION', says(name), {
      hint: near ? `Did you mean "${near}"?` : `Known options: ${known.join(', ')}.`,
    });
  }
}

/** @throws ConfigError `INVALID_OPTION` for a value that is none of the known ones. */
export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value === 'string' && known.includes(value)) return;
  const near = nearestName(String(value), known);
  throw new ConfigError('INVALID_OPTION', `${name} must be one of ${known.join(', ')}. Got ${JSON.stringify(value)}.`, {
    hint: near ? `Did you mean "${near}"?` : `Set ${name} to one of these.`,
  });
}

/** The error for an option that must be something else, as in "a number in (0, 0.5]". */
export const invalidOption = (name: string, found: unknown, wanted: string, cause?: unknown): ConfigError =>
  new ConfigError(
    'INVALID_OPTION',
    `${name} must be ${wanted}. Got ${typeof found === 'number' ? found : JSON.stringify(found)}.`,
    { hint: `Correct ${name}.`, cause },
  );
