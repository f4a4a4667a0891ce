import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../../tasks/language_modeling/program.ts";

Deno.test("the final report has the measurement of the epoch that is kept, and makes one only if there is none", async () => {
  const text = "to be or not to be. ".repeat(8);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 4 });
  const corpus = await LANGUAGE_MODEL_PROGRAM.corpus(model, { train: text, valid: text });
  const trained = { plan: {} as never, directory: "", last: undefined };
  const kept = { event: "epoch", epoch: 1, loss: 2, validLoss: 1.5, perplexity: 4.48, isBest: true } as const;
  const { fields } = await LANGUAGE_MODEL_PROGRAM.conclude(model, corpus, { ...trained, kept });
  assertEquals([fields.valid_loss, fields.perplexity], [1.5, Math.exp(1.5)]);
  const own = await LANGUAGE_MODEL_PROGRAM.conclude(model, corpus, { ...trained, kept: undefined });
  assertNotEquals(own.fields.valid_loss, 1.5);
  assertEquals(own.fields.valid_loss, (await model.evaluate(text)).loss);
  const { lines } = await LANGUAGE_MODEL_PROGRAM.conclude(model, corpus, { ...trained, kept, prompt: "not " });
  assertMatch(lines[0], /^\nThe model writes:\n\nnot /);
});
