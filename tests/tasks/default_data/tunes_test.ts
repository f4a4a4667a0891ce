import { assert, assertEquals, assertThrows } from "@std/assert";
import { generateTunes } from "../../../tasks/default_data/mod.ts";

/** Eighth notes of a bar. */
const LENGTHS: Readonly<Record<string, number>> = { "4/4": 8, "3/4": 6, "6/8": 6 };

/** The bars of a tune as texts. */
function barsOf(abc: string): string[] {
  return abc.slice(abc.indexOf("K:")).split("\n").slice(1).join(" ").split(/\|\]?/).map((bar) => bar.trim())
    .filter((bar) => bar !== "");
}

const TUNES = generateTunes(300);

Deno.test("every bar of a generated tune is full, and each has 16 or 32", () => {
  for (const { abc, meter, bars } of TUNES) {
    const texts = barsOf(abc);
    assertEquals(texts.length, bars, abc);
    assert(bars === 16 || bars === 32);
    for (const bar of texts) {
      const lengths = bar.split(" ").map((note) => {
        const [, length] = /^[=^]?[A-Ga-g][,']*(\d?)$/.exec(note) ?? [];
        assert(length !== undefined, `${note} in ${bar}`);
        return length === "" ? 1 : Number(length);
      });
      assertEquals(lengths.reduce((sum, length) => sum + length, 0), LENGTHS[meter], bar);
    }
  }
});

Deno.test("a generated tune repeats its first phrase, and ends on the tonic", () => {
  for (const { abc, bars, form, key } of TUNES) {
    const texts = barsOf(abc);
    const phrase = bars / 4;
    assertEquals(texts.slice(phrase, phrase + 2), texts.slice(0, 2));
    if (form === "AABA") assertEquals(texts.slice(3 * phrase), texts.slice(phrase, 2 * phrase));
    const last = /([A-Ga-g])[,']*\d?$/.exec(texts.at(-1)!)![1];
    assertEquals(last.toUpperCase(), key[0], abc);
  }
});

Deno.test("generated tunes are distinct, have all keys, meters and forms, and depend on the seed alone", () => {
  assertEquals(new Set(TUNES.map(({ abc }) => barsOf(abc).join("|"))).size, 300);
  assertEquals(new Set(TUNES.map(({ key }) => key)).size, 10);
  assertEquals(new Set(TUNES.map(({ meter }) => meter)).size, 3);
  assertEquals(new Set(TUNES.map(({ form }) => form)).size, 2);
  assertEquals(generateTunes(20), TUNES.slice(0, 20));
  assert(generateTunes(1, { seed: 2 })[0].abc !== TUNES[0].abc);
  assertEquals(generateTunes(0), []);
  assertThrows(() => generateTunes(-1), RangeError, "expected a count of at least 0, found -1");
});
