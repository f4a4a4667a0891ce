import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, encodeText, LanguageModel, splitText, WordTokenizer } from "../../../mod.ts";
import type { TextSource, TokenIds } from "../../../tasks/mod.ts";
import { fingerprintOf } from "../../../tasks/language_modeling/corpus.ts";
import {
  encodeTexts,
  readCorpus,
  TEXT_PLAN,
  type TextPlan,
  trainTokenizer,
} from "../../../tasks/language_modeling/text_plan.ts";
import { complete } from "../../../src/schema/mod.ts";
import { babble, filesUnder, inTempDir } from "../../support/command.ts";

const text = babble(6000).replaceAll("dog", "dög").replaceAll("mat", "m🙂t");

const planOf = (given: Partial<TextPlan>): TextPlan => complete(TEXT_PLAN, given, "read");

/** Runs `body` with a temporary file that holds the text. */
async function withFile(text: string, body: (data: string, directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, text);
    await body(`${directory}/text.txt`, directory);
  });
}

async function readAll(ids: TokenIds): Promise<number[]> {
  const all: number[] = [];
  while (all.length < ids.length) all.push(...(await ids.block(all.length)).ids);
  return all;
}

for (const kind of ["char", "word", "byte"] as const) {
  Deno.test(`a file, in memory or not, gives the same ids, split and training as a string: ${kind}`, async () => {
    await withFile(text, async (data, directory) => {
      const options = planOf({ data, tokenizer: kind, validFraction: 0.05, testFraction: 0.03 });
      const { corpus: texts } = await readCorpus(options);
      const tokenizer = await trainTokenizer(options, texts);
      const strings = splitText(text, { validFraction: 0.05, testFraction: 0.03, atLines: kind === "word" });
      const trained = kind === "char" ? CharTokenizer.train(text) : WordTokenizer.train(strings.train);
      if (kind !== "byte") assertEquals(JSON.stringify(tokenizer), JSON.stringify(trained));

      const fit = async (
        corpus: Parameters<LanguageModel["fit"]>[0],
        name: string,
      ): Promise<Map<string, Uint8Array>> => {
        const model = LanguageModel.create({ tokenizer, hidden: 6, embed: 4, dropout: 0.2 });
        const settings = { batch: 3, bptt: 16, maxSteps: 12, directory: `${directory}/${name}` };
        const { directory: _directory, ...asked } = settings;
        await model.checkFit(corpus, asked);
        await Array.fromAsync(model.fit(corpus, settings));
        return filesUnder(settings.directory);
      };
      const expected = await fit(strings, "strings");
      const fingerprints = new Set<number>();
      for (const heldLength of [0, Infinity]) {
        const corpus = await encodeTexts(texts, tokenizer, { heldLength, blockLength: 70 });
        for (const part of ["train", "valid", "test"] as const) {
          assertEquals(await readAll(corpus[part]!), [...tokenizer.encode(strings[part]!)]);
          assertEquals(corpus[part]!.characters, [...strings[part]!].length);
        }
        fingerprints.add(await fingerprintOf(corpus));
        assertEquals(await fit(corpus, `${heldLength}`), expected);
      }
      assertEquals(fingerprints.size, 1);
    });
  });
}

Deno.test("vocabulary limits apply to a file as to a string", async () => {
  await withFile(text, async (data) => {
    const plan = planOf({ data, tokenizer: "char", validFraction: 0, minCount: 300, vocabSize: 9 });
    const { corpus: texts } = await readCorpus(plan);
    const limits = { minCount: 300, vocabSize: 9, unknown: true };
    const tokenizer = await trainTokenizer(plan, texts);
    assertEquals(JSON.stringify(tokenizer), JSON.stringify(CharTokenizer.train(text, limits)));
    assertEquals(tokenizer.size, 9);
  });
});

Deno.test("a character tokenizer is trained on all texts", async () => {
  await withFile("abcabc", async (data, directory) => {
    const files = { valid: `${directory}/valid.txt`, test: `${directory}/test.txt` };
    await Deno.writeTextFile(files.valid, "dd");
    await Deno.writeTextFile(files.test, "é");
    const { corpus: texts } = await readCorpus(planOf({ data, ...files, tokenizer: "char" }));
    assertEquals((await trainTokenizer(planOf({}), texts) as CharTokenizer).vocabulary.symbols, [..."abcdé"]);
  });
});

Deno.test("a text with only one distinct symbol is refused at any length", async () => {
  const texts = {
    char: ["a", "🙂".repeat(40_000), "a".repeat(70_000)],
    byte: ["aaa"],
    word: ["one", " one\n", "x".repeat(70_000)],
  };
  for (const [kind, singles] of Object.entries(texts) as ["char" | "byte" | "word", string[]][]) {
    for (const train of singles) {
      const [first] = train;
      const message = `at least 2 different symbols, found only ${JSON.stringify(first)}`;
      await assertRejects(() => trainTokenizer(planOf({ tokenizer: kind }), { train }), RangeError, message);
      assert((await trainTokenizer(planOf({ tokenizer: kind }), { train: `${train} b` })).size >= 2);
    }
  }
});

Deno.test("training stops if its file changes", async () => {
  // More than is read from a file at a time.
  await withFile(babble(140_000), async (data) => {
    const { corpus: texts } = await readCorpus(planOf({ data }));
    const tokenizer = await trainTokenizer(planOf({}), texts);
    const ids = await encodeText(texts.train as TextSource, tokenizer, { heldLength: 0, blockLength: 16 });
    const model = LanguageModel.create({ tokenizer, hidden: 4 });
    const run = async (): Promise<void> => {
      for await (const _ of model.fit({ train: ids }, { batch: 2, bptt: 64 })) await Deno.utime(data, 1e9, 1e9);
    };
    await assertRejects(run, RangeError, "expected the file to stay the same");
  });
});
