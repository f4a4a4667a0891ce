import { assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../tokenizers/json_fields.ts";
import { Truncation, type TruncationOptions } from "../../tokenizers/truncation.ts";
import { partsOf, wordsOf } from "./encodings.ts";

/** The numbers of tokens kept from texts of the given lengths. */
function lengths(options: TruncationOptions, special: number, ...texts: number[]): number[] {
  const encodings = texts.map((length, i) => wordsOf("a ".repeat(length), i));
  return new Truncation(options).truncate(encodings, special).map(({ length }) => length);
}

Deno.test("LongestFirst cuts the longer text first, and gives equal lengths if both are too long", () => {
  const expected: [first: number, second: number, left: [number, number]][] = [
    [0, 0, [0, 0]],
    [0, 8, [0, 7]],
    [8, 0, [7, 0]],
    [2, 4, [2, 4]],
    [2, 8, [2, 5]],
    [8, 2, [5, 2]],
    [4, 4, [3, 4]],
    [4, 8, [3, 4]],
    [8, 4, [4, 3]],
    [8, 8, [3, 4]],
    [3, 8, [3, 4]],
  ];
  for (const [first, second, left] of expected) {
    assertEquals(lengths({ maxLength: 7 }, 0, first, second), left);
    assertEquals(lengths({ maxLength: 10 }, 3, first, second), left);
  }
  assertEquals(lengths({ maxLength: 7 }, 2, 8), [5]);
  assertEquals(lengths({ maxLength: 7 }, 7, 8, 8), [0, 0]);
  assertEquals(lengths({ maxLength: 1 }, 0, 8, 8), [0, 1]);
});

Deno.test("OnlyFirst and OnlySecond keep the other text whole", () => {
  assertEquals(lengths({ maxLength: 7, strategy: "OnlyFirst" }, 1, 5, 3), [3, 3]);
  assertEquals(lengths({ maxLength: 7, strategy: "OnlySecond" }, 1, 5, 3), [5, 1]);
  assertEquals(lengths({ maxLength: 7, strategy: "OnlyFirst" }, 1, 9), [6]);
  assertEquals(lengths({ maxLength: 7, strategy: "OnlySecond" }, 1, 6), [6]);
});

Deno.test("direction and stride apply to overflowing parts", () => {
  const truncation = new Truncation({ maxLength: 4, stride: 1, direction: "Left" });
  const [encoding] = truncation.truncate([wordsOf("a b c d e f")], 1);
  assertEquals(partsOf(encoding), ["d e f", "b c d", "a b"]);
});

Deno.test("Truncation rejects invalid settings", () => {
  assertThrows(() => new Truncation({ maxLength: -1 }), RangeError, "truncate: maxLength: expected a whole number");
  assertThrows(() => new Truncation({ maxLength: 2.5 }), RangeError, "found 2.5");
  assertThrows(() => new Truncation({ maxLength: 4, stride: NaN }), RangeError, "truncate: stride: expected a whole");
  const stride = "truncate: stride: expected less than the 3 tokens that a text may have, found 3";
  assertThrows(() => new Truncation({ maxLength: 3, stride: 3 }), RangeError, stride);
  assertThrows(() => lengths({ maxLength: 5, stride: 3 }, 2, 1), RangeError, stride);
  const special = "truncate: maxLength: expected at least 3 for the special tokens, found 2";
  assertThrows(() => lengths({ maxLength: 2 }, 3, 0), RangeError, special);
});

Deno.test("truncation throws if the text to cut is missing or too short", () => {
  const [first, second] = (["OnlyFirst", "OnlySecond"] as const).map((strategy) => ({ maxLength: 4, strategy }));
  assertThrows(() => lengths(second, 0, 5), RangeError, "expected a second text for OnlySecond, found none");
  assertThrows(
    () => lengths(first, 0, 3, 4),
    RangeError,
    "expected the first text to be longer than the excess of 3, found 3",
  );
  assertThrows(
    () => lengths(second, 0, 8, 3),
    RangeError,
    "expected the second text to be longer than the excess of 7, found 3",
  );
  assertThrows(() => lengths({ maxLength: 5, stride: 2 }, 0, 9, 9), RangeError, "expected a stride below the length 2");
});

Deno.test("Truncation survives a JSON round trip", () => {
  const read = (json: unknown): Truncation => Truncation.fromJSON(new JSONFields(json, "truncation"));
  const json = { direction: "Left", max_length: 128, strategy: "OnlySecond", stride: 16 };
  assertEquals(JSON.stringify(read(json)), JSON.stringify(json));
  assertEquals(read({ ...json, direction: undefined }).direction, "Right");
  assertThrows(() => read({ ...json, strategy: "Longest" }), SyntaxError, "truncation.strategy: expected one of");
  assertThrows(() => read({ ...json, max_length: -1 }), SyntaxError, "truncation.max_length: expected a whole number");
  assertThrows(() => read({ ...json, stride: undefined }), SyntaxError, "truncation.stride: the field is missing");
  assertThrows(
    () => read({ ...json, stride: 128 }),
    RangeError,
    "expected less than the 128 tokens that a text may have",
  );
});
