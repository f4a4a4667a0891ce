import { assertEquals, assertThrows } from "@std/assert";
import { Metaspace } from "../../../tokenizers/decoders/metaspace.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

for (const prependScheme of ["always", "first", "never"] as const) {
  decoderContract(`Metaspace ${prependScheme}`, new Metaspace({ prependScheme }));
}
decoderContract("Metaspace with a mark of two code units", new Metaspace({ replacement: "😀" }));

Deno.test("Metaspace: marks become spaces, except a prefix mark in the first token", () => {
  const tokens = ["▁▁to", "▁b▁", "e"];
  assertEquals(decode(new Metaspace(), tokens), "to b e");
  assertEquals(decode(new Metaspace({ prependScheme: "first" }), tokens), "to b e");
  assertEquals(decode(new Metaspace({ prependScheme: "never" }), tokens), "  to b e");
  assertEquals(decode(new Metaspace({ replacement: "$" }), ["$a", "$$b"]), "a  b");
  assertEquals(fragments(new Metaspace(), tokens), ["to", " b ", "e", ""]);
});

Deno.test("Metaspace: reads old and new files", () => {
  const json = { type: "Metaspace", replacement: "_", prepend_scheme: "never", split: false };
  assertEquals(read(json).toJSON(), json);
  const old = { type: "Metaspace", replacement: "_", str_rep: "_" };
  assertEquals(read({ ...old, add_prefix_space: false }).toJSON(), { ...json, split: true });
  assertEquals(read({ ...old, add_prefix_space: true }).toJSON(), { ...json, prepend_scheme: "always", split: true });
  assertEquals(read(old).toJSON(), { ...json, prepend_scheme: "always", split: true });
  assertEquals(read({ ...json, add_prefix_space: true }).toJSON(), json);
  assertThrows(
    () => read({ ...json, add_prefix_space: false, prepend_scheme: "first" }),
    RangeError,
    "decoder.add_prefix_space",
  );
  assertThrows(() => read({ ...json, replacement: "ab" }), RangeError, "decoder.replacement: expected one character");
  assertThrows(() => new Metaspace({ replacement: "" }), RangeError, 'replacement: expected one character, found ""');
});
