/** A map of YAML whose keys are not known yet. */
export type PlainMap = { readonly [key: string]: unknown };

/** Whether a value of YAML is a map: no list, no scalar, not empty. */
export const isPlainMap = (value: unknown): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
