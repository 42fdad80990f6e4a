import { isPlainMap, type PlainMap } from './plain-map.js';
import type { RuleDocument } from './types.js';

/**
 * Lays a rule file over a base. Maps merge key by key, base keys first; lists of patterns merge by `id`: a known id changes
 * the constraints it names, a new one is appended, `disabled: true` removes. `replace: true` in a section or pattern drops
 * what the base had there. Everything else is replaced.
 */
export function mergeDocuments(base: RuleDocument, over: RuleDocument): RuleDocument {
  return withoutDisabled(merge(base, over)) as RuleDocument;
}

/** Removes patterns with `disabled: true`. */
export function withoutDisabled(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isDisabled(item)).map(withoutDisabled);
  if (!isPlainMap(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => !isDisabled(item));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutDisabled(item)]));
}

const isDisabled = (value: unknown): boolean => isPlainMap(value) && value.disabled === true;

function merge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over) && [...base, ...over].every(hasId)) return mergeById(base, over);
  if (!isPlainMap(base) || !isPlainMap(over) || over.replace === true) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over))
    merged.set(key, merged.has(key) ? merge(merged.get(key), value) : value);
  return Object.fromEntries(merged);
}

const hasId = (value: unknown): value is PlainMap & { readonly id: string } =>
  isPlainMap(value) && typeof value.id === 'string';

function mergeById(base: readonly unknown[], over: readonly unknown[]): unknown[] {
  const merged = new Map(base.filter(hasId).map((item) => [item.id, item as unknown]));
  for (const item of over.filter(hasId))
    merged.set(item.id, merged.has(item.id) ? merge(merged.get(item.id), item) : item);
  return [...merged.values()];
}
