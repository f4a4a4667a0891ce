import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ByteTokenizer, splitText, type TextCorpus } from "../../../mod.ts";
import type { TextSource } from "../../../tasks/mod.ts";
import { encodeCorpus, expectCorpus, fingerprintOf, splitSource } from "../../../tasks/language_modeling/corpus.ts";
import { babble } from "../../support/command.ts";

const join = ({ train, valid = "", test = "" }: TextCorpus<string>): string => train + valid + test;

Deno.test("a split takes the test text from the end and the validation text before it", () => {
  const text = "0123456789";
  assertEquals(splitText(text), { train: text, valid: undefined, test: undefined });
  assertEquals(splitText(text, { validFraction: 0.2 }), { train: "01234567", valid: "89", test: undefined });
  assertEquals(splitText(text, { testFraction: 0.3 }), { train: "0123456", valid: undefined, test: "789" });
  assertEquals(splitText(text, { validFraction: 0.2, testFraction: 0.1 }), {
    train: "0123456",
    valid: "78",
    test: "9",
  });
});

Deno.test("the parts of a split join to the whole text, whatever the fractions", () => {
  const text = babble(997);
  for (const atLines of [false, true]) {
    for (const validFraction of [0, 0.05, 0.1, 1 / 3]) {
      for (const testFraction of [0, 0.05, 0.1, 1 / 3]) {
        assertEquals(join(splitText(text, { validFraction, testFraction, atLines })), text);
      }
    }
  }
});

Deno.test("a split never divides a surrogate pair", () => {
  // One code unit before the pairs, so that half of all indices are inside a pair.
  const text = "a" + "😀".repeat(50);
  for (let percent = 2; percent < 48; percent++) {
    const corpus = splitText(text, { validFraction: percent / 100, testFraction: percent / 100 });
    for (const part of [corpus.train, corpus.valid!, corpus.test!]) assert(part.isWellFormed(), `${percent} %`);
    assertEquals(join(corpus), text);
  }
});

Deno.test("a split at lines begins every part at the start of a line", () => {
  const text = babble(2000);
  for (let percent = 5; percent < 45; percent++) {
    const corpus = splitText(text, { validFraction: percent / 100, testFraction: percent / 100, atLines: true });
    assert(corpus.train.endsWith("\n") && corpus.valid!.endsWith("\n"), `${percent} %`);
    assertEquals(join(corpus), text);
  }
  const lines = { validFraction: 0.25, atLines: true };
  assertEquals(splitText("ab\ncd\nef\ngh\n", lines), { train: "ab\ncd\nef\n", valid: "gh\n", test: undefined });
});

Deno.test("a text of one line or of few long lines is split at words", () => {
  const line = Array.from({ length: 3000 }, (_, i) => `w${i}`).join(" ");
  for (const text of [line, `${line}\n`, `short\n${line}`, `${line}\nend`, `${line}\n\nend\n`]) {
    for (const [validFraction, testFraction] of [[0.1, 0], [0, 0.1], [0.1, 0.05], [0.4, 0.5]]) {
      const corpus = splitText(text, { validFraction, testFraction, atLines: true });
      assertEquals(join(corpus), text);
      for (const [part, fraction] of [[corpus.valid, validFraction], [corpus.test, testFraction]] as const) {
        if (fraction === 0) continue;
        assert(/^\S/.test(part!), `${part!.slice(0, 20)}`);
        assert(Math.abs(part!.length - fraction * text.length) < 20, `${part!.length} of ${text.length}`);
      }
      assert(/\s$/.test(corpus.train));
    }
  }
});

Deno.test("a text of a few words leaves one word for each part", () => {
  const options = { validFraction: 0.1, testFraction: 0.1, atLines: true };
  assertEquals(splitText("a b c", options), { train: "a ", valid: "b ", test: "c" });
  assertEquals(splitText("a b", { validFraction: 0.1, atLines: true }), { train: "a ", valid: "b", test: undefined });
  assertEquals(splitText("a b", { validFraction: 0.9, atLines: true }), { train: "a ", valid: "b", test: undefined });
});

Deno.test("a text with a line in nine tenths of its shares is split at the line starts that follow", () => {
  // The places of earlier versions, so that runs can be resumed.
  const text = babble(3000);
  const next = (place: number): number => text[place - 1] === "\n" ? place : text.indexOf("\n", place) + 1;
  for (const [validFraction, testFraction] of [[0.1, 0], [0.07, 0.1], [0.3, 0.31]]) {
    const { train, valid } = splitText(text, { validFraction, testFraction, atLines: true });
    assertEquals(train.length, next(Math.round(text.length * (1 - testFraction - validFraction))));
    const test = testFraction === 0 ? text.length : next(Math.round(text.length * (1 - testFraction)));
    assertEquals(train.length + valid!.length, test);
  }
});

