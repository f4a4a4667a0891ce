// Defaults are declared once: the documentation states the actual ones, and the command line has the same.

import { assert, assertEquals } from "@std/assert";
import { CharTokenizer, Classifier, labelsOf, LanguageModel, Translator, treebankTokenizer } from "../../mod.ts";
import { readLabelledTexts } from "../../tasks/data/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import type { Field } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS } from "../../src/train/mod.ts";
import { MODEL as CLASSIFIER, SETTINGS as CLASSIFIER_SETTINGS } from "../../tasks/classification/hyperparameters.ts";
import { measureTexts, suitOptions } from "../../tasks/classification/suited_options.ts";
import { GENERATION } from "../../tasks/language_modeling/generation_options.ts";
import {
  MODEL as LANGUAGE_MODEL,
  SETTINGS as LANGUAGE_SETTINGS,
} from "../../tasks/language_modeling/hyperparameters.ts";
import { MODEL as TRANSLATOR, SETTINGS as TRANSLATOR_SETTINGS } from "../../tasks/translation/hyperparameters.ts";
import { SEARCH } from "../../tasks/translation/search_options.ts";
import { babble, inTempDir, runCommand } from "../support/command.ts";

type Declarations = Readonly<Record<string, Field>>;

/**
 * The defaults that the docstrings of a file's interfaces state, by property; the last one if a property occurs more
 * than once.
 */
async function documented(path: string): Promise<Map<string, string>> {
  const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  const properties = text.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*readonly (\w+):/g);
  return new Map(Array.from(properties, ([, comment, name]) => {
    const words = comment.replace(/\s*\n\s*\*\s*/g, " ");
    return [name, words.match(/Default: (.*)/)?.[1].replace(/\.\s*$/, "") ?? ""];
  }));
}

/** The values mentioned in a sentence. */
function valuesIn(sentence: string): unknown[] {
  const plain = sentence.replaceAll(/(\d),(?=\d{3})/g, "$1");
  return Array.from(plain.matchAll(/"[^"]*"|-?\d+(?:\.\d+)?|\b(?:true|false|null|none)\b/g), ([word]) => {
    return word === "none" ? [] : JSON.parse(word);
  });
}

/** The default of a field. */
function defaultOf({ default: value }: Field, others: Record<string, unknown>): unknown {
  return typeof value === "function" ? value(others) : value;
}

const FILES: [path: string, declarations: Declarations][] = [
  ["src/train/settings.ts", TRAIN_SETTINGS],
  ["tasks/language_modeling/hyperparameters.ts", LANGUAGE_MODEL],
  ["tasks/language_modeling/hyperparameters.ts", LANGUAGE_SETTINGS],
  ["tasks/language_modeling/generation_options.ts", GENERATION],
  ["tasks/classification/hyperparameters.ts", CLASSIFIER],
  ["tasks/classification/hyperparameters.ts", CLASSIFIER_SETTINGS],
  ["tasks/translation/hyperparameters.ts", TRANSLATOR],
  ["tasks/translation/hyperparameters.ts", TRANSLATOR_SETTINGS],
  ["tasks/translation/search_options.ts", SEARCH],
];

for (const [path, declarations] of FILES) {
  Deno.test(`${path} documents the defaults of ${Object.keys(declarations).length} fields`, async () => {
    const own = ["sequence_fields.ts", "convolution_fields.ts", "multi_label/fields.ts"].map((file) =>
      `tasks/classification/${file}`
    );
    const sources = ["src/train/settings.ts", ...own, "tasks/language_modeling/sampling_options.ts", path];
    const sentences = new Map((await Promise.all(sources.map(documented))).flatMap((found) => [...found]));
    const values: Record<string, unknown> = { optimizer: "adam", beginning: "scratch", joint: true };
    for (const [name, field] of Object.entries(declarations)) {
      values[name] = defaultOf(field, values);
      const sentence = sentences.get(name);
      assert(sentence !== undefined, `${name} is not documented`);
      if (field.option === false || /^(?:half|true if)/.test(sentence)) continue;
      const found = valuesIn(sentence);
      assert(
        found.some((value) => JSON.stringify(value) === JSON.stringify(values[name])),
        `${name}: expected a default of ${JSON.stringify(values[name])}, found ${JSON.stringify(sentence)}`,
      );
    }
  });
}

