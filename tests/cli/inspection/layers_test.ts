import { assertEquals } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { layersOf, totalsOf } from "../../../cli/inspection/mod.ts";

Deno.test("layers are listed with their parameters, and a tied matrix counts once but is used twice", () => {
  const tokenizer = CharTokenizer.train("abcde");
  using model = LanguageModel.create({ tokenizer, cell: "gru", embed: 3, hidden: 3, tied: true });
  const layers = layersOf(model.network);
  assertEquals(layers.map(({ name, kind }) => [name, kind]), [
    ["embedding", "Embedding"],
    ["rnn", "GRU"],
    ["decoder", "Linear"],
  ]);
  const [embedding, , decoder] = layers.map(({ parameters }) => parameters[0]);
  assertEquals(embedding, { name: "embedding.weight", shape: [5, 3], size: 15, multiplyAdds: 0 });
  assertEquals(decoder, { name: "decoder.weight", shape: [5, 3], size: 0, multiplyAdds: 15 });
  // Each of 3 gates has a matrix of 3 x 3 for the input and one for the state, and two biases.
  const recurrent = 2 * 3 * 3 * 3;
  assertEquals(totalsOf(layers), {
    parameters: 15 + recurrent + 2 * 9 + 5,
    float32Bytes: 4 * (15 + recurrent + 2 * 9 + 5),
    int8Bytes: 15 + 4 * 5 + recurrent + 2 * 4 * 9 + 4 * (2 * 9 + 5),
    multiplyAdds: recurrent + 15,
  });
});
