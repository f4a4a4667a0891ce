// Generates short texts and their translations without a file: dates, times, amounts, and lists of names, as the
// runtime formats them in two languages. Both texts of a pair express the same value, so translations are correct by
// construction.

import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { Locales, Pair } from "./bilingual.ts";
import { Chance, Deck } from "./decks.ts";
import { type Phrase, type PhraseKind, phraseKinds } from "./intl_phrases.ts";

export type { Pair } from "./bilingual.ts";

/** Options of `intlPairs`. */
export interface IntlPairsOptions {
  /** The source locale, such as `en`. */
  readonly from: string;
  /** The target locale, such as `fr`. */
  readonly to: string;
  /** Seed of the generator, an integer. Default: 1. */
  readonly seed?: number;
  /** Number of training pairs. Default: 14,000. */
  readonly train?: number;
  /** Number of validation pairs. Default: 500. */
  readonly valid?: number;
  /** Number of test pairs. Default: 500. */
  readonly test?: number;
}

/** Unsuccessful draws of one kind of phrase after which a part continues without that kind. */
const MAX_DRAWS = 200;

/** The services that must support a locale. */
const SERVICES: readonly { supportedLocalesOf(locale: string): string[] }[] = [
  Intl.DateTimeFormat,
  Intl.DisplayNames,
  Intl.ListFormat,
  Intl.NumberFormat,
  Intl.RelativeTimeFormat,
];

/** Matches words, and single characters that are not letters or whose script does not separate words. */
const ITEMS = /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{M}]+|\S/gu;

/**
 * Generates training, validation and test pairs in random order. The seed and the runtime's language data determine
 * them.
 *
 * No source occurs twice in all parts together, and no target of valid or test occurs in train. All words and names of
 * valid and test occur in train, in which the names of each kind of phrase take turns.
 *
 * Throws `RangeError` if the runtime does not know a locale, if both locales are the same, or if a count is not an
 * integer (for train, above 0) or cannot be met, for example because train is too small to have the words of test.
 */
export function intlPairs(
  { from, to, seed = 1, train = 14_000, valid = 500, test = 500 }: IntlPairsOptions,
): { train: Pair[]; valid: Pair[]; test: Pair[] } {
  const locales = checkLocales(from, to);
  checkCount("train", train, 1);
  checkCount("valid", valid, 0);
  checkCount("test", test, 0);
  const source = new PairSource(locales, seed);
  const trainPhrases = source.draw("train", train, () => true);
  const known = new Set(trainPhrases.flatMap(itemsOf));
  // A value may have two forms in one language and only one in the other.
  const targets = new Set(trainPhrases.map(({ target }) => target));
  const isKnown = (phrase: Phrase) => !targets.has(phrase.target) && itemsOf(phrase).every((item) => known.has(item));
  return {
    train: trainPhrases.map(pairOf),
    valid: source.draw("valid", valid, isKnown).map(pairOf),
    test: source.draw("test", test, isKnown).map(pairOf),
  };
}

/** Draws phrases with distinct sources. */
class PairSource {
  readonly #chance: Chance;
  readonly #kinds: readonly PhraseKind[];
  readonly #seen = new Set<string>();

  constructor(locales: Locales, seed: number) {
    this.#chance = new Chance(seed);
    this.#kinds = phraseKinds(locales, this.#chance);
  }

  draw(part: "train" | "valid" | "test", count: number, accepts: (phrase: Phrase) => boolean): Phrase[] {
    // A phrase that is only a name exists once, and training needs it to learn the name.
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
    for (let draws = 0; draws < MAX_DRAWS; draws++) {
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

/**
 * Everything that a translator must have seen to know a phrase: words of both languages, punctuation, digits, and names
 * of several words.
 */
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
    throw new InputRangeError(`make pairs: expected two different locales, found ${JSON.stringify(from)} twice`);
  }
  return locales;
}

function checkLocale(locale: string): string {
  // For an unknown locale, a service silently falls back to the language of the runtime.
  if (!isWellFormed(locale) || SERVICES.some((service) => service.supportedLocalesOf(locale).length === 0)) {
    throw new InputRangeError(`make pairs: expected a locale that this runtime knows, found ${JSON.stringify(locale)}`);
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
    throw new InputRangeError(`make pairs: expected a whole number from ${least} for ${part}, found ${count}`);
  }
}

function tooMany(part: "train" | "valid" | "test", asked: number, found: number): RangeError {
  const reason = part === "train" ? "" : ", with all their words in train";
  return new InputRangeError(
    `make pairs: expected at most ${count(found, "pair")} for ${part}${reason}, found ${asked}`,
  );
}
