// Phrases in two languages, each from a value drawn at random. This file does not track which phrases have been drawn
// before.

import { bilingual, type Locales, ofOneMeaning, type Pair } from "./bilingual.ts";
import { type Chance, Deck } from "./decks.ts";
import { listableNames, type Name, namesOf, namesUnlike, namesWithoutBrackets, unitNames } from "./intl_names.ts";

/** A pair and the keys of the names in it. */
export interface Phrase extends Pair {
  readonly names: readonly string[];
}

/** One kind of phrase. */
export interface PhraseKind {
  /** Relative frequency of this kind. */
  readonly share: number;
  /** Whether a phrase of this kind is only a name; each name has just one such phrase. */
  readonly isName: boolean;
  /** Draws a value and returns its phrase; undefined if the value cannot be formatted or no value is left. */
  readonly draw: () => Phrase | undefined;
}

/** Units that are combined in a duration, and the largest number of each. */
const DURATIONS: readonly (readonly (readonly [unit: string, most: number])[])[] = [
  [["years", 40], ["months", 11], ["days", 29]],
  [["weeks", 9], ["days", 6], ["hours", 23]],
  [["days", 29], ["hours", 23], ["minutes", 59]],
  [["hours", 23], ["minutes", 59], ["seconds", 59]],
];

/** All kinds of phrases that the runtime can format in both languages. */
export function phraseKinds(locales: Locales, chance: Chance): PhraseKind[] {
  const regions = namesOf("region", locales);
  const languages = namesUnlike(regions, namesOf("language", locales));
  const currencies = namesOf("currency", locales);
  const kinds: [share: number, draw: PhraseKind["draw"] | undefined][] = [
    [2, relativeTimes(locales, chance)],
    [3, dates(locales, chance)],
    [2, lists(listableNames(regions, locales), locales, chance)],
    [2, lists(listableNames(languages, locales), locales, chance)],
    [1, localLanguages(languages, regions, locales, chance)],
    [2, currencyAmounts(currencies, locales, chance)],
    [3, currencySigns(currencies, locales, chance)],
    [2, measures(locales, chance)],
    [1, durations(locales, chance)],
    [1, percentages(locales, chance)],
    [1, numbers(locales, chance)],
  ];
  return [
    { share: 1, isName: true, draw: singleNames([...regions, ...languages, ...currencies], chance) },
    ...kinds.flatMap(([share, draw]) => draw ? [{ share, isName: false, draw }] : []),
  ];
}

/** Draws every name once, then nothing. */
function singleNames(names: readonly Name[], chance: Chance): PhraseKind["draw"] {
  const rest = chance.shuffle(names);
  return () => {
    const name = rest.pop();
    return name && { source: name.source, target: name.target, names: [name.key] };
  };
}

/** As in "in 5 days", "yesterday". */
function relativeTimes(locales: Locales, chance: Chance): PhraseKind["draw"] {
  const units = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"] as const;
  const deck = new Deck<Intl.RelativeTimeFormatUnit>(units, chance);
  const write = ofOneMeaning((["always", "auto"] as const).map((numeric) =>
    bilingual(locales, (locale) => {
      const times = new Intl.RelativeTimeFormat(locale, { numeric });
      return ({ value, unit }: { value: number; unit: Intl.RelativeTimeFormatUnit }) => times.format(value, unit);
    })
  ));
  return () => {
    const way = chance.below(2);
    // "in 0 days" is not idiomatic, and small numbers alone would soon repeat.
    const value = chance.between(1 - way, chance.pick([9, 60, 400])) * chance.pick([-1, 1]);
    return { ...write({ value, unit: deck.next() }, way), names: [] };
  };
}

/** As in "Tuesday, May 5, 2026", and in shorter forms. */
function dates(locales: Locales, chance: Chance): PhraseKind["draw"] {
  const styles = new Deck([0, 1, 2], chance);
  const write = ofOneMeaning((["full", "long", "medium"] as const).map((dateStyle) =>
    bilingual(locales, (locale) => {
      const dates = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC", calendar: "gregory" });
      return (value: number) => dates.format(value);
    })
  ));
  const [first, end] = [Date.UTC(1900, 0, 1), Date.UTC(2100, 0, 1)];
  const day = 24 * 60 * 60 * 1000;
  return () => ({ ...write(first + chance.below((end - first) / day) * day, styles.next()), names: [] });
}

/** As in "Peru, Chad, and Fiji", "Latin or Greek". */
function lists(names: readonly Name[], locales: Locales, chance: Chance): PhraseKind["draw"] | undefined {
  if (names.length < 2) return undefined;
  const deck = new Deck(names, chance);
  const ways = (["conjunction", "disjunction"] as const).map((type) =>
    bilingual(locales, (locale, side) => {
      const lists = new Intl.ListFormat(locale, { type });
      return (items: readonly Name[]) => lists.format(items.map((item) => item[side]));
    })
  );
  return () => {
    const items = deck.take(chance.pick([2, 2, 3, 3, 4]));
    return { ...chance.pick(ways)(items), names: items.map(({ key }) => key) };
  };
}

