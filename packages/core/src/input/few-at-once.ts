/** Files that are open at once, of a log that may be of more than a process may open. */
const AT_ONCE = 16;

/** What comes of each, in their order; a few are worked on at a time. */
export async function fewAtOnce<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const found: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) found[i] = await each(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return found;
}
