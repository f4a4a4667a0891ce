const results = new WeakMap<object, Map<string, unknown>>();

/**
 * Returns what `make` returned for the same corpus and key before. Only a corpus that is frozen with all its lists is
 * remembered, since any other may have changed.
 */
export function remember<T>(corpus: object, key: string, make: () => T): T {
  if (!Object.isFrozen(corpus) || !Object.values(corpus).every(Object.isFrozen)) return make();
  const known = results.get(corpus) ?? new Map<string, unknown>();
  results.set(corpus, known);
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
