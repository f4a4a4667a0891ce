/** Work that yields between short parts of it, and returns its result. */
export type Parts<T> = Generator<void, T, void>;

/** Does work to its end. */
export function runParts<T>(parts: Parts<T>): T {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

/** Does work to its end, and awaits `pause` between its parts. */
export async function runPartsPatiently<T>(parts: Parts<T>, pause?: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
    await pause?.();
  }
}