/** As in "French (Chad)". */
function localLanguages(
  languages: readonly Name[],
  regions: readonly Name[],
  locales: Locales,
  chance: Chance,
): PhraseKind["draw"] | undefined {
  const plainLanguages = namesWithoutBrackets(languages);
  const plainRegions = namesWithoutBrackets(regions);
  if (plainLanguages.length === 0 || plainRegions.length === 0) return undefined;
  const languageDeck = new Deck(plainLanguages, chance);
  const regionDeck = new Deck(plainRegions, chance);
  const write = bilingual(locales, (locale) => {
    const names = new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard", fallback: "none" });
    return (code: string) => names.of(code) ?? "";
  });
  return () => {
    const names = [languageDeck.next(), regionDeck.next()];
    const pair = write(names.map(({ code }) => code).join("-"));
    // Some combinations have names of their own, which occur nowhere else.
    const isWritten = names.every(({ source, target }) => pair.source.includes(source) && pair.target.includes(target));
    return isWritten ? { ...pair, names: names.map(({ key }) => key) } : undefined;
  };
}

/** As in "12.50 Canadian dollars". */
function currencyAmounts(
  currencies: readonly Name[],
  locales: Locales,
  chance: Chance,
): PhraseKind["draw"] | undefined {
  return quantities(currencies, chance, (currency) =>
    bilingual(locales, (locale) => {
      const amounts = new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        currencyDisplay: "name",
        trailingZeroDisplay: "stripIfInteger",
      });
      return (value: number) => amounts.format(value);
    }));
}

/** As in "CA$12.50"; whole amounts are written with and without "00". */
function currencySigns(
  currencies: readonly Name[],
  locales: Locales,
  chance: Chance,
): PhraseKind["draw"] | undefined {
  return quantities(withSigns(currencies, locales), chance, (currency) => {
    const ways = (["auto", "stripIfInteger"] as const).map((trailingZeroDisplay) =>
      bilingual(locales, (locale) => {
        const amounts = new Intl.NumberFormat(locale, { style: "currency", currency, trailingZeroDisplay });
        return (value: number) => amounts.format(value);
      })
    );
    return (value) => chance.pick(ways)(value);
  });
}

/** The currencies whose sign in the source language is not just their code, and whose signs no other currency has. */
function withSigns(currencies: readonly Name[], locales: Locales): Name[] {
  const signs = locales.map((locale) => (code: string): string => {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency: code });
    return format.formatToParts(1).find(({ type }) => type === "currency")!.value;
  });
  const taken = signs.map((sign) => {
    const all = currencies.map(({ code }) => sign(code));
    return new Set(all.filter((one, i) => all.indexOf(one) !== i));
  });
  return currencies.filter(({ code }) =>
    signs[0](code) !== code && signs.every((sign, side) => !taken[side].has(sign(code)))
  );
}

/** As in "1.5 kilometers per hour". */
function measures(locales: Locales, chance: Chance): PhraseKind["draw"] | undefined {
  return quantities(unitNames(locales), chance, (unit) =>
    bilingual(locales, (locale) => {
      const amounts = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
      return (value: number) => amounts.format(value);
    }));
}

/** Quantities of named things; each thing has its own formatter. */
function quantities(
  names: readonly Name[],
  chance: Chance,
  make: (code: string) => (value: number) => Pair,
): PhraseKind["draw"] | undefined {
  if (names.length === 0) return undefined;
  const deck = new Deck(names.map(({ key, code }) => ({ key, write: make(code) })), chance);
  return () => {
    const { key, write } = deck.next();
    return { ...write(drawNumber(chance, 1, 99_999)), names: [key] };
  };
}

/** As in "3 hours, 20 minutes"; undefined if the runtime cannot format durations. */
function durations(locales: Locales, chance: Chance): PhraseKind["draw"] | undefined {
  if (!("DurationFormat" in Intl)) return undefined;
  if (locales.some((locale) => Intl.DurationFormat.supportedLocalesOf(locale).length === 0)) return undefined;
  const deck = new Deck(DURATIONS, chance);
  const write = bilingual(locales, (locale) => {
    const durations = new Intl.DurationFormat(locale, { style: "long" });
    return (value: Record<string, number>) => durations.format(value);
  });
  return () => {
    const units = deck.next().slice(0, chance.pick([2, 2, 3]));
    return { ...write(Object.fromEntries(units.map(([unit, most]) => [unit, chance.between(1, most)]))), names: [] };
  };
}

/** As in "12.5%". */
function percentages(locales: Locales, chance: Chance): PhraseKind["draw"] {
  const write = bilingual(locales, (locale) => {
    const percentages = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
    return (value: number) => percentages.format(value / 100);
  });
  return () => ({ ...write(drawNumber(chance, 0, 999)), names: [] });
}

/** As in "1,234.5", "1.5 million". */
function numbers(locales: Locales, chance: Chance): PhraseKind["draw"] {
  const write = ofOneMeaning(
    ([undefined, 3] as const).map((maximumSignificantDigits) =>
      bilingual(locales, (locale) => {
        const numbers = new Intl.NumberFormat(
          locale,
          maximumSignificantDigits && { notation: "compact", compactDisplay: "long", maximumSignificantDigits },
        );
        return (value: number) => numbers.format(value);
      })
    ),
  );
  return () => {
    if (chance.below(2) === 0) return { ...write(drawNumber(chance, 0, 99_999), 0), names: [] };
    // With more digits, the languages would round at different places.
    return { ...write(chance.between(1, 999) * 10 ** chance.between(3, 11), 1), names: [] };
  };
}

/** Draws a number with at most two fraction digits; short numbers are as frequent as long ones. */
function drawNumber(chance: Chance, first: number, last: number): number {
  const most = chance.pick([9, 99, 999, 9999, 99_999].filter((most) => most <= last));
  const steps = chance.pick([1, 1, 10, 100]);
  return chance.between(first, most) + chance.below(steps) / steps;
}
