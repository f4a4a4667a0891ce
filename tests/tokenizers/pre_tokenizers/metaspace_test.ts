import { assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { Metaspace } from "../../../tokenizers/pre_tokenizers/metaspace.ts";
import type { PrependScheme } from "../../../tokenizers/prepend_scheme.ts";
import { cut, pieces, preTokenizerContract, read } from "./contract.ts";

for (const prependScheme of ["always", "first", "never"] as PrependScheme[]) {
  preTokenizerContract(`Metaspace, prepended ${prependScheme}`, new Metaspace({ prependScheme }));
  preTokenizerContract(`Metaspace, whole, prepended ${prependScheme}`, new Metaspace({ prependScheme, split: false }));
}
preTokenizerContract("Metaspace with a mark outside the basic plane", new Metaspace({ replacement: "😀" }));

Deno.test("Metaspace: replaces each space with a mark and prepends one to the text", () => {
  assertEquals(pieces(new Metaspace(), "Hey   friend!"), [["▁Hey", 0, 3], ["▁", 3, 4], ["▁", 4, 5], [
    "▁friend!",
    5,
    13,
  ]]);
  assertEquals(cut(new Metaspace(), " Hey"), ["▁Hey"]);
  assertEquals(cut(new Metaspace(), "▁Hey"), ["▁Hey"]);
  assertEquals(cut(new Metaspace({ prependScheme: "never" }), "Hey friend"), ["Hey", "▁friend"]);
  assertEquals(pieces(new Metaspace({ split: false }), "a b"), [["▁a▁b", 0, 3]]);
  assertEquals(pieces(new Metaspace({ replacement: "😀" }), "ab c"), [["😀ab", 0, 2], ["😀c", 2, 4]]);
  assertEquals(cut(new Metaspace({ replacement: "$" }), "a b"), ["$a", "$b"]);
});

Deno.test("Metaspace: prepends a mark only at the start of the input", () => {
  const first = new Metaspace({ prependScheme: "first" });
  const text = AlignedText.of("<s>ab cd");
  assertEquals(pieces(first, text.slice(0, 3)), [["▁<s>", 0, 3]]);
  assertEquals(pieces(first, text.slice(3)), [["ab", 3, 5], ["▁cd", 5, 8]]);
});

Deno.test("Metaspace: reads old and new files", () => {
  const scheme = (fields: object): unknown =>
    (read({ type: "Metaspace", replacement: "_", ...fields }) as Metaspace).prependScheme;
  assertEquals(scheme({}), "always");
  assertEquals(scheme({ prepend_scheme: "first" }), "first");
  assertEquals(scheme({ str_rep: "_", add_prefix_space: true }), "always");
  assertEquals(scheme({ add_prefix_space: true, prepend_scheme: "never" }), "never");
  assertEquals(scheme({ add_prefix_space: false }), "never");
  assertEquals(scheme({ add_prefix_space: false, prepend_scheme: "never" }), "never");
  assertThrows(
    () => scheme({ add_prefix_space: false, prepend_scheme: "first" }),
    RangeError,
    'pre_tokenizer.add_prefix_space: expected true with the prepend_scheme "first", found false',
  );
  assertThrows(() => scheme({ prepend_scheme: "x" }), SyntaxError, "pre_tokenizer.prepend_scheme");
  assertThrows(() => scheme({ replacement: "__" }), RangeError, "pre_tokenizer.replacement: expected one character");
  assertThrows(() => new Metaspace({ replacement: "" }), RangeError, "expected one character");
});
