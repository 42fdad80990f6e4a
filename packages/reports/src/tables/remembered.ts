/** What is made once for each of so many and then remembered. */
const MOST_KNOWN = 10_000;

/** A function that makes a text once for each of the first ten thousand keys: tables of millions of rows repeat a few. */
export function remembered<K>(make: (key: K) => string): (key: K) => string {
  const known = new Map<K, string>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const text = make(key);
    if (known.size < MOST_KNOWN) known.set(key, text);
    return text;
  };
}
