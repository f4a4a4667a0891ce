import { assertEquals, assertThrows } from "@std/assert";
import {
  ByteLevel,
  Digits,
  Metaspace,
  type PreTokenizer,
  Punctuation,
  Sequence,
  Split,
  Whitespace,
  WhitespaceSplit,
} from "../../../tokenizers/pre_tokenizers/mod.ts";
import { literalPattern, regexPattern } from "../../../tokenizers/regex/mod.ts";
import { cut, pieces, preTokenizerContract, read } from "./contract.ts";

const byteLevel = new ByteLevel({ addPrefixSpace: false });
const first = new Metaspace({ prependScheme: "first" });

const CUTTING: PreTokenizer[][] = [
  [new WhitespaceSplit(), new Metaspace()],
  [new Punctuation(), new Whitespace()],
  [new Digits({ individualDigits: true }), byteLevel],
  [new Punctuation({ behavior: "MergedWithPrevious" }), new ByteLevel(), new Digits()],
  [new Punctuation({ behavior: "MergedWithNext" }), new Digits(), first],
  [new Punctuation({ behavior: "Removed" }), new Sequence([new Digits(), new Metaspace()])],
  [new Split({ pattern: literalPattern("\n"), behavior: "Isolated" }), new Metaspace({ prependScheme: "never" })],
  [new Split({ pattern: literalPattern("."), behavior: "MergedWithNext", invert: true }), byteLevel],
];
const NOT_CUTTING: PreTokenizer[][] = [
  [],
  [new Digits()],
  [byteLevel, first],
  [new Split({ pattern: literalPattern(" ."), behavior: "MergedWithPrevious" }), byteLevel],
  [new Split({ pattern: regexPattern(" ?\\w+"), behavior: "Isolated" }), new ByteLevel({ useRegex: false })],
];

for (const members of [...CUTTING, ...NOT_CUTTING]) {
  preTokenizerContract(`Sequence of ${JSON.stringify(members)}`, new Sequence(members));
}

Deno.test("Sequence: cutsBeforeSpaces is true only if that is certain", () => {
  assertEquals(CUTTING.map((members) => new Sequence(members).cutsBeforeSpaces), CUTTING.map(() => true));
  assertEquals(NOT_CUTTING.map((members) => new Sequence(members).cutsBeforeSpaces), NOT_CUTTING.map(() => false));
});

Deno.test("Sequence: each member splits the pieces of the one before", () => {
  assertEquals(pieces(new Sequence([new Digits({ individualDigits: true }), byteLevel]), "a 12b c"), [
    ["a", 0, 1],
    ["Ġ", 1, 2],
    ["1", 2, 3],
    ["2", 3, 4],
    ["b", 4, 5],
    ["Ġc", 5, 7],
  ]);
  assertEquals(cut(new Sequence([new WhitespaceSplit(), new Metaspace()]), " to  be"), ["▁to", "▁be"]);
  assertEquals(cut(new Sequence([new WhitespaceSplit(), first]), "to be"), ["▁to", "be"]);
  assertEquals(cut(new Sequence([]), "to be"), ["to be"]);
});

Deno.test("preTokenizerFromJSON: an unknown type is reported with its path", () => {
  for (const type of ["Nope", "__proto__", "constructor"]) {
    assertThrows(
      () => read({ type: "Sequence", pretokenizers: [{ type: "Whitespace" }, { type }] }),
      SyntaxError,
      `pre_tokenizer.pretokenizers[1].type: expected one of "BertPreTokenizer", "ByteLevel"`,
    );
  }
  assertThrows(() => read({}), SyntaxError, "pre_tokenizer.type: the field is missing");
  assertThrows(() => read({ type: "Sequence" }), SyntaxError, "pre_tokenizer.pretokenizers: the field is missing");
});
