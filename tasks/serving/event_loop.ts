/** Lets the event loop take what has arrived. A timer would wait for a millisecond; not every runtime has the other. */
export function eventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { readonly setImmediate?: (call: () => void) => void };
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
