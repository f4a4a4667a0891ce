import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel } from "../../../mod.ts";
import { encodeSafetensors } from "../../../src/formats/mod.ts";
import { parameterArrays } from "../../../src/nn/mod.ts";
import { safetensorsFiles } from "../../../tasks/exchange/mod.ts";
import goldens from "../../goldens/pytorch/models.json" with { type: "json" };
import { runCommandIn } from "../../support/command.ts";

const ARGS = ["import", "--from", "lm.pt", "--task", "language-modeling", "--tokenizer", "tokenizer.json"];

/** Runs a test in a folder with a checkpoint of PyTorch and a tokenizer. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const bytes = Uint8Array.from(atob(goldens.tied_word_language_model.bytes), (character) => character.charCodeAt(0));
    await Deno.writeFile(`${folder}/lm.pt`, bytes);
    await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(CharTokenizer.train("abcdefghijkl")));
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("import says what it did and saves a model that generates, and keeps an older one", async () => {
  await inFolder(async (folder) => {
    const { code, stdout, stderr } = await runCommandIn(folder, ...ARGS, "--out", "my model");
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "Read lm.pt: PyTorch, 11 tensors; removed from the names: module.\n");
    assertStringIncludes(stdout, "encoder.weight [12, 5] -> embedding.weight\n");
    assertMatch(
      stdout,
      /Network: cell lstm, layers 2, hidden size 5, .*, tied\nSaved to my model\. Try it: .*generate --model 'my model'\n/,
    );
    const found = await runCommandIn(folder, "generate", "abc", "--model", "my model", "--max-tokens", "4");
    assertEquals(found.code, 0);
    const again = await runCommandIn(folder, ...ARGS, "--out", "my model");
    assertStringIncludes(again.stdout, "Moved the existing model in my model to my model");
  });
});

Deno.test("import --dry-run saves nothing, and --json prints one object", async () => {
  await inFolder(async (folder) => {
    const { code, stdout } = await runCommandIn(folder, ...ARGS, "--dry-run");
    assertEquals(code, 0);
    assertStringIncludes(stdout, "Nothing is saved, since --dry-run is given.");
    const { stdout: json } = await runCommandIn(folder, ...ARGS, "--dry-run", "--json");
    assertEquals(JSON.parse(json).config.tied, true);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["lm.pt", "tokenizer.json"]);
  });
});

Deno.test("import takes labels without the space around them", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/texts.pt`,
      Uint8Array.from(atob(goldens.classifier.bytes), (character) => character.charCodeAt(0)),
    );
    const args = [...ARGS.with(2, "texts.pt").with(4, "classification"), "--dry-run", "--json"];
    const { stdout } = await runCommandIn(folder, ...args, "--labels", "neg, pos ,none");
    assertEquals(JSON.parse(stdout).config.labels, ["neg", "pos", "none"]);
    for (const labels of ["neg, ,pos", "neg, pos,neg"]) {
      const { code, stderr } = await runCommandIn(folder, ...args, "--labels", labels);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "at least 2 different labels");
    }
  });
});

Deno.test("import names what is wrong in one line", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/short.pt`, (await Deno.readFile(`${folder}/lm.pt`)).slice(0, 500));
    await Deno.writeTextFile(`${folder}/small.json`, JSON.stringify(CharTokenizer.train("abc")));
    const cases: [string[], number, string][] = [
      [ARGS.slice(0, 1), 2, "--from: expected a file to import, found none"],
      [ARGS.slice(0, 3), 2, "--task: expected one of language-modeling, classification, found none"],
      [ARGS, 2, "--out: expected a directory for the model, found none"],
      [[...ARGS, "--out", "x", "--labels", "a,b"], 2, "--labels: expected --task classification"],
      [[...ARGS, "--out", "x", "--map", "a"], 2, "--map: expected THEIRS=OURS"],
      [[...ARGS, "--dry-run", "--map", "a=b"], 1, "expected --map to name a tensor of the file, found a"],
      [[...ARGS.with(2, "none.pt"), "--dry-run"], 1, "read none.pt: expected a file, found none"],
      [[...ARGS.with(2, "short.pt"), "--dry-run"], 1, "read short.pt: expected a zip archive, found no list of files"],
      [[...ARGS.with(6, "small.json"), "--dry-run"], 1, "expected a tokenizer of 12 tokens"],
      [[...ARGS.with(2, "tokenizer.json"), "--dry-run"], 1, "expected an index with a weight_map"],
    ];
    for (const [args, code, message] of cases) {
      const found = await runCommandIn(folder, ...args);
      assertEquals([found.code, found.stderr.trim().split("\n").length], [code, 1]);
      assertStringIncludes(found.stderr, message);
    }
  });
});

Deno.test("import takes over what an export in safetensors says about its model", async () => {
  await inFolder(async (folder) => {
    const tokenizer = CharTokenizer.train("abcdefghijkl");
    const sizes = { tokenizer, cell: "chogru", embed: 3, hidden: 4 } as const;
    const labels = ["x", "y", "z"];
    const options = { pooling: "mean", multiLabel: true, labels, members: 1, wide: false } as const;
    const models = {
      "language-modeling": LanguageModel.create(sizes),
      classification: Classifier.create({ ...sizes, ...options }),
    };
    for (const [task, model] of Object.entries(models)) {
      const [file] = safetensorsFiles(model);
      await Deno.writeFile(`${folder}/${file.name}`, file.stream());
      const args = ["import", "--from", file.name, "--tokenizer", "tokenizer.json", "--dry-run", "--json", "--task"];
      const { code, stdout, stderr } = await runCommandIn(folder, ...args, task);
      assertEquals(code, 0, stderr);
      const { cell, ...config } = JSON.parse(stdout).config;
      assertEquals(cell, "chogru");
      if (task === "classification") {
        assertEquals([config.labels, config.pooling, config.multiLabel], [labels, "mean", true]);
      }
      const other = task === "classification" ? "language-modeling" : "classification";
      const wrong = await runCommandIn(folder, ...args, other);
      assertStringIncludes(wrong.stderr, `--task: expected ${task}, as ${file.name} says, found ${other}`);
    }
    const foreign = { task: "classification", config: "configs/lstm.yaml" };
    const arrays = parameterArrays(models["language-modeling"].network);
    await Deno.writeFile(`${folder}/foreign.safetensors`, encodeSafetensors(arrays, foreign));
    const args = ARGS.with(2, "foreign.safetensors");
    assertEquals((await runCommandIn(folder, ...args, "--dry-run")).code, 0);
  });
});
