// Short texts and their translations without a file: dates, times, amounts, and lists of names, as the runtime writes them in two
// languages. Both texts of a pair say the same value, so a translation is true by construction.

import type { Locales, Pair } from "./bilingual.ts";
import { Chance, Deck } from "./decks.ts";
import { type Phrase, type PhraseKind, phraseKinds } from "./intl_phrases.ts";

export type { Pair } from "./bilingual.ts";

/** What `intlPairs` shall make. */
export interface IntlPairsOptions {
  /** The locale of the sources, such as `en`. */
  readonly from: string;
  /** The locale of the targets, such as `fr`. */
  readonly to: string;
  /** A whole number from which everything is drawn; 1 by default. */
  readonly seed?: number;
  /** How many pairs to learn from; 12,000 by default. */
  readonly train?: number;
  /** How many pairs to select by; 500 by default. */
  readonly valid?: number;
  /** How many pairs to test with; 500 by default. */
  readonly test?: number;
}

/** How many phrases of one kind may be drawn in vain before a part goes on without that kind. */
const MAXIMUM_DRAWS = 200;

/** What must know a locale. */
const SERVICES: readonly { supportedLocalesOf(locale: string): string[] }[] = [
  Intl.DateTimeFormat,
  Intl.DisplayNames,
  Intl.ListFormat,
  Intl.NumberFormat,
  Intl.RelativeTimeFormat,
];

/** Words, and single characters where they are no letters or where the script does not divide its words. */
const ITEMS = /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{M}]+|\S/gu;

/**
 * Pairs to learn from, to select by and to test with, in random order; the same for the same seed and the same language data of the
 * runtime.
 *
 * No source stands twice in all parts together, and no target of valid or test stands in train. All words and all names of valid and test stand in train, where the names of a kind of
 * phrase come in turns.
 *
 * @throws {RangeError} When the runtime does not know a locale, when both are the same, and when a count is not a whole number (for train,
 * above 0) or cannot be met, as when train is too small to have the words of test.
 */
export function intlPairs(
  { from, to, seed = 1, train = 12_000, valid = 500, test = 500 }: IntlPairsOptions,
): { train: Pair[]; valid: Pair[]; test: Pair[] } {
  const locales = checkLocales(from, to);
  checkCount("train", train, 1);
  checkCount("valid", valid, 0);
  checkCount("test", test, 0);
  const source = new PairSource(locales, seed);
  const trainPhrases = source.draw("train", train, () => true);
  const known = new Set(trainPhrases.flatMap(itemsOf));
  // The same value may be written in two ways in one language and in one in the other.
  const targets = new Set(trainPhrases.map(({ target }) => target));
  const isKnown = (phrase: Phrase) => !targets.has(phrase.target) && itemsOf(phrase).every((item) => known.has(item));
  return {
    train: trainPhrases.map(pairOf),
    valid: source.draw("valid", valid, isKnown).map(pairOf),
    test: source.draw("test", test, isKnown).map(pairOf),
  };
}

/** Draws phrases of which no source comes twice. */
class PairSource {
  readonly #chance: Chance;
  readonly #kinds: readonly PhraseKind[];
  readonly #seen = new Set<string>();

  constructor(locales: Locales, seed: number) {
    this.#chance = new Chance(seed);
    this.#kinds = phraseKinds(locales, this.#chance);
  }

  draw(part: "train" | "valid" | "test", count: number, accepts: (phrase: Phrase) => boolean): Phrase[] {
    // A name alone is one sentence; it is to learn the name from.
    let kinds = this.#kinds.filter(({ isName }) => part === "train" || !isName);
    let deck = this.#deckOf(kinds);
    const phrases: Phrase[] = [];
    while (phrases.length < count) {
      const kind = deck.next();
      const phrase = this.#drawOne(kind, accepts);
      if (phrase) {
        phrases.push(phrase);
        continue;
      }
      kinds = kinds.filter((other) => other !== kind);
      if (kinds.length === 0) throw tooMany(part, count, phrases.length);
      deck = this.#deckOf(kinds);
    }
    return this.#chance.shuffle(phrases);
  }

  #deckOf(kinds: readonly PhraseKind[]): Deck<PhraseKind> {
    return new Deck(kinds.flatMap((kind) => new Array<PhraseKind>(kind.share).fill(kind)), this.#chance);
  }

  #drawOne({ draw }: PhraseKind, accepts: (phrase: Phrase) => boolean): Phrase | undefined {
    for (let draws = 0; draws < MAXIMUM_DRAWS; draws++) {
      const phrase = draw();
      if (!phrase || this.#seen.has(phrase.source) || !accepts(phrase)) continue;
      this.#seen.add(phrase.source);
      return phrase;
    }
    return undefined;
  }
}

function pairOf({ source, target }: Phrase): Pair {
  return { source, target };
}

/** All that must be learned to know a phrase: the words of both languages, marks and digits, and names of several words. */
function itemsOf({ source, target, names }: Phrase): string[] {
  return [
    ...itemsOfText(source).map((item) => `source ${item}`),
    ...itemsOfText(target).map((item) => `target ${item}`),
    ...names,
  ];
}

function itemsOfText(text: string): string[] {
  return text.match(ITEMS) ?? [];
}

function checkLocales(from: string, to: string): Locales {
  const locales: Locales = [checkLocale(from), checkLocale(to)];
  if (locales[0] === locales[1]) {
    throw new RangeError(`make pairs: expected two different locales, found ${JSON.stringify(from)} twice`);
  }
  return locales;
}

function checkLocale(locale: string): string {
  // A service writes what it does not know in the language of the runtime.
  if (!isWellFormed(locale) || SERVICES.some((service) => service.supportedLocalesOf(locale).length === 0)) {
    throw new RangeError(`make pairs: expected a locale that this runtime knows, found ${JSON.stringify(locale)}`);
  }
  return Intl.getCanonicalLocales(locale)[0];
}

function isWellFormed(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}

function checkCount(part: string, count: number, least: number): void {
  if (!Number.isSafeInteger(count) || count < least) {
    throw new RangeError(`make pairs: expected a whole number from ${least} for ${part}, found ${count}`);
  }
}

function tooMany(part: "train" | "valid" | "test", count: number, found: number): RangeError {
  const reason = part === "train" ? "" : ", with all their words in train";
  return new RangeError(`make pairs: expected at most ${found} pairs for ${part}${reason}, found ${count}`);
}