Deno.test("invalid fractions are refused and shown", () => {
  const impossible = [[-0.1, 0], [0, -0.1], [1, 0], [0, 1], [0.5, 0.5], [NaN, 0], [0, NaN], [2, 0], [Infinity, 0]];
  for (const [validFraction, testFraction] of impossible) {
    assertThrows(
      () => splitText("a text", { validFraction, testFraction }),
      RangeError,
      `expected fractions of at least 0 whose sum is below 1, found ${validFraction} and ${testFraction}`,
    );
  }
});

Deno.test("a split that would leave a part empty is refused", () => {
  assertThrows(
    () => splitText("abc", { validFraction: 0.01 }),
    RangeError,
    "expected a share of 0.01 of 3 characters to hold some text",
  );
  assertThrows(
    () => splitText("abc", { testFraction: 0.01 }),
    RangeError,
    "expected a share of 0.01 of 3 characters to hold some text",
  );
  for (const text of ["word", " word", "word ", "one word\n"]) {
    const split = () => splitText(text, { validFraction: 0.2, testFraction: 0.2, atLines: true });
    assertThrows(split, RangeError, `of ${text.length} characters to hold a line or a word that begins in it`);
  }
  assertThrows(() => splitText("abc", { validFraction: 0.9 }), RangeError, "expected some text to train on");
  assertThrows(() => splitText(""), RangeError, "expected some text to train on");
});

Deno.test("a text source is split like a string", async () => {
  // Lines longer than the part searched at a time, one of exactly that length, and no line end at the end.
  const lines = [3, 9000, 4095, 4096, 1, 0, 4094, 8191, 5000].map((length) =>
    "é😀".repeat(length / 3).padEnd(length, "x")
  );
  const text = lines.join("\n");
  const source: TextSource = { length: text.length, slice: (start, end) => Promise.resolve(text.slice(start, end)) };
  for (const atLines of [false, true]) {
    for (let percent = 2; percent < 48; percent++) {
      const options = { validFraction: percent / 100, testFraction: percent / 150, atLines };
      let expected: TextCorpus<string>;
      try {
        expected = splitText(text, options);
      } catch (error) {
        await assertRejects(() => splitSource(source, options), RangeError, (error as RangeError).message);
        continue;
      }
      const { train, valid, test } = await splitSource(source, options);
      const read = async (part: TextSource): Promise<string> => await part.slice(0, part.length);
      assertEquals({ train: await read(train), valid: await read(valid!), test: await read(test!) }, expected);
      assertEquals(await valid!.slice(1, 3), expected.valid!.slice(1, 3));
    }
  }
});

const tokenizer = new ByteTokenizer();
const reader = { tokenizer, endOfText: null };

async function fingerprint(corpus: string | TextCorpus): Promise<number> {
  return await fingerprintOf(await encodeCorpus(expectCorpus("test", corpus), reader));
}

Deno.test("a corpus is encoded part by part, without the test text", async () => {
  const { train, valid } = await encodeCorpus({ train: "ab", valid: "c", test: "never" }, reader);
  assertEquals([(await train.block(0)).ids, (await valid!.block(0)).ids], [Uint8Array.of(97, 98), Uint8Array.of(99)]);
  const plain = await encodeCorpus(expectCorpus("test", "ab"), reader);
  assertEquals([(await plain.train.block(1)).ids, plain.valid], [Uint8Array.of(97, 98), undefined]);
  const again = await encodeCorpus({ train, valid }, reader);
  assert(again.train === train && again.valid === valid, "ids are not encoded again");
});

Deno.test("the fingerprint changes if any id changes, and is the same for the same ids", async () => {
  const train = babble(300);
  const valid = babble(50);
  const whole = await fingerprint({ train, valid });
  assertEquals(await fingerprint({ train, valid, test: "not read in training" }), whole);
  assertEquals(await fingerprint({ train }), await fingerprint(train));
  assert(Number.isInteger(whole) && whole >= 0 && whole < 2 ** 32);
  const change = (text: string, i: number): string => text.slice(0, i) + "~" + text.slice(i + 1);
  for (let i = 0; i < train.length; i++) assertNotEquals(await fingerprint({ train: change(train, i), valid }), whole);
  for (let i = 0; i < valid.length; i++) assertNotEquals(await fingerprint({ train, valid: change(valid, i) }), whole);
});

Deno.test("the fingerprint matches that of earlier checkpoints", async () => {
  // The values from when the first checkpoints were written.
  assertEquals(await fingerprint(babble(300)), 2293694730);
  assertEquals(await fingerprint({ train: babble(300), valid: babble(50) }), 1072389042);
});

Deno.test("the fingerprint depends on where one text ends and the next begins", async () => {
  const corpora: (string | TextCorpus)[] = [
    "abab",
    "aba",
    "baba",
    { train: "aba", valid: "b" },
    { train: "ab", valid: "ab" },
    { train: "abab", valid: "abab" },
    "abab\0",
  ];
  const fingerprints = await Promise.all(corpora.map(fingerprint));
  assertEquals(new Set(fingerprints).size, corpora.length, `${fingerprints}`);
});
