// Texts in two languages that say the same because one value was formatted in both.

/** A text and its translation. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** The locale of the sources and the locale of the targets. */
export type Locales = readonly [from: string, to: string];

/** A function that writes a value in both languages, by the formatter that `make` gives for each. */
export function bilingual<T>(
  locales: Locales,
  make: (locale: string, side: keyof Pair) => (value: T) => string,
): (value: T) => Pair {
  const from = make(locales[0], "source");
  const to = make(locales[1], "target");
  return (value) => ({ source: withPlainSpaces(from(value)), target: withPlainSpaces(to(value)) });
}

/**
 * One function for ways of writing the same value, the best first: it writes a value the chosen way, or the first way of the same source
 * text, lest one text had two translations.
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

/** Which kind of space a runtime writes differs from version to version, and is nothing that a translation has to know. */
function withPlainSpaces(text: string): string {
  return text.replace(/[\u00A0\u202F]/g, " ").trim();
}
