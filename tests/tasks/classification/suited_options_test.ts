import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { LABELLED_PLAN, type LabelledPlan } from "../../../tasks/classification/labelled_plan.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import { areUnspaced, measureTexts, suitOptions } from "../../../tasks/classification/suited_options.ts";
import { suitedOptions } from "../../../tasks/classification/suited_texts.ts";

const FEW = { texts: 2500, tokens: 50_000, longText: 19, types: 8000, areSymbols: false };

Deno.test("texts are measured by words or by letters", () => {
  const texts = ["Not bad, not good", "bad", "GOOD"].map((text) => ({ text, label: "x" }));
  assertEquals(measureTexts(texts, false), { texts: 3, tokens: 7, longText: 1, types: 4, areSymbols: false });
  const sequences = ["ACGT", "AC"].map((text) => ({ text, label: "x" }));
  assertEquals(measureTexts(sequences, true), { texts: 2, tokens: 6, longText: 2, types: 4, areSymbols: true });
  const aligned = ["ACGT", "AACC"].map((text) => ({ text, label: "x" }));
  assertEquals(measureTexts(aligned, true).areAligned, true);
});

Deno.test("small data are read more often than large data, which are neither perturbed nor updated densely", () => {
  assertEquals(suitOptions(FEW).fit, { epochs: 30, selectBy: "loss" });
  assertEquals(suitOptions({ ...FEW, tokens: 1_000_000, texts: 50_000 }).fit, { epochs: 6, selectBy: "loss" });
  const many = { epochs: 6, selectBy: "loss", batch: 50, lazy: true } as const;
  assertEquals(suitOptions({ ...FEW, tokens: 1_000_000, texts: 50_001 }).fit, many);
  const { fit } = suitOptions({ ...FEW, tokens: 6_000_000, texts: 300_000 });
  assertEquals(fit, { epochs: 4, batch: 50, adversarial: 0, lazy: true });
});

Deno.test("an optimizer or a weight decay that changes all words is not lazy", () => {
  const many = { ...FEW, tokens: 1_000_000, texts: 50_001 };
  assertEquals(suitOptions(many, { weightDecay: 0 }).fit.lazy, true);
  assertEquals(suitOptions(many, { weightDecay: 0.01 }).fit.lazy, undefined);
  assertEquals(suitOptions(many, { optimizer: "adamw" }).fit.lazy, undefined);
});

Deno.test("letters are convolved, and none is dropped from a whole batch", () => {
  const { plan, model, fit } = suitOptions({ ...FEW, longText: 81, types: 4, areSymbols: true });
  assertEquals(model, { conv: 8, convPool: 3, inputDropout: 0.1, embedDropout: 0 });
  assertEquals([plan, fit], [{}, { epochs: 30, selectBy: "loss", learningRate: 0.001 }]);
});

Deno.test("regions of letters are pooled if sequences have one length", () => {
  const aligned = { ...FEW, longText: 81, types: 4, areSymbols: true, areAligned: true };
  assertEquals(suitOptions(aligned).model.poolRegions, 9);
  assertEquals(suitOptions({ ...aligned, areSubwords: true }).model.poolRegions, undefined);
  assertMatch(String(suitOptions(aligned).describe(new Set(["poolRegions"]))), /the maxima of 9 regions/);
});

Deno.test("no word of a short text is dropped, unless embeddings start from word vectors", () => {
  const short = { ...FEW, texts: 5000 };
  const { model, fit } = suitOptions(short);
  assertEquals(model, { embedDropout: 0, wordDropout: 0, rareDropout: 0.5 });
  const withoutRare = { embedDropout: 0, wordDropout: 0 };
  assertEquals(suitOptions({ ...short, types: 30_000 }).model, withoutRare);
  assertEquals(suitOptions({ ...short, areSubwords: true }).model, withoutRare);
  assertEquals(fit, { epochs: 30, selectBy: "loss", learningRate: 0.004 });
  const { fit: other } = suitOptions(short, { optimizer: "sgd", given: new Set(["optimizer"]) });
  assertEquals([other.learningRate, other.optimizer], [2, "sgd"]); // Twice the usual rate.
  assertEquals(suitOptions(short, { hasVectors: true }).fit, { epochs: 30, selectBy: "loss" });
});

