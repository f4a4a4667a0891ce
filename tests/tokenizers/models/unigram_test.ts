import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { Unigram, type UnigramSampling } from "../../../tokenizers/models/unigram.ts";

const PIECES: readonly (readonly [string, number])[] = [
  ["<unk>", 0],
  ["a", -1],
  ["b", -2],
  ["ab", -2.5],
  ["aa", -2],
  ["c", -3],
];

/** Tokens as `id:start-end`. */
function tokens(model: Unigram, piece: string): string {
  const found: string[] = [];
  model.tokenize(piece, { push: (id, start, end) => found.push(`${id}:${start}-${end}`) });
  return found.join(" ");
}

function read(value: Record<string, unknown>): Unigram {
  return Unigram.fromJSON(new JSONFields({ type: "Unigram", ...value }, "model"));
}

// The results of npm:tokenizers 0.23.2 for the same vocabularies.

Deno.test("tokenize gives the best segmentation, with a run of unknown characters as one token", () => {
  const model = new Unigram({ pieces: PIECES, unknownId: 0 });
  assertEquals(tokens(model, "aabxya<unk>zc"), "1:0-1 3:1-3 0:3-5 1:5-6 0:6-12 5:12-13");
  assertEquals(tokens(model, "<unk>"), "0:0-5");
});

Deno.test("unknown characters become bytes if all of them are tokens", () => {
  const bytes = [0xe2, 0x85, 0x90, 0x91, 0x78].map((byte) => [`<0x${byte.toString(16).toUpperCase()}>`, -5] as const);
  const model = new Unigram({ pieces: [...PIECES, ...bytes], unknownId: 0, byteFallback: true });
  const six = [6, 7, 9, 6, 7, 9, 10].map((id) => `${id}:1-4`).join(" ");
  assertEquals(tokens(model, "a⅑⅑xab⅐ya"), `1:0-1 ${six} 3:4-6 0:6-8 1:8-9`);
});

Deno.test("a run of unknown characters that is a token becomes that token", () => {
  const model = new Unigram({ pieces: [["<unk>", 200], ["yy", 100], ["b", 90]], unknownId: 0 });
  assertEquals(tokens(model, "byyb"), "2:0-1 1:1-3 2:3-4");
});

Deno.test("unpaired surrogates are unknown characters", () => {
  const bytes = [0xef, 0xbf, 0xbd].map((byte) => [`<0x${byte.toString(16).toUpperCase()}>`, -5] as const);
  const model = new Unigram({ pieces: [...PIECES, ...bytes], unknownId: 0, byteFallback: true });
  assertEquals(tokens(model, "a\ud83db"), "1:0-1 6:1-2 7:1-2 8:1-2 2:2-3");
  assertEquals(tokens(new Unigram({ pieces: PIECES, unknownId: 0 }), "a\ude00😀"), "1:0-1 0:1-4");
});

Deno.test("without an unknown token, unknown characters throw", () => {
  const model = new Unigram({ pieces: PIECES });
  assertEquals(tokens(model, "ab"), "3:0-2");
  assertThrows(() => tokens(model, "abx"), RangeError, "encode: expected characters of the vocabulary");
  assertThrows(() => tokens(model, "abx"), RangeError, 'found "x"');
});

Deno.test("names of inherited properties are ordinary tokens", () => {
  const names = ["<unk>", "__proto__", "constructor", "toString"];
  const model = new Unigram({ pieces: names.map((name) => [name, -1] as const), unknownId: 0 });
  assertEquals(tokens(model, "__proto__constructorhasOwnProperty"), "1:0-9 2:9-20 0:20-34");
});

Deno.test("a long piece without spaces is tokenized", () => {
  const model = new Unigram({ pieces: PIECES, unknownId: 0 });
  let [count, end] = [0, 0];
  model.tokenize("aabcz".repeat(100_000), {
    push: (_, start, next) => {
      assert(start === end);
      end = next;
      count++;
    },
  });
  assertEquals([count, end], [400_000, 500_000]);
});

Deno.test("logProbability covers all segmentations, bestLogProbability the best one", () => {
  const model = new Unigram({ pieces: PIECES, unknownId: 0 });
  // aab has three segmentations: a-a-b, a-ab, aa-b.
  const sum = Math.log(Math.exp(-4) + Math.exp(-3.5) + Math.exp(-4));
  assertAlmostEquals(model.logProbability("aab"), sum, 1e-12);
  assertAlmostEquals(model.bestLogProbability("aab"), -3.5, 1e-12);
  assertAlmostEquals(model.logProbability("z"), -13, 1e-12);
});

