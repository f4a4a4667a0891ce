import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { intlPairs, type Pair } from "../../../tasks/default_data/intl_pairs.ts";

/** English and French, for all tests that only read them. */
const frenchParts = intlPairs({ from: "en", to: "fr" });
const frenchPairs = [...frenchParts.train, ...frenchParts.valid, ...frenchParts.test];
const targets = new Map(frenchPairs.map(({ source, target }) => [source, target]));

/** The text with plain spaces, as in pairs. */
function plain(text: string): string {
  return text.replace(/[\u00A0\u202F]/g, " ").trim();
}

function wordsOf(pairs: readonly Pair[], side: keyof Pair): string[] {
  return pairs.flatMap((pair) => pair[side].match(/[\p{L}\p{M}]+/gu) ?? []);
}

function charactersOf(pairs: readonly Pair[], side: keyof Pair): Set<string> {
  return new Set(pairs.flatMap((pair) => [...pair[side]]));
}

/** Checks the pairs of those values that have one; returns how many have. */
function countTrue<T>(values: readonly T[], write: (locale: string) => (value: T) => string): number {
  const [source, target] = [write("en"), write("fr")];
  const found = values.filter((value) => targets.has(plain(source(value))));
  for (const value of found) assertEquals(targets.get(plain(source(value))), plain(target(value)));
  return found.length;
}

/** The names of those codes that have one in both languages. */
function namesIn(type: "region" | "language", codes: readonly string[]): Pair[] {
  const [source, target] = ["en", "fr"].map((locale) => new Intl.DisplayNames(locale, { type }));
  return codes.map((code) => ({ source: source.of(code)!, target: target.of(code)! }));
}

Deno.test("the same seed gives the same pairs, and another seed different ones", () => {
  assertEquals(intlPairs({ from: "en", to: "fr" }), frenchParts);
  const small = { from: "en", to: "de", train: 300, valid: 10, test: 10 };
  assertEquals(intlPairs({ ...small, seed: 1 }), intlPairs(small));
  assertNotEquals(intlPairs({ ...small, seed: 2 }), intlPairs(small));
});

Deno.test("15,000 pairs are generated, and most are short", () => {
  const { train, valid, test } = intlPairs({ from: "en", to: "de" });
  assertEquals([train.length, valid.length, test.length], [14_000, 500, 500]);
  assert(train.filter(({ source, target }) => source.length <= 60 && target.length <= 60).length > 13_700);
});

Deno.test("pairs of any two languages have distinct sources, and valid and test have only words of train", () => {
  for (const to of ["fr", "de", "ja", "ar", "zh", "th"]) {
    for (const [from, into] of [["en", to], [to, "en"]]) {
      const { train, valid, test } = intlPairs({ from, to: into, train: 4000, valid: 200, test: 200 });
      const pairs = [...train, ...valid, ...test];
      assertEquals([train.length, valid.length, test.length], [4000, 200, 200]);
      assertEquals(new Set(pairs.map(({ source }) => source)).size, 4400);
      const targets = new Set(train.map(({ target }) => target));
      assertEquals([...valid, ...test].filter(({ target }) => targets.has(target)), []);
      for (const side of ["source", "target"] as const) {
        const known = charactersOf(train, side);
        assertEquals([...charactersOf([...valid, ...test], side)].filter((character) => !known.has(character)), []);
        for (const pair of pairs) assert(/^[^\s\u00A0\u202F](?:.*\S)?$/.test(pair[side]), pair[side]);
      }
    }
  }
});

Deno.test("the words of valid and test occur in train", () => {
  for (const side of ["source", "target"] as const) {
    const known = new Set(wordsOf(frenchParts.train, side));
    for (const part of [frenchParts.valid, frenchParts.test]) {
      assertEquals(wordsOf(part, side).filter((word) => !known.has(word)), []);
    }
  }
});

Deno.test("targets are what the runtime formats for the value of the source", () => {
  const numbers = Array.from({ length: 400 }, (_, i) => i + 1);
  const days = [...numbers.map((number) => -number), ...numbers];
  const times = countTrue(days, (locale) => {
    const format = new Intl.RelativeTimeFormat(locale);
    return (value) => format.format(value, "day");
  });
  const dates = Array.from({ length: 73_049 }, (_, i) => Date.UTC(1900, 0, 1 + i));
  const fullDates = countTrue(dates, (locale) => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
    return (value) => format.format(value);
  });
  const lengths = countTrue(numbers, (locale) => {
    const format = new Intl.NumberFormat(locale, { style: "unit", unit: "kilometer", unitDisplay: "long" });
    return (value) => format.format(value);
  });
  const percentages = countTrue(numbers, (locale) => {
    const format = new Intl.NumberFormat(locale, { style: "percent" });
    return (value) => format.format(value / 100);
  });
  assert(
    times > 50 && fullDates > 300 && lengths > 3 && percentages > 100,
    `${[times, fullDates, lengths, percentages]}`,
  );
});

Deno.test("known values have known translations", () => {
  const { train } = intlPairs({ from: "en", to: "fr", train: 30_000, valid: 0, test: 0 });
  const found = new Map(train.map(({ source, target }) => [source, target]));
  assertEquals(found.get("in 5 days"), "dans 5 jours");
  assertEquals(found.get("yesterday"), "hier");
  assertEquals(found.get("Germany"), "Allemagne");
  assertEquals(found.get("Greek"), "grec");
});

