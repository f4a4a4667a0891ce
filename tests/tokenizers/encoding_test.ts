import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Direction, Encoding } from "../../tokenizers/encoding.ts";
import { partsOf, wordsOf } from "./encodings.ts";

const PADDING = { id: 9, typeId: 3, token: "-", direction: "Right" } as const;

/** All lists of an encoding. */
function fieldsOf(encoding: Encoding): Record<string, unknown> {
  return { ...encoding };
}

Deno.test("truncate: keeps the first part and moves the rest to overflowing parts", () => {
  const expected: [length: number, stride: number, direction: Direction, parts: string[]][] = [
    [5, 0, "Right", ["a b c d e"]],
    [3, 0, "Right", ["a b c", "d e"]],
    [3, 1, "Right", ["a b c", "c d e"]],
    [3, 2, "Right", ["a b c", "b c d", "c d e"]],
    [2, 0, "Left", ["d e", "b c", "a"]],
    [3, 1, "Left", ["c d e", "a b c"]],
    [4, 3, "Left", ["b c d e", "a b c d"]],
    [0, 0, "Right", ["", "a b c d e"]],
    [0, 7, "Left", ["", "a b c d e"]],
  ];
  for (const [length, stride, direction, parts] of expected) {
    assertEquals(partsOf(wordsOf("a b c d e").truncate(length, stride, direction)), parts);
  }
});

Deno.test("truncate: cuts every list, and returns an encoding that fits unchanged", () => {
  const encoding = wordsOf("to be or not", 1);
  const { overflowing: [rest] } = encoding.truncate(3);
  assertEquals(fieldsOf(rest), {
    ids: [110],
    typeIds: [1],
    tokens: ["not"],
    offsets: [[9, 12]],
    attentionMask: [1],
    specialTokensMask: [0],
    wordIds: [3],
    sequenceIds: [1],
  });
  assertStrictEquals(encoding.truncate(4), encoding);
  assertStrictEquals(wordsOf("").truncate(0, 5).length, 0);
});

Deno.test("truncate: parts cover all tokens and share the stride, at all lengths and strides", () => {
  const whole = wordsOf("a b c d e f g h i j k");
  for (const direction of ["Left", "Right"] as const) {
    for (let length = 1; length < whole.length; length++) {
      for (let stride = 0; stride < length; stride++) {
        const encoding = whole.truncate(length, stride, direction);
        const parts = [encoding, ...encoding.overflowing].map(({ ids }) => new Set(ids));
        assertEquals(parts.reduce((all, part) => all.union(part)), new Set(whole.ids));
        assert(parts.slice(0, -1).every((part) => part.size === length));
        assert(parts.slice(1).every((part, i) => part.intersection(parts[i]).size === stride));
      }
    }
  }
});

Deno.test("truncate: rejects invalid numbers", () => {
  const encoding = wordsOf("a b c");
  assertThrows(
    () => encoding.truncate(2, 2),
    RangeError,
    "expected a stride below the length 2, found 2",
  );
  assertThrows(
    () => encoding.truncate(-1),
    RangeError,
    "truncate: length: expected a whole number of at least 0, found -1",
  );
  assertThrows(() => encoding.truncate(1.5), RangeError, "found 1.5");
  assertThrows(() => encoding.truncate(2, -1), RangeError, "truncate: stride: expected a whole number");
});

Deno.test("pad: pads either side, also in overflowing parts", () => {
  const encoding = wordsOf("a b c").truncate(2);
  const right = encoding.pad(3, PADDING);
  assertEquals(partsOf(right), ["a b -", "c - -"]);
  assertEquals(fieldsOf(right.overflowing[0]), {
    ids: [99, 9, 9],
    typeIds: [0, 3, 3],
    tokens: ["c", "-", "-"],
    offsets: [[4, 5], [0, 0], [0, 0]],
    attentionMask: [1, 0, 0],
    specialTokensMask: [0, 1, 1],
    wordIds: [2, undefined, undefined],
    sequenceIds: [0, undefined, undefined],
  });
  assertEquals(partsOf(encoding.pad(3, { ...PADDING, direction: "Left" })), ["- a b", "- - c"]);
  assertEquals(partsOf(encoding.pad(1, PADDING)), ["a b", "c"]);
  assertThrows(() => encoding.pad(NaN, PADDING), RangeError, "pad: length: expected a whole number of at least 0");
});