/** Describes a choice of which all options but those in `given` are kept. */
function describe({ plan = {}, model, fit, describe }: ReturnType<typeof suitOptions>, given: string[] = []): unknown {
  const names = Object.keys({ ...plan, ...model, ...fit });
  return describe(new Set(names.filter((name) => !given.includes(name))));
}

const LONG = { ...FEW, tokens: 1_150_000, longText: 600, types: 45_000 };

Deno.test("long texts are convolved and truncated, and words that occur once dropped from a large vocabulary", () => {
  const suited = suitOptions(LONG);
  const convolution = { conv: 3, filters: 64, convPool: 4 };
  const model400 = { ...convolution, embedDropout: 0, wordDropout: 0, maxTokens: 400 };
  assertEquals([suited.plan, suited.model], [{ minCount: 2 }, model400]);
  assertEquals(suited.fit, { epochs: 5, selectBy: "loss", learningRate: 0.003, lazy: true });
  assertEquals(
    describe(suited),
    "Chosen for 2,500 texts of up to 600 words (95 %), 45,000 words, of which those that occur once are dropped, " +
      "longer texts truncated to 400 tokens, a convolution of 64 filters over 3 words, pooled by 4, no word dropped, " +
      "a learning rate of 0.003, at most 5 epochs, words outside a batch left alone, kept by validation loss.",
  );
});

Deno.test("a convolution that is given has the filters and the pooling of the library, not of the chosen one", () => {
  const given = new Set(["conv"]);
  assertEquals(suitOptions(LONG, { given }).model, { embedDropout: 0, wordDropout: 0, maxTokens: 400 });
  const letters = { inputDropout: 0.1, embedDropout: 0 };
  assertEquals(suitOptions({ ...FEW, areSymbols: true }, { given }).model, letters);
});

Deno.test("the loss does not judge epochs if a text may have several labels, or without validation texts", () => {
  assertEquals(suitOptions(FEW, { multiLabel: true }).fit, { epochs: 30 });
  assertEquals(suitOptions(FEW, { hasValidation: false }).fit, { epochs: 30 });
});

Deno.test("where a script has no spaces, characters are tokens", () => {
  const texts = ["今天天气很好 ok", "สวัสดี", "too bad"].map((text) => ({ text, label: "x" }));
  assertEquals(areUnspaced(texts), true);
  assertEquals(areUnspaced(texts.slice(2)), false);
  const facts = measureTexts(texts.slice(0, 2), false, { areCharacters: true });
  assertEquals([facts.tokens, facts.types, facts.areCharacters], [15, 13, true]);
  const suited = suitOptions({ ...FEW, areCharacters: true });
  assertEquals(suited.plan, { tokenizer: "char" });
  assertMatch(
    String(describe(suited)),
    /of up to 19 characters \(95 %\), each character a token, since there are no spaces between words,/,
  );
});

