// What models answer to the texts of a run's page.

import { assertEquals, assertMatch } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel, Translator, WordTokenizer } from "../../mod.ts";
import { CLASSIFIER_PROGRAM } from "../../tasks/classification/program.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../tasks/language_modeling/program.ts";
import { TRANSLATOR_PROGRAM } from "../../tasks/translation/program.ts";

Deno.test("a translator answers with a translation, a classifier with its labels, the likeliest first", async () => {
  const tokenizer = CharTokenizer.train("abc");
  const translator = Translator.create({ sourceTokenizer: tokenizer, targetTokenizer: tokenizer, hidden: 4, embed: 4 });
  assertEquals(await TRANSLATOR_PROGRAM.asking!.answer(translator, "cab", 1), (await translator.translate("cab")).text);
  const labels = ["good", "bad", "odd"];
  const classifier = Classifier.create({ tokenizer: WordTokenizer.train(["a film"]), labels, hidden: 4, embed: 4 });
  const answer = await CLASSIFIER_PROGRAM.asking!.answer(classifier, "a film", 1);
  assertMatch(answer, /^(?:0\.\d{4} (?:good|bad|odd)\n?){3}$/);
  const shares = answer.split("\n").map((line) => Number(line.split(" ")[0]));
  assertEquals(shares, shares.toSorted((a, b) => b - a));
});

Deno.test("a sample has the temperature and the seed that are asked for", async () => {
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not to be"), hidden: 4, embed: 4 });
  const { sample } = LANGUAGE_MODEL_PROGRAM;
  const text = await sample!(model, { prompt: "to", length: 20, temperature: 1.5, seed: 7 });
  assertEquals(text, `to${(await model.complete("to", { maxTokens: 20, temperature: 1.5, seed: 7 })).text}`);
});
