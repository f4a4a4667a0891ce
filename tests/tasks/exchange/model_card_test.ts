import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { TASKS } from "../../../tasks/mod.ts";
import { cardOf, readCard, runCard } from "../../../tasks/task_model/model_card.ts";
import { modelCard } from "../../../tasks/exchange/mod.ts";

const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), embed: 4, hidden: 8 });

Deno.test("a card has the license, the task, the sizes, the data, the figures and the command", () => {
  const card = modelCard(model, {
    name: "hamlet",
    data: "The play, 1603",
    figures: { "validation loss": 1.5 },
    language: "en, la",
    command: "elman train-lm --data hamlet.txt",
  });
  const [empty, matter, body] = card.split("---\n");
  assertEquals(empty, "");
  assertStringIncludes(
    matter,
    'license: "unknown"\nlanguage:\n- "en"\n- "la"\nlibrary_name: elman\npipeline_tag: text-generation\ntags:\n- elman\n',
  );
  assertStringIncludes(matter, 'type: "validation_loss"\n      name: "validation loss"\n      value: 1.5\n');
  assertStringIncludes(body, "| hidden | 8 |");
  assertStringIncludes(body, "## Data\n\nThe play, 1603");
  assertStringIncludes(body, "elman train-lm --data hamlet.txt");
  assertStringIncludes(body, "elman generate --model .");
});

Deno.test("a card says nothing of what is not known", () => {
  const card = modelCard(model);
  for (const absent of ["## Data", "## Figures", "## Training", "model-index"]) assert(!card.includes(absent), absent);
});

Deno.test("texts cannot leave their place, and figures are finite", () => {
  assertStringIncludes(modelCard(model, { name: "a|b <i>" }), "# a\\|b \\<i\\>");
  assertThrows(() => modelCard(model, { license: "mit\ntags: x" }), RangeError, "expected texts of one line");
  assertThrows(() => modelCard(model, { figures: { loss: NaN } }), RangeError, "expected a finite loss, found NaN");
});

Deno.test("a run's card has the numbers of its best measurement, and the texts of its notes", () => {
  const noted = { data: "a.txt", command: "two\nlines", license: 5, figures: { x: 1 } };
  const measured = {
    objective: 0.5,
    loss: 2,
    validLoss: 1,
    macroF1: 0.5,
    wordErrors: 0.25,
    calibration: [1],
    bleu: null,
  };
  assertEquals(runCard({ card: noted }, measured), {
    data: "a.txt",
    figures: { "validation loss": 1, "validation macro F1": 0.5, "validation word errors": 0.25 },
  });
  for (const card of [null, "text", 5, []]) assertEquals(runCard({ card }), {});
  const before = { name: "mine", license: "mit", data: "b.txt", command: "b" };
  assertEquals(runCard({}, undefined, before), { name: "mine", license: "mit" });
  const figures = { x: 1, y: "2", "a\nb": 3, z: null };
  assertEquals(readCard({ license: "mit", other: "x", figures }), { license: "mit", figures: { x: 1 } });
});

Deno.test("the card of every task names the command that uses its models", () => {
  for (const { name, verb } of TASKS) {
    const card = cardOf({ task: { name, noun: "model" }, config: {}, network: model.network });
    assertStringIncludes(card, `elman ${verb} --model .`);
  }
});

Deno.test("training writes a card with its figures, which an edit protects, and loading ignores it", async () => {
  const directory = await Deno.makeTempDir();
  const text = "to be or not to be ".repeat(40);
  const make = () => LanguageModel.create({ tokenizer: CharTokenizer.train(text), cell: "rnn", embed: 2, hidden: 4 });
  const options = { batch: 2, bptt: 8, epochs: 2, directory, notes: { card: { license: "mit", data: "Hamlet" } } };
  const data = { train: text, valid: text };
  try {
    const { best } = await make().fit(data, options);
    const path = `${directory}/README.md`;
    const card = await Deno.readTextFile(path);
    assertStringIncludes(card, 'license: "mit"');
    assertStringIncludes(card, "## Data\n\nHamlet\n");
    assertStringIncludes(card, `| validation loss | ${best!.validLoss} |`);
    const loaded = await LanguageModel.load(directory);
    await loaded.fit(data, { resume: directory });
    assertEquals(await Deno.readTextFile(path), card, "a resumed run writes the same card");
    await Deno.writeTextFile(path, "Mine.");
    await loaded.fit(data, { resume: directory, epochs: 3 });
    await (await LanguageModel.load(directory)).save(directory);
    assertEquals(await Deno.readTextFile(path), "Mine.");
    await Deno.remove(path);
    await LanguageModel.load(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a model that is loaded and saved elsewhere keeps its card", async () => {
  const folder = await Deno.makeTempDir();
  const text = "to be or not to be ".repeat(40);
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), cell: "rnn", embed: 2, hidden: 4 });
  const notes = { card: { license: "mit", data: "Hamlet", command: "elman train-lm" } };
  try {
    await model.fit({ train: text, valid: text }, { batch: 2, bptt: 8, epochs: 1, notes });
    await model.save(`${folder}/a`);
    const card = await Deno.readTextFile(`${folder}/a/README.md`);
    for (const part of ['license: "mit"', "## Data\n\nHamlet\n", "elman train-lm", "| validation loss |"]) {
      assertStringIncludes(card, part);
    }
    const loaded = await LanguageModel.load(`${folder}/a`);
    await loaded.save(`${folder}/b`);
    await LanguageModel.fromBytes(loaded.toBytes()).save(`${folder}/c`);
    for (const other of ["b", "c"]) assertEquals(await Deno.readTextFile(`${folder}/${other}/README.md`), card);
    assertEquals(modelCard(loaded) + "\n", card.slice(0, card.lastIndexOf("\n", card.length - 2) + 1));
    await loaded.fit({ train: text }, { batch: 2, bptt: 8, epochs: 1 });
    assertEquals(Object.keys(loaded.card), ["license"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