Deno.test("merge: combines each overflowing part with each of the others, in Hugging Face's order", () => {
  const first = wordsOf("a b c d e").truncate(2);
  const second = wordsOf("f g h i", 1).truncate(2);
  assertEquals(partsOf(Encoding.merge([first, wordsOf("|"), second])), [
    "a b | f g",
    "c d | f g",
    "c d | h i",
    "e | f g",
    "e | h i",
    "a b | h i",
  ]);
  assertEquals(partsOf(Encoding.merge([])), [""]);
  assertEquals(partsOf(Encoding.merge([first])), ["a b", "c d", "e"]);
});

Deno.test("merge: keeps or shifts offsets", () => {
  const encodings = [wordsOf("to be"), wordsOf(""), wordsOf("or"), wordsOf("not")];
  assertEquals(Encoding.merge(encodings).offsets, [[0, 2], [3, 5], [0, 2], [0, 3]]);
  const grown = Encoding.merge(encodings, { growingOffsets: true });
  assertEquals(grown.offsets, [[0, 2], [3, 5], [5, 7], [7, 10]]);
  assertEquals(grown.tokens, ["to", "be", "or", "not"]);
  assertEquals(grown.wordIds, [0, 1, 0, 0]);
});

Deno.test("merge: combines overflowing parts of long texts only on access", () => {
  const long = wordsOf("a ".repeat(20_000));
  const merged = Encoding.merge([long.truncate(2), long.truncate(2)]).pad(9, PADDING).map(() => ({ typeIds: [] }));
  assertEquals(merged.length, 9);
});

Deno.test("map: replaces lists in overflowing parts too", () => {
  const encoding = wordsOf("a b c").truncate(2).map(({ ids }) => ({ typeIds: ids.map((id) => id + 1) }));
  assertEquals([encoding.typeIds, encoding.overflowing[0].typeIds], [[98, 99], [100]]);
  assertEquals(encoding.ids, [97, 98]);
  assertStrictEquals(encoding.overflowing, encoding.overflowing);
});

Deno.test("look-ups convert between characters, tokens and words of two texts", () => {
  const words = wordsOf("un seen it").map(() => ({ offsets: [[0, 2], [2, 6], [7, 9]], wordIds: [0, 0, 1] }));
  const encoding = Encoding.merge([words, wordsOf("so it", 1)]).pad(7, { ...PADDING, direction: "Left" });
  assertEquals([0, 1, 2, 6, 7, 9].map((at) => encoding.charToToken(at)), [2, 2, 3, undefined, 4, undefined]);
  assertEquals([0, 2, 3].map((at) => encoding.charToToken(at, 1)), [5, undefined, 6]);
  assertEquals([5, 6, 8].map((at) => encoding.charToWord(at)), [0, undefined, 1]);
  assertEquals(encoding.charToWord(4, 1), 1);
  assertEquals([0, 3, 6, 7].map((token) => encoding.tokenToChars(token)), [undefined, [2, 6], [3, 5], undefined]);
  assertEquals([0, 1, 2].map((word) => encoding.wordToTokens(word)), [[2, 4], [4, 5], undefined]);
  assertEquals(encoding.wordToTokens(1, 1), [6, 7]);
  assertEquals([0, 1, 2].map((word) => encoding.wordToChars(word)), [[0, 6], [7, 9], undefined]);
  assertEquals(encoding.wordToChars(0, 2), undefined);
});
