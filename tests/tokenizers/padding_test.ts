import { assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../tokenizers/json_fields.ts";
import { Padding, type PaddingOptions } from "../../tokenizers/padding.ts";
import { partsOf, wordsOf } from "./encodings.ts";

/** The tokens of texts padded together, with `-` for padding. */
function padded(options: PaddingOptions, ...texts: string[]): string[] {
  return new Padding({ token: "-", ...options }).pad(texts.map((text) => wordsOf(text))).map((encoding) =>
    partsOf(encoding)[0]
  );
}

Deno.test("padding extends to the longest encoding, a fixed length or a multiple", () => {
  assertEquals(padded({}, "a b c", "a", ""), ["a b c", "a - -", "- - -"]);
  assertEquals(padded({ direction: "Left" }, "a b c", "a"), ["a b c", "- - a"]);
  assertEquals(padded({ length: 2 }, "a b c", "a"), ["a b c", "a -"]);
  assertEquals(padded({ multipleOf: 4 }, "a b c d e", "a"), ["a b c d e - - -", "a - - - - - - -"]);
  assertEquals(padded({ length: 2, multipleOf: 3 }, "a"), ["a - -"]);
  assertEquals(padded({ length: 6, multipleOf: 3 }, "a"), ["a - - - - -"]);
  assertEquals(padded({ multipleOf: 0 }, "a b", "a"), ["a b", "a -"]);
  assertEquals(padded({}), []);
});

Deno.test("padding uses the given id, type id and token, also in overflowing parts", () => {
  const [encoding] = new Padding({ id: 7, typeId: 2 }).pad([wordsOf("a b c").truncate(2)]);
  assertEquals(partsOf(encoding), ["a b", "c [PAD]"]);
  const [{ ids, typeIds, attentionMask }] = encoding.overflowing;
  assertEquals([ids, typeIds, attentionMask], [[99, 7], [0, 2], [1, 0]]);
});

Deno.test("Padding rejects invalid settings", () => {
  for (const name of ["length", "multipleOf", "id", "typeId"]) {
    const message = `pad: ${name}: expected a whole number`;
    assertThrows(() => new Padding({ [name]: -1 }), RangeError, message);
  }
});

Deno.test("Padding survives a JSON round trip", () => {
  const read = (json: unknown): Padding => Padding.fromJSON(new JSONFields(json, "padding"));
  const json = {
    strategy: "BatchLongest",
    direction: "Right",
    pad_to_multiple_of: null,
    pad_id: 0,
    pad_type_id: 0,
    pad_token: "[PAD]",
  };
  const other = { ...json, strategy: { Fixed: 8 }, direction: "Left", pad_to_multiple_of: 8, pad_id: 3, pad_token: "" };
  for (const file of [json, other]) assertEquals(JSON.stringify(read(file)), JSON.stringify(file));
  assertEquals(JSON.stringify(new Padding()), JSON.stringify(json));
  assertThrows(() => read({ ...json, strategy: "Longest" }), RangeError, "padding.strategy: expected");
  assertThrows(() => read({ ...json, strategy: { Fixed: "8" } }), SyntaxError, "padding.strategy.Fixed: expected");
  assertThrows(() => read({ ...json, strategy: undefined }), SyntaxError, "padding.strategy: the field is missing");
  assertThrows(() => read({ ...json, direction: "right" }), SyntaxError, "padding.direction: expected one of");
  assertThrows(() => read({ ...json, pad_token: 0 }), SyntaxError, "padding.pad_token: expected a string");
});
