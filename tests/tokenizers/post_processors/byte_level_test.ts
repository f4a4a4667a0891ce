import { assertEquals, assertThrows } from "@std/assert";
import type { Encoding } from "../../../tokenizers/encoding.ts";
import { ByteLevel } from "../../../tokenizers/post_processors/mod.ts";
import { wordsOf } from "../encodings.ts";
import { postProcessorContract, processed, read } from "./contract.ts";

postProcessorContract("ByteLevel", new ByteLevel());

type Offsets = [start: number, end: number][];

/** The offsets after post-processing these tokens. */
function trimmed(addPrefixSpace: boolean, tokens: string, offsets: Offsets): Encoding["offsets"] {
  const encoding = wordsOf(tokens).map(() => ({ offsets }));
  return processed(new ByteLevel({ addPrefixSpace }), [encoding]).offsets;
}

Deno.test("ByteLevel: offsets exclude spaces at both ends of tokens", () => {
  const tokens = "Ġa Ġa ĠĠ ĠĠa aĠ ĠaĠ b";
  const offsets: Offsets = [[0, 2], [3, 5], [6, 8], [9, 12], [13, 15], [16, 19], [20, 21]];
  const expected: Offsets = [[1, 2], [4, 5], [8, 8], [11, 12], [13, 14], [17, 18], [20, 21]];
  assertEquals(trimmed(false, tokens, offsets), expected);
  assertEquals(trimmed(true, tokens, offsets), [[0, 2], ...expected.slice(1)]);
});

Deno.test("ByteLevel: a prefix space has an empty range", () => {
  assertEquals(trimmed(true, "Ġa Ġ Ġa", [[0, 1], [2, 3], [4, 6]]), [[0, 1], [3, 3], [5, 6]]);
  assertEquals(trimmed(true, "Ġ a", [[0, 1], [0, 1]]), [[0, 0], [0, 1]]);
  assertEquals(trimmed(true, "Ġ ðŁĺ Ģ", [[0, 2], [0, 2], [0, 2]]), [[0, 0], [0, 2], [0, 2]]);
  assertEquals(trimmed(true, "Ġa", [[2, 3]]), [[2, 3]]);
  assertEquals(trimmed(true, "ĠĠa", [[0, 3]]), [[2, 3]]);
  assertEquals(trimmed(false, "Ġa", [[0, 1]]), [[1, 1]]);
});

Deno.test("ByteLevel: each text of a pair has a start, also in overflowing parts", () => {
  const pair = [wordsOf("Ġa Ġb"), wordsOf("Ġc", 1)];
  assertEquals(processed(new ByteLevel(), pair).offsets, [[0, 2], [4, 5], [0, 2]]);
  const [part] = processed(new ByteLevel(), [wordsOf("Ġa Ġb").truncate(1)]).overflowing;
  assertEquals(part.offsets, [[3, 5]]);
});

Deno.test("ByteLevel: changes nothing without trimOffsets", () => {
  const pair = [wordsOf("Ġa Ġb"), wordsOf("Ġc", 1)];
  assertEquals(new ByteLevel({ trimOffsets: false }).process(pair), pair);
});

Deno.test("ByteLevel: a file must have the pre-tokenizer's fields", () => {
  const json = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false };
  assertEquals(JSON.stringify(read(json)), JSON.stringify(json));
  assertEquals(read({ ...json, use_regex: undefined }).toJSON(), { ...json, use_regex: true });
  assertThrows(() => read({ ...json, trim_offsets: undefined }), SyntaxError, "post_processor.trim_offsets");
  assertThrows(() => read({ ...json, add_prefix_space: 1 }), SyntaxError, "post_processor.add_prefix_space");
});
