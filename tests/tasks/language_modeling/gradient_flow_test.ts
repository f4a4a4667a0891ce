import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel, WordTokenizer } from "../../../mod.ts";
import { inference } from "../../../src/nn/mod.ts";
import { gradientFlow } from "../../../tasks/language_modeling/gradient_flow.ts";

const TOKENIZER = CharTokenizer.train("abcde");

Deno.test("the norm at a step is that of the finite differences by its token's embedding", () => {
  // Every token occurs once, so that its row of the table is the embedding of one step.
  using model = LanguageModel.create({ tokenizer: TOKENIZER, embed: 3, hidden: 5, layers: 2, dropout: 0.5, seed: 2 });
  const { network } = model;
  const { weight } = network.embedding;
  const [ids, last] = [TOKENIZER.encode("cabd"), TOKENIZER.encode("e")[0]];
  const targets = Int32Array.of(-1, -1, -1, last);
  const loss = (): number => inference(() => network.loss(ids, targets, 4, 1).loss.item());
  const before = weight.toArray().slice();
  const expected = [...ids].map((id) => {
    const slopes = [0, 1, 2].map((e) => {
      const shifted = (by: number): number => {
        const values = before.slice();
        values[3 * id + e] += by;
        weight.assign(values);
        return loss();
      };
      return (shifted(0.02) - shifted(-0.02)) / 0.04;
    });
    return Math.hypot(...slopes);
  });
  weight.assign(before);
  const found = gradientFlow(model, "cabde");
  assertEquals(found.map(({ token }) => token), ["c", "a", "b", "d"]);
  found.forEach(({ norm }, t) => assertAlmostEquals(norm, expected[t], 2e-3 * expected[3] + 1e-5));
  assert(found[3].norm > found[0].norm);
  assertEquals(network.parameters().flatMap((parameter) => [...parameter.gradients()]).filter((x) => x !== 0), []);
});

Deno.test("a text without two tokens is refused", () => {
  using model = LanguageModel.create({ tokenizer: TOKENIZER, embed: 2, hidden: 2 });
  assertThrows(() => gradientFlow(model, "a"), RangeError, "expected a text of 2 to 10000 tokens, found 1");
});

Deno.test("the last token is the text's own, not the mark that closes it, and a document begins with the end token", () => {
  const make = (tokenizer: CharTokenizer | WordTokenizer, endOfText?: string) =>
    LanguageModel.create({ tokenizer, embed: 2, hidden: 2, endOfText });
  using words = make(WordTokenizer.train("the cow and the cat\n"));
  assertEquals(gradientFlow(words, "the cow and").map(({ token }) => token), [" the", " cow"]);
  assertEquals(gradientFlow(words, "the cow and\n").map(({ token }) => token), [" the", " cow", " and"]);
  using documents = make(CharTokenizer.train("abcde", { specials: ["<eos>"] }), "<eos>");
  assertEquals(gradientFlow(documents, "ab").map(({ token }) => token), ["<eos>", "a"]);
});
