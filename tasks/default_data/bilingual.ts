// Texts in two languages with the same meaning, since one value was formatted in both.

/** A text and its translation. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** The source locale and the target locale. */
export type Locales = readonly [from: string, to: string];

/** Returns a function that formats a value in both languages; `make` creates the formatter of each. */
export function bilingual<T>(
  locales: Locales,
  make: (locale: string, side: keyof Pair) => (value: T) => string,
): (value: T) => Pair {
  const from = make(locales[0], "source");
  const to = make(locales[1], "target");
  return (value) => ({ source: withPlainSpaces(from(value)), target: withPlainSpaces(to(value)) });
}

/**
 * Combines several ways of formatting the same value, the preferred one first. The result formats a value in the chosen
 * way, or in the first way with the same source text, so that no text has two translations.
 */
export function ofOneMeaning<T>(ways: readonly ((value: T) => Pair)[]): (value: T, way: number) => Pair {
  return (value, way) => {
    const chosen = ways[way](value);
    for (const write of ways.slice(0, way)) {
      const pair = write(value);
      if (pair.source === chosen.source) return pair;
    }
    return chosen;
  };
}

/**
 * Replaces no-break spaces with plain ones: runtimes differ in which they write, and a translation should not depend on
 * it.
 */
function withPlainSpaces(text: string): string {
  return text.replace(/[\u00A0\u202F]/g, " ").trim();
}
