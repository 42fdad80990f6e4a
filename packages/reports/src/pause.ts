/** Lets everything run that waits; a page has no `setImmediate`. */
export const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const { setImmediate } = globalThis as { readonly setImmediate?: (run: () => void) => void };
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
