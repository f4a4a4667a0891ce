import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { BPE, type BPEOptions } from "../../../tokenizers/models/bpe.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { naiveMerge, randomModel, randomText } from "./naive_bpe.ts";

Deno.test("tokenize merges the lowest rank first, leftmost among equals", () => {
  const merges: [string, string][] = [["b", "c"], ["a", "b"], ["a", "a"], ["aa", "a"]];
  assertEquals(tokensOf(modelOf(["a", "b", "c", "bc", "ab", "aa", "aaa"], { merges }), "abcab"), [
    ["a", 0, 1],
    ["bc", 1, 3],
    ["ab", 3, 5],
  ]);
  assertEquals(tokensOf(modelOf(["a", "b", "c", "bc", "ab", "aa", "aaa"], { merges }), "aaaaa"), [
    ["aa", 0, 2],
    ["aaa", 2, 5],
  ]);
});

Deno.test("tokenize equals the definition on random merges, for short and long pieces", () => {
  const symbols = ["a", "b", "c", "é", "😀"];
  const random = new SeededRandom(1);
  for (let seed = 1; seed <= 8; seed++) {
    const { vocabulary, merges } = randomModel(symbols, 80, seed);
    const model = new BPE({ vocabulary, merges });
    for (const length of [1, 2, 3, 7, 12, 47, 48, 49, 50, 99, 100, 300]) {
      const text = randomText(symbols, length, random);
      assertEquals(tokensOf(model, text).map(([token]) => token), naiveMerge([...text], merges), text);
    }
  }
});

Deno.test("tokenize drops unknown characters if there is no unknown token", () => {
  assertEquals(tokensOf(modelOf(["a", "b", "ab"], { merges: [["a", "b"]] }), "a😀b?a"), [["ab", 0, 4], ["a", 5, 6]]);
  assertEquals(tokensOf(modelOf(["a"]), "???"), []);
});

Deno.test("tokenize emits one unknown token per unknown character, or per run of them", () => {
  const tokens = ["<unk>", "a", "b"];
  const unknownToken = "<unk>";
  assertEquals(tokensOf(modelOf(tokens, { unknownToken }), "a😀?b"), [
    ["a", 0, 1],
    ["<unk>", 1, 3],
    ["<unk>", 3, 4],
    ["b", 4, 5],
  ]);
  assertEquals(tokensOf(modelOf(tokens, { unknownToken, fuseUnknown: true }), "a😀?b?"), [
    ["a", 0, 1],
    ["<unk>", 1, 4],
    ["b", 4, 5],
    ["<unk>", 5, 6],
  ]);
});

Deno.test("tokenize needs the unknown token only for unknown characters", () => {
  const model = modelOf(["a"], { unknownToken: "<unk>" });
  assertEquals(model.unknownId, undefined);
  assertEquals(tokensOf(model, "a"), [["a", 0, 1]]);
  assertThrows(() => tokensOf(model, "b"), RangeError, 'which lacks the unknown token "<unk>", found "b"');
});

Deno.test("tokenize adds the continuing prefix and the end-of-word suffix", () => {
  const model = modelOf(["a", "##b", "##c", "##c</w>", "ab", "abc</w>", "a</w>"], {
    merges: [["a", "##b"], ["ab", "##c</w>"]],
    continuingSubwordPrefix: "##",
    endOfWordSuffix: "</w>",
  });
  assertEquals(tokensOf(model, "abc"), [["abc</w>", 0, 3]]);
  assertEquals(tokensOf(model, "a"), [["a</w>", 0, 1]]);
  assertEquals(tokensOf(model, "acc"), [["a", 0, 1], ["##c", 1, 2], ["##c</w>", 2, 3]]);
});