Deno.test("sampling follows the probabilities and is reproducible by seed", () => {
  const draw = (sampling: UnigramSampling, times: number): Map<string, number> => {
    const model = new Unigram({ pieces: PIECES, unknownId: 0, sampling });
    const draws = new Map<string, number>();
    for (let i = 0; i < times; i++) {
      const drawn = tokens(model, "aab");
      draws.set(drawn, (draws.get(drawn) ?? 0) + 1);
    }
    return draws;
  };
  const [best, chars, other] = ["1:0-1 3:1-3", "1:0-1 1:1-2 2:2-3", "4:0-2 2:2-3"];
  const all = draw({ alpha: 2, seed: 3 }, 3000);
  const weights = [-7, -8, -8].map(Math.exp);
  const total = weights[0] + weights[1] + weights[2];
  [best, chars, other].forEach((text, i) => assertAlmostEquals(all.get(text)! / 3000, weights[i] / total, 0.03));
  const two = draw({ alpha: 0, nBest: 2 }, 1000);
  assertEquals(two.size, 2);
  assertAlmostEquals(two.get(best)! / 1000, 0.5, 0.05);
  assertEquals([...draw({ alpha: 1, nBest: 1 }, 10).keys()], [best]);
  assertEquals([...draw({ alpha: 50 }, 10).keys()], [best]);
  assertEquals(draw({ alpha: 0.5, seed: 5 }, 50), draw({ alpha: 0.5, seed: 5 }, 50));
});

Deno.test("only sampling is nondeterministic", () => {
  const is = (sampling?: UnigramSampling): boolean => new Unigram({ pieces: PIECES, sampling }).isDeterministic;
  assertEquals([is(), is({ alpha: 1 }), is({ alpha: 1, nBest: 1 }), is({ alpha: 1, nBest: 2 })], [
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("a Unigram model is read from and written to a tokenizer.json", () => {
  const json = { type: "Unigram", unk_id: 0, vocab: PIECES, byte_fallback: true };
  assertEquals(JSON.stringify(read(json)), JSON.stringify(json));
  assertEquals(read({ vocab: PIECES }).unknownId, undefined);
  assertEquals(Object.keys(read({ vocab: PIECES }).toJSON() as object), ["type", "unk_id", "vocab", "byte_fallback"]);
  assertEquals(read(json).vocabulary.get("ab"), 3);
});

Deno.test("an invalid tokenizer.json is rejected with the field", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{}, "model.vocab: the field is missing"],
    [{ vocab: {} }, "model.vocab: expected a list, found {}"],
    [{ vocab: [] }, "model.vocab: expected at least one token, found []"],
    [{ vocab: [["a", -1], ["b"]] }, 'model.vocab[1]: expected a token and its score, found ["b"]'],
    [{ vocab: [["a", null]] }, 'model.vocab[0]: expected a token and its score, found ["a",null]'],
    [{ vocab: [[1, "a"]] }, "model.vocab[0]: expected a token and its score"],
    [{ vocab: ["a"] }, "model.vocab[0]: expected a token and its score"],
    [{ vocab: [["a", Infinity]] }, "model.vocab[0]: expected a finite score, found Infinity"],
    [{ vocab: [["a", NaN]] }, "model.vocab[0]: expected a finite score, found NaN"],
    [{ vocab: PIECES, unk_id: 6 }, "model.unk_id: expected the id of one of 6 tokens, found 6"],
    [{ vocab: PIECES, unk_id: -1 }, "model.unk_id: expected a whole number of at least 0"],
    [{ vocab: PIECES, byte_fallback: 1 }, "model.byte_fallback: expected true or false, found 1"],
  ];
  for (const [value, message] of cases) {
    const error = assertThrows(() => read(value), Error, message);
    assert(error instanceof RangeError || error instanceof SyntaxError);
  }
});

Deno.test("an invalid model is rejected", () => {
  const build = (options: object) => () => new Unigram({ pieces: PIECES, ...options });
  assertThrows(build({ pieces: [] }), RangeError, "build a Unigram model: expected at least one piece");
  assertThrows(build({ pieces: [["a", NaN]] }), RangeError, 'a finite score for "a"');
  assertThrows(build({ unknownId: 6 }), RangeError, "unknownId to be the id of one of 6 pieces, found 6");
  assertThrows(build({ sampling: { alpha: -1 } }), RangeError, "a sampling.alpha of at least 0");
  assertThrows(build({ sampling: { alpha: NaN } }), RangeError, "a sampling.alpha of at least 0");
  assertThrows(build({ sampling: { alpha: 1, nBest: 0 } }), RangeError, "a sampling.nBest of at least 1");
});