Deno.test("texts without spaces are measured by letters or characters, whatever the tokenizer is", async () => {
  const suit = async (text: string, alphabet: "dna" | null, given: Partial<LabelledPlan>) => {
    const train = Array.from({ length: 40 }, (_, i) => ({ text, label: `${i % 2}` }));
    const sequences = { alphabet, window: alphabet && text.length };
    const plan = complete(LABELLED_PLAN, { data: "x", ...given }, "read");
    const found = (await CLASSIFIER_PROGRAM.suit!(plan, { corpus: { train }, files: [], sequences }, {
      ...{ plan: given, model: {}, fit: {} },
    }))!;
    const { learningRate } = found.fit;
    return [found.plan, found.model, learningRate, /up to (.*?) \(/.exec(found.describe(new Set(["epochs"]))!)![1]];
  };
  const [dna, chinese] = ["ACGTTGCA".repeat(20), "今天天气很好我们出去玩吧大家都来"];
  const letters = { conv: 8, convPool: 3, inputDropout: 0.1, embedDropout: 0, poolRegions: 9 };
  assertEquals(await suit(dna, "dna", {}), [{}, letters, 0.001, "160 letters"]);
  assertEquals(await suit(dna, "dna", { tokenizer: "bpe" }), [{}, {}, undefined, "160 letters"]);
  assertEquals(await suit(chinese, null, {}), [{ tokenizer: "char" }, {}, undefined, "16 characters"]);
  for (const given of [{ tokenizer: "bpe" }, { tokenizer: "char" }]) {
    assertEquals(await suit(chinese, null, given), [{}, {}, undefined, "16 characters"]);
  }
  assertEquals(await suit(chinese, null, { vectors: "v.txt" }), [{}, {}, undefined, "16 characters"]);
});

Deno.test("the characters of names and formulas are tokens, unless a tokenizer is given", () => {
  const of = (...texts: string[]) => texts.map((text, i) => ({ text, label: `${i % 2}` }));
  const names = of(...Array(19).fill("Kowalska"), "Di Stefano", "Ng");
  assertEquals(suitedOptions(names).tokenizer, "char");
  assertMatch(suitedOptions(names).description!, /of up to 8 characters \(95 %\), each character a token/);
  assertEquals(suitedOptions([...names, ...of("de Vries")]).tokenizer, "word");
  assertEquals(suitedOptions(of("ok", "bad")).tokenizer, "word"); // Too short to be more than words.
  // Letters that are asked for are convolved, as those of sequences are.
  const { tokenizer, model } = suitedOptions(names, { tokenizer: "char" });
  assertEquals([tokenizer, model.conv], ["char", 8]);
});

Deno.test("suitedOptions leaves out no option and describes those that are not given", () => {
  const train = Array.from({ length: 40 }, (_, i) => ({ text: "ACGTTGCA".repeat(20), label: `${i % 2}` }));
  const { tokenizer, model, fit, description } = suitedOptions(train, { alphabet: "dna", given: ["learningRate"] });
  assertEquals([tokenizer, model.conv, model.poolRegions, fit.learningRate], ["char", 8, 9, 0.001]);
  assertEquals(/a convolution over 8 letters/.test(description!) && !/learning rate/.test(description!), true);
  assertThrows(() => suitedOptions([]), RangeError, "choose options: expected at least 1 text, found none");
  const unknown = { vectors: true } as object;
  assertThrows(() => suitedOptions(train, unknown), TypeError, 'unknown option "vectors"');
});

Deno.test("the line about the choice speaks of tokens where letters or characters are counted but not read", () => {
  const chinese = { ...LONG, areCharacters: true };
  for (const start of [{ given: new Set(["tokenizer"]) }, { hasVectors: true }]) {
    assertMatch(
      String(describe(suitOptions(chinese, start))),
      /up to 600 characters .* over 3 tokens, pooled by 4, no token dropped, .* tokens outside a batch left alone,/,
    );
  }
  assertMatch(String(describe(suitOptions(chinese))), /over 3 characters, .* characters outside a batch/);
  assertMatch(
    String(
      describe(suitOptions({ ...FEW, texts: 5000, areCharacters: true }, { given: new Set(["tokenizer"]) }), [
        "embedDropout",
      ]),
    ),
    /no token replaced by the unknown token/,
  );
  const dna = { ...FEW, tokens: 6_000_000, areSymbols: true, areSubwords: true };
  assertMatch(String(describe(suitOptions(dna))), /up to 19 letters .* tokens outside a batch left alone\.$/);
});

Deno.test("the line about the choice has all that is kept, and nothing else", () => {
  assertEquals(
    describe(suitOptions(LONG), ["minCount", "epochs", "conv", "filters", "convPool", "learningRate", "lazy"]),
    "Chosen for 2,500 texts of up to 600 words (95 %), longer texts truncated to 400 tokens, no word dropped, " +
      "kept by validation loss.",
  );
  assertEquals(
    describe(suitOptions({ ...FEW, texts: 5000 }), ["embedDropout"]),
    "Chosen for 5,000 texts of up to 19 words (95 %), no word replaced by the unknown token but half " +
      "of those that occur once, a learning rate of 0.004, at most 30 epochs, kept by validation loss.",
  );
  assertEquals(
    describe(suitOptions({ ...FEW, longText: 81, areSymbols: true })),
    "Chosen for 2,500 texts of up to 81 letters (95 %), a convolution over 8 letters, pooled by 3, " +
      "an input dropout of 0.1, no letter dropped from a whole batch, a learning rate of 0.001, " +
      "at most 30 epochs, kept by validation loss.",
  );
  assertEquals(
    describe(suitOptions({ ...FEW, tokens: 6_000_000, texts: 300_000 })),
    "Chosen for 300,000 texts of up to 19 words (95 %), at most 4 epochs, no adversarial training, batches of 50, " +
      "words outside a batch left alone.",
  );
  assertEquals(suitOptions(FEW).describe(new Set()), undefined);
});