Deno.test("byte fallback needs all bytes of a character, each mapped to the whole character", () => {
  const tokens = ["<unk>", "a", "<0xC3>", "<0xA9>", "<0xF0>"];
  const model = modelOf(tokens, { byteFallback: true, unknownToken: "<unk>" });
  assertEquals(tokensOf(model, "aéa😀"), [
    ["a", 0, 1],
    ["<0xC3>", 1, 2],
    ["<0xA9>", 1, 2],
    ["a", 2, 3],
    ["<unk>", 3, 5],
  ]);
  // The reference's order: an unknown character is emitted after the bytes that follow it.
  assertEquals(tokensOf(model, "?éa").map(([token]) => token), ["<0xC3>", "<0xA9>", "<unk>", "a"]);
});

Deno.test("ignoreMerges keeps a piece that is a token whole", () => {
  const options = { merges: [["a", "b"]] as [string, string][] };
  const tokens = ["a", "b", "c", "ab", "abc"];
  assertEquals(tokensOf(modelOf(tokens, options), "abc"), [["ab", 0, 2], ["c", 2, 3]]);
  assertEquals(tokensOf(modelOf(tokens, { ...options, ignoreMerges: true }), "abc"), [["abc", 0, 3]]);
  assertEquals(tokensOf(modelOf(tokens, { ...options, ignoreMerges: true }), "abca").length, 3);
});

Deno.test("an unpaired surrogate becomes U+FFFD", () => {
  assertEquals(tokensOf(modelOf(["a", "\ufffd"]), "a\ud800\udbff\udc00"), [["a", 0, 1], ["\ufffd", 1, 2]]);
  const bytes = modelOf(["<0xEF>", "<0xBF>", "<0xBD>"], { byteFallback: true });
  assertEquals(tokensOf(bytes, "\udc00").map(([token]) => token), ["<0xEF>", "<0xBF>", "<0xBD>"]);
});

Deno.test("names of inherited properties are ordinary tokens", () => {
  const model = modelOf(["__proto__", "_", "constructor"], { ignoreMerges: true });
  assertEquals(tokensOf(model, "__proto__"), [["__proto__", 0, 9]]);
  assertEquals(tokensOf(model, "toString"), []);
  assertEquals(read(JSON.stringify(model)).vocabulary, model.vocabulary);
});

Deno.test("dropout skips each merge with its probability, until another merge is made", () => {
  const merges: [string, string][] = [["a", "b"], ["b", "c"]];
  const model = modelOf(["a", "b", "c", "ab", "bc"], { merges, dropout: 0.5, seed: 3 });
  assertEquals(model.isDeterministic, false);
  const counts = new Map<string, number>();
  for (let i = 0; i < 8000; i++) {
    const tokens = tokensOf(model, "abc").map(([token]) => token).join(" ");
    counts.set(tokens, (counts.get(tokens) ?? 0) + 1);
  }
  assertAlmostEquals(counts.get("ab c")! / 8000, 0.5, 0.02);
  assertAlmostEquals(counts.get("a bc")! / 8000, 0.25, 0.02);
  assertAlmostEquals(counts.get("a b c")! / 8000, 0.25, 0.02);
});

Deno.test("dropout 0 skips nothing, dropout 1 every merge, and a seed reproduces the tokens", () => {
  const { vocabulary, merges } = randomModel(["a", "b", "c"], 60, 5);
  const text = randomText(["a", "b", "c"], 100, new SeededRandom(6));
  const tokens = (dropout: number, seed?: number): string[] =>
    tokensOf(new BPE({ vocabulary, merges, dropout, seed }), text).map(([token]) => token);
  assertEquals(tokens(0), naiveMerge([...text], merges));
  assertEquals(tokens(1), [...text]);
  assertEquals(tokens(0.3, 7), tokens(0.3, 7));
  assertEquals(tokens(0.3, 7).join(""), text);
  assertEquals(tokens(0.3, 7).join(" ") === tokens(0.3, 8).join(" "), false);
});

Deno.test("the last of equal merges counts", () => {
  const merges: [string, string][] = [["a", "b"], ["b", "c"], ["a", "b"]];
  assertEquals(tokensOf(modelOf(["a", "b", "c", "ab", "bc"], { merges }), "abc").map(([token]) => token), ["a", "bc"]);
});

