const results = new WeakMap<object, Map<string, unknown>>();

/**
 * Returns what `make` returned for the same corpus and key before. Only a corpus that is frozen with all that it holds
 * is remembered, since any other may have changed; `freeze` freezes one.
 */
export function remember<T>(corpus: object, key: string, make: () => T): T {
  if (!isFrozen(corpus)) return make();
  const known = results.get(corpus) ?? new Map<string, unknown>();
  results.set(corpus, known);
  if (known.has(key)) return known.get(key) as T;
  const made = make();
  known.set(key, made);
  // What has failed, for example because a signal stopped it, is made again the next time.
  if (made instanceof Promise) made.catch(() => known.delete(key));
  return made;
}

/** A result, and what it was made of. */
interface Made {
  readonly parts: readonly unknown[];
  readonly result: unknown;
}

const latest = new WeakMap<object, Made>();

/**
 * Returns what `make` returned the last time, if it was called for the same corpus and parts, as `remember` does. What
 * was made before is forgotten, since it may be as large as the corpus.
 */
export function rememberLatest<T>(corpus: object, parts: readonly unknown[], make: () => T): T {
  if (!isFrozen(corpus)) return make();
  const known = latest.get(corpus);
  if (known && known.parts.every((part, i) => part === parts[i])) return known.result as T;
  latest.delete(corpus);
  const result = make();
  latest.set(corpus, { parts, result });
  return result;
}

/** Freezes a value and all that it holds. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || frozen.has(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** Corpora that are known to be frozen with all that they hold. */
const frozen = new WeakSet<object>();

function isFrozen(corpus: object): boolean {
  if (!frozen.has(corpus) && isWhollyFrozen(corpus)) frozen.add(corpus);
  return frozen.has(corpus);
}

function isWhollyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isWhollyFrozen);
}