Deno.test("every name occurs several times in train, and alone only in train", () => {
  const regions = namesIn("region", ["FR", "PE", "TD", "XK", "QA", "NZ", "CI", "VC"]);
  const languages = namesIn("language", ["el", "yue", "haw", "nb", "zu", "fr"]);
  for (const { source, target } of [...regions, ...languages]) {
    const alone = frenchPairs.filter((pair) => pair.source === source);
    assertEquals(alone, [{ source, target }]);
    assert(frenchParts.train.some((pair) => pair.source === source), source);
    const together = frenchParts.train.filter((pair) => pair.source.includes(source) && pair.target.includes(target));
    assert(together.length >= 5, `${source}: ${together.length}`);
  }
  for (const code of ["XA", "ZZ", "QO"]) {
    assertEquals(targets.get(new Intl.DisplayNames("en", { type: "region" }).of(code)!), undefined);
  }
});

Deno.test("names that look like a list are not part of lists", () => {
  const { train } = intlPairs({ from: "en", to: "de" });
  const found = train.filter(({ target }) => target.includes("Wallis und Futuna"));
  assert(found.length > 1);
  for (const { target } of found) assert(/^(?:\S+ \()?Wallis und Futuna\)?$/.test(target), target);
});

Deno.test("a source that can be formatted in several ways has one translation", () => {
  const { train } = intlPairs({ from: "en", to: "de" });
  const ofMay = train.filter(({ source }) => /^May \d+, \d+$/.test(source));
  assert(ofMay.length > 50);
  for (const { target } of ofMay) assert(/^\d+\. Mai \d+$/.test(target), target);
  // In Thai, many languages are named like their countries.
  const regions = new Intl.DisplayNames("th", { type: "region" });
  const languages = new Intl.DisplayNames("th", { type: "language" });
  assertEquals(regions.of("HR"), languages.of("hr"));
  const thai = intlPairs({ from: "th", to: "en", train: 6000, valid: 0, test: 0 }).train;
  assert(thai.some(({ target }) => target.includes("Croatia")));
  assert(!thai.some(({ target }) => /Croatian(?! kuna)/i.test(target)));
});

Deno.test("even a small train has all words of valid and test", () => {
  const { train, test } = intlPairs({ from: "en", to: "fr", train: 50, valid: 0, test: 20 });
  assertEquals([train.length, test.length], [50, 20]);
  const known = new Set(wordsOf(train, "target"));
  assertEquals(wordsOf(test, "target").filter((word) => !known.has(word)), []);
});

Deno.test("unknown locales, equal locales and invalid counts are refused", () => {
  const refuses = (change: Partial<Parameters<typeof intlPairs>[0]>, message: string) =>
    assertThrows(() => intlPairs({ from: "en", to: "fr", ...change }), RangeError, message);
  refuses({ from: "xx" }, 'make pairs: expected a locale that this runtime knows, found "xx"');
  refuses({ to: "english" }, 'make pairs: expected a locale that this runtime knows, found "english"');
  refuses({ to: "no such" }, 'make pairs: expected a locale that this runtime knows, found "no such"');
  refuses({ to: "" }, 'make pairs: expected a locale that this runtime knows, found ""');
  refuses({ to: "en" }, 'make pairs: expected two different locales, found "en" twice');
  refuses({ to: "EN" }, "make pairs: expected two different locales");
  refuses({ train: 0 }, "make pairs: expected a whole number from 1 for train, found 0");
  refuses({ valid: -1 }, "make pairs: expected a whole number from 0 for valid, found -1");
  refuses({ test: 1.5 }, "make pairs: expected a whole number from 0 for test, found 1.5");
  refuses({ train: 1 }, "with all their words in train, found 500");
});

Deno.test("amounts have currency signs as the runtime writes them, and each sign means one currency", () => {
  for (const to of ["fr", "de", "ja"]) {
    const { train } = intlPairs({ from: "en", to });
    const euros = train.flatMap(({ source, target }) => {
      const [, amount] = /^€([\d,]+(?:\.\d\d)?)$/.exec(source) ?? [];
      return amount === undefined ? [] : [{ source, target, value: Number(amount.replaceAll(",", "")) }];
    });
    const isWhole = (source: string): boolean => !source.includes(".");
    const [whole, others] = [true, false].map((is) => euros.filter(({ source }) => isWhole(source) === is).length);
    assert(whole >= 15 && others >= 40, `${to}: ${whole} whole amounts in euros and ${others} others`);
    for (const { source, target, value } of euros) {
      const written = [["en", source], [to, target]].map(([locale, text]) => {
        const trailingZeroDisplay = source.includes(".") ? "auto" : "stripIfInteger";
        const format = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR", trailingZeroDisplay });
        return [text, format.format(value).replace(/[\u00A0\u202F]/g, " ")];
      });
      for (const [found, expected] of written) assertEquals(found, expected);
    }
    const signs = new Set(train.flatMap(({ source }) => /^(\p{Lu}*\p{Sc})[\d,.]+$/u.exec(source)?.[1] ?? []));
    assert(signs.size >= 12 && ["€", "£", "$"].every((sign) => signs.has(sign)), `${to}: ${[...signs].join(" ")}`);
  }
});