Deno.test("a piece of 200,000 characters merges completely", () => {
  const model = modelOf(["a", "aa", "aaaa", "b"], { merges: [["a", "a"], ["aa", "aa"]] });
  const tokens = tokensOf(model, "a".repeat(199_999) + "b");
  assertEquals(tokens.length, 49_999 + 3);
  assertEquals(tokens.slice(-3), [["aa", 199_996, 199_998], ["a", 199_998, 199_999], ["b", 199_999, 200_000]]);
});

Deno.test("a merge with unknown tokens throws an error that names it", () => {
  const model = (merge: [string, string]): BPE => modelOf(["a", "b", "ab"], { merges: [["a", "b"], merge] });
  assertThrows(() => model(["a", "x"]), RangeError, 'merges[1]: expected pieces of the vocabulary, found ["a","x"]');
  assertThrows(() => model(["y", "a"]), RangeError, 'lacks "y"');
  assertThrows(() => model(["b", "a"]), RangeError, 'lacks "ba"');
  assertThrows(() => modelOf([], { dropout: 1.5 }), RangeError, "dropout: expected 0 to 1, found 1.5");
  assertThrows(() => modelOf([], { dropout: NaN }), RangeError, "found NaN");
});

Deno.test("toJSON writes the reference's fields in order, and fromJSON reads them", () => {
  const model = new BPE({
    vocabulary: new Map([["ab", 2], ["a", 0], ["b", 1]]),
    merges: [["a", "b"]],
    unknownToken: "a",
    fuseUnknown: true,
    dropout: 0.1,
  });
  const text = JSON.stringify(model);
  assertEquals(
    text,
    '{"type":"BPE","dropout":0.1,"unk_token":"a","continuing_subword_prefix":null,"end_of_word_suffix":null,' +
      '"fuse_unk":true,"byte_fallback":false,"ignore_merges":false,"vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}',
  );
  assertEquals(JSON.stringify(read(text)), text);
});

Deno.test("fromJSON reads merges written as strings, and files without the newer fields", () => {
  const model = read('{"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"], "unk_token": null}');
  assertEquals(model.merges, [["a", "b"]]);
  assertEquals(tokensOf(model, "abba").map(([token]) => token), ["ab", "b", "a"]);
});

Deno.test("fromJSON names the invalid field", () => {
  const file = (fields: string): () => BPE => () => read(`{"vocab": {"a": 0, "b": 1}, "merges": [], ${fields}}`);
  assertThrows(() => read('{"vocab": {}}'), SyntaxError, "model.merges: the field is missing");
  assertThrows(() => read('{"merges": []}'), SyntaxError, "model.vocab: the field is missing");
  assertThrows(file('"merges": ["a b c"]'), SyntaxError, "model.merges[0]: expected two pieces");
  assertThrows(file('"merges": [["a"]]'), SyntaxError, "model.merges[0]");
  assertThrows(file('"merges": [["a", 1]]'), SyntaxError, "model.merges[0]");
  assertThrows(file('"merges": [["a", "b"]]'), RangeError, "merges[0]");
  assertThrows(file('"vocab": {"a": 0, "b": 0}'), RangeError, "model.vocab");
  assertThrows(file('"vocab": {"a": 0.5}'), RangeError, "model.vocab");
  assertThrows(file('"vocab": {"a": "0"}'), SyntaxError, "model.vocab");
  assertThrows(file('"fuse_unk": 1'), SyntaxError, "model.fuse_unk");
  assertThrows(file('"dropout": 2'), RangeError, "dropout");
});

function modelOf(tokens: readonly string[], options: Partial<BPEOptions> = {}): BPE {
  return new BPE({ vocabulary: new Map(tokens.map((token, id) => [token, id])), merges: [], ...options });
}

function read(json: string): BPE {
  return BPE.fromJSON(new JSONFields(JSON.parse(json), "model"));
}

function tokensOf(model: BPE, piece: string): [token: string, start: number, end: number][] {
  const names = new Map(Array.from(model.vocabulary, ([token, id]) => [id, token]));
  const tokens: [string, number, number][] = [];
  model.tokenize(piece, { push: (id, start, end) => tokens.push([names.get(id)!, start, end]) });
  return tokens;
}