const PAGES: [page: string, declarations: Declarations][] = [
  ["docs/classification.md", { ...CLASSIFIER, ...CLASSIFIER_SETTINGS }],
  ["docs/translation.md", { ...TRANSLATOR, ...TRANSLATOR_SETTINGS }],
];

for (const [page, declarations] of PAGES) {
  Deno.test(`the table of defaults of ${page} has the declared ones`, async () => {
    const text = await Deno.readTextFile(new URL(`../../${page}`, import.meta.url));
    const cells = Array.from(
      text.matchAll(/\| `(\w+)` +\| ("\w+"|[\d.]+) +(?=\|)/g),
      ([, name, value]) => [name, value],
    );
    const values: Record<string, unknown> = { optimizer: "adam", beginning: "scratch", joint: true };
    for (const [name, field] of Object.entries(declarations)) values[name] = defaultOf(field, values);
    assertEquals(cells.length, 14);
    assertEquals(cells, cells.map(([name]) => [name, JSON.stringify(values[name])]));
  });
}

/** The configuration, without the model's card, and the training settings saved in a model directory. */
async function kept(directory: string): Promise<[config: unknown, settings: unknown]> {
  const [config, state] = await Promise.all(
    ["config.json", "training_state.json"].map(async (name) =>
      JSON.parse(await Deno.readTextFile(`${directory}/${name}`))
    ),
  );
  const { card: _, ...choices } = config;
  return [choices, state.settings];
}

/** Trains for one step with the command line and with the library, and checks that models and settings agree. */
async function assertSameDefaults(
  args: (directory: string) => Promise<string[]>,
  train: (directory: string, ofCommand: string) => Promise<unknown>,
): Promise<void> {
  await inTempDir(async (directory) => {
    const [ofCommand, ofLibrary] = [`${directory}/command`, `${directory}/library`];
    const { code, stderr } = await runCommand(...await args(directory), "--out", ofCommand, "--max-steps", "1");
    assertEquals(code, 0, stderr);
    await train(ofLibrary, ofCommand);
    assertEquals(await kept(ofCommand), await kept(ofLibrary));
  });
}

Deno.test("train-lm and LanguageModel have the same defaults", async () => {
  const text = babble(4000);
  await assertSameDefaults(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, text);
    return ["train-lm", "--data", `${directory}/text.txt`];
  }, async (directory) => {
    const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text) });
    await lm.fit(text, { directory, maxSteps: 1 });
  });
});

Deno.test("train-classifier and Classifier have the same defaults but for those that follow from the data", async () => {
  const lines = generateReviews(60).map(({ text, label }) => `${label} ${text}\n`).join("");
  await inTempDir(async (files) => {
    const [train, valid] = [`${files}/train.txt`, `${files}/valid.txt`];
    await Deno.writeTextFile(train, lines);
    await Deno.writeTextFile(valid, lines);
    await assertSameDefaults(
      () => Promise.resolve(["train-classifier", "--data", train, "--valid", valid]),
      async (directory) => {
        const { texts } = await readLabelledTexts(train);
        const tokenizer = treebankTokenizer(texts.map(({ text }) => text));
        const suited = suitOptions(measureTexts(texts, false));
        const model = Classifier.create({ tokenizer, labels: labelsOf(texts), ...suited.model });
        await model.fit({ train: texts, valid: texts }, { directory, maxSteps: 1, ...suited.fit });
      },
    );
  });
});

Deno.test("train-translation and Translator have the same defaults", async () => {
  const pairs = Array.from({ length: 24 }, (_, i) => ({ source: `no ${i}`, target: `nein ${i}` }));
  await inTempDir(async (files) => {
    const [source, target] = [`${files}/source.txt`, `${files}/target.txt`];
    await Deno.writeTextFile(source, pairs.map(({ source }) => `${source}\n`).join(""));
    await Deno.writeTextFile(target, pairs.map(({ target }) => `${target}\n`).join(""));
    const sides = ["--src", source, "--tgt", target, "--valid-src", source, "--valid-tgt", target];
    await assertSameDefaults(
      () => Promise.resolve(["train-translation", ...sides, "--tokenizer", "char"]),
      async (directory, ofCommand) => {
        const { sourceTokenizer, targetTokenizer } = await Translator.load(ofCommand);
        const model = Translator.create({ sourceTokenizer, targetTokenizer });
        await model.fit({ train: pairs, valid: pairs }, { directory, maxSteps: 1 });
      },
    );
  });
});
