import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Classifier, labelsOf, treebankTokenizer } from "../../../mod.ts";
import { Random } from "../../../src/nn/mod.ts";
import { RareWords } from "../../../tasks/classification/rare_words.ts";

const random = (stream: number): Random => new Random(5, { stream });

Deno.test("words that occur once are read as unknown at the given rate, all others as they are", () => {
  const repeated = Int32Array.from({ length: 40 }, (_, i) => 1 + i % 10);
  const once = Int32Array.from({ length: 1000 }, (_, i) => 100 + i);
  const texts = [repeated, once, Int32Array.of(0, 3)];
  const rare = new RareWords(texts, { unknownId: 0, rate: 0.5 });
  const [first, second, third] = rare.drop(texts, random(0));
  assertEquals([first, third], [repeated, Int32Array.of(0, 3)]);
  const dropped = second.filter((id) => id === 0).length;
  assert(dropped > 430 && dropped < 570, `${dropped}`);
  assertEquals(second.filter((id, i) => id !== 0 && id !== once[i]).length, 0);
  assertEquals(rare.drop(texts, random(0)), [first, second, third]);
  assertNotEquals(rare.drop(texts, random(1))[1], second);
  assertEquals(once[0], 100);
});

Deno.test("a classifier that drops no word but rare ones trains the unknown token", async () => {
  const texts = ["a fine film", "a dull film", "a lovely film", "a dreary film"];
  const train = texts.map((text, i) => ({ text, label: i % 2 ? "bad" : "good" }));
  const unknownAfter = async (rareDropout: number): Promise<readonly Float32Array[]> => {
    const tokenizer = treebankTokenizer(texts);
    const sizes = { embed: 4, hidden: 4, wide: false } as const;
    const options = { ...sizes, wordDropout: 0, embedDropout: 0, rareDropout };
    const model = Classifier.create({ tokenizer, labels: labelsOf(train), ...options });
    const vector = (): Float32Array => {
      const unknownId = tokenizer.unknownId!;
      return model.network.members[0].embedding.weight.toArray().slice(4 * unknownId, 4 * unknownId + 4);
    };
    const before = vector();
    for await (const _ of model.fit({ train }, { epochs: 3, averaging: null })) { /* trains */ }
    return [before, vector()];
  };
  const [initial, trained] = await unknownAfter(0.5);
  assertNotEquals(trained, initial);
  const [before, after] = await unknownAfter(0);
  assertEquals(after, before);
});
