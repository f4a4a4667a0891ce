import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel, Translator } from "../../../mod.ts";
import { feedCommand, inTempDir, type Outcome, pipeCommand, runCommandIn } from "../../support/command.ts";

const tokenizer = CharTokenizer.train("The jury said, and so on.\n");

/** Makes a directory whose `models/` holds a model of each task; `new` is the newest language model. */
async function inPlace(
  body: (run: (...args: string[]) => Promise<Outcome>, directory: string) => Promise<void>,
): Promise<void> {
  await inTempDir(async (directory) => {
    const at = (name: string): string => `${directory}/models/${name}`;
    for (const [name, seed] of [["old", 1], ["new", 2]] as const) {
      await LanguageModel.create({ tokenizer, hidden: 4, embed: 4, seed }).save(at(name));
    }
    await Classifier.create({ tokenizer, labels: ["x", "y"], hidden: 4, embed: 4 }).save(at("c"));
    await Translator.create({ sourceTokenizer: tokenizer, hidden: 4, embed: 4 }).save(at("t"));
    await Deno.mkdir(at("empty"));
    await Deno.utime(`${at("old")}/config.json`, 1e9, 1e9);
    await body((...args) => runCommandIn(directory, ...args), directory);
  });
}

Deno.test("without --model, a command uses the newest model of its kind in models/ and names it", async () => {
  await inPlace(async (run) => {
    const found = await run("generate", "The jury said", "--seed", "1", "--max-tokens", "9");
    assertEquals([found.code, found.stderr], [0, "Using models/new.\n"]);
    const named = await run("generate", "The jury said", "--seed", "1", "--max-tokens", "9", "--model", "models/new");
    assertEquals(named, { ...found, stderr: "" });
    assertMatch(found.stdout, /^The jury said/);
    assertEquals(
      (await run("generate", "--prompt", "The jury said", "--seed", "1", "--max-tokens", "9")).stdout,
      found.stdout,
    );
    assertMatch((await run("classify", "so")).stdout, /^[xy]\t/);
    assertEquals((await run("translate", "so")).code, 0);
    assertEquals((await run("generate", "so", "--json")).stderr, "");
  });
});

Deno.test("a wrong or missing model is an error that names the command for it or for training one", async () => {
  await inPlace(async (run, directory) => {
    const cases = [
      ["generate", "models/c", "expected a language model, found a classifier; use deno task classify instead"],
      ["classify", "models/t", "expected a classifier, found a translator; use deno task translate instead"],
      ["translate", "models/new", "expected a translator, found a language model; use deno task generate instead"],
    ];
    for (const [command, model, words] of cases) {
      const { code, stderr } = await run(command, "--model", model, "so");
      assertEquals([code, stderr.trim().split("\n").length], [2, 1], stderr);
      assertStringIncludes(stderr, words);
    }
    await Deno.remove(`${directory}/models`, { recursive: true });
    for (
      const [command, training] of [["generate", "train-lm"], ["classify", "train-sentiment"], [
        "translate",
        "train-translation",
      ]]
    ) {
      const { code, stderr } = await run(command, "so");
      assertEquals(code, 2);
      assertStringIncludes(
        stderr,
        `--model: expected a model's directory, found none, nor one in models/; train one with deno task ${training}`,
      );
    }
  });
});

Deno.test("without --model, evaluate uses the newest model of any kind", async () => {
  await inPlace(async (run, directory) => {
    await Deno.writeTextFile(`${directory}/other.txt`, "The jury said so.");
    for (const name of ["new", "c", "t"]) await Deno.utime(`${directory}/models/${name}/config.json`, 1e9, 1e9);
    await Deno.utime(`${directory}/models/old/config.json`, 2e9, 2e9);
    const found = await run("evaluate", "--data", "other.txt");
    assertEquals([found.code, found.stderr], [0, "Using models/old.\n"]);
    assertMatch(found.stdout, /perplexity/);
    await Deno.utime(`${directory}/models/c/config.json`, 3e9, 3e9);
    const foreign = await run("evaluate", "--src", "other.txt", "--tgt", "other.txt");
    const message = "error: --src: expected a translator with it, found a classifier\n";
    assertEquals([foreign.code, foreign.stderr], [2, `Using models/c.\n${message}`]);
    await Deno.remove(`${directory}/models`, { recursive: true });
    const none = await run("evaluate", "--data", "other.txt");
    assertEquals(none.code, 2);
    assertStringIncludes(none.stderr, "--model: expected a model's directory, found none, nor one in models/; ");
    assertStringIncludes(none.stderr, "; train one with deno task train-lm or another command that trains\n");
  });
});

Deno.test("every command names a missing model directory in one line", async () => {
  await inPlace(async (run, directory) => {
    await Deno.writeTextFile(`${directory}/other.txt`, "The jury said so.");
    const cases = [
      ["models near it: models/old, models/new", "generate", "--model", "nold"],
      ["a model near it: models/c", "classify", "--model", "nold", "so"],
      ["a model near it: models/t", "translate", "--model", "models/t,nold", "so"],
      ["models near it: models/old, models/new, models/c", "evaluate", "--model", "nold", "--data", "other.txt"],
      ["models near it: models/old, models/new", "train-lm", "--resume", "nold"],
    ];
    for (const [near, ...args] of cases) {
      const { code, stderr } = await run(...args);
      const option = args.includes("--resume") ? "resume" : "model";
      const message = `error: --${option}: expected a model's directory, found none at nold`;
      assertEquals([code, stderr], [1, `${message}; ${near}\n`]);
    }
    const wrong = [
      ["models", "a directory without config.json", "models near it: models/old, models/new"],
      ["models/c/config.json", "a file", "models near it: models/new, models/old"],
    ];
    for (const [path, found, hint] of wrong) {
      const { code, stderr } = await run("generate", "--model", path);
      const message = `error: --model: expected a model's directory, found ${found} at ${path}; ${hint}\n`;
      assertEquals([code, stderr], [1, message]);
    }
  });
});

Deno.test("a model's directory without --model in front is an error that suggests the option", async () => {
  await inPlace(async (run) => {
    const texts = [["generate", "models/new"], ["classify", "models/c"], ["translate", "so", "models/t"]];
    for (const args of texts) {
      const { code, stderr } = await run(...args);
      const found = `expected a text, found a model's directory, "${args.at(-1)}"; did you mean --model ${
        args.at(-1)
      }?`;
      assertEquals([code, stderr], [2, `error: ${found}\n`]);
    }
    const evaluation = await run("evaluate", "models/new");
    const found = 'expected options only, found "models/new"; did you mean --model models/new?';
    assertEquals([evaluation.code, evaluation.stderr], [2, `error: ${found}\n`]);
    const named = await run("generate", "--model", "models/new", "models/new");
    assertEquals(named.stderr.includes("did you mean"), false);
    assertStringIncludes((await run("evaluate", "models/empty")).stderr, "did you mean --data models/empty?");
  });
});

Deno.test("resuming a run of another command is an error that names the right command", async () => {
  await inPlace(async (run) => {
    const cases = [
      ["train-lm", "models/c", "found a classifier; use deno task train-classifier to resume it"],
      ["train-sentiment", "models/t", "found a translator; use deno task train-translation to resume it"],
      ["train-translation", "models/new", "found a language model; use deno task train-lm to resume it"],
    ];
    for (const [command, directory, words] of cases) {
      const { code, stderr } = await run(command, "--resume", directory);
      assertEquals([code, stderr], [2, `error: --resume ${directory}: expected a run of ${command}, ${words}\n`]);
    }
  });
});

Deno.test("- for standard input cannot be combined with texts", async () => {
  await inPlace(async (run) => {
    for (const command of ["classify", "translate"]) {
      const { code, stderr } = await run(command, "so", "-");
      assertEquals([code, stderr], [2, "error: expected texts or -, found both\n"]);
    }
  });
});

Deno.test("generate accepts one prompt: the operand, --prompt or standard input", async () => {
  await inPlace(async (run, directory) => {
    const own = ["--model", `${directory}/models/new`, "--seed", "1", "--max-tokens", "5"];
    const expected = (await run("generate", "The jury", ...own)).stdout;
    assertEquals((await pipeCommand("The jury\n", "generate", ...own)).stdout, expected);
    assertEquals((await feedCommand("The jury", "generate", "-", ...own)).stdout, expected);
    assertEquals((await pipeCommand("not read", "generate", "The jury", ...own)).stdout, expected);
    const both = await run("generate", "The", "--prompt", "jury", ...own);
    assertEquals([both.code, both.stderr], [2, "error: --prompt: expected this option or the operand, found both\n"]);
    const two = await run("generate", "The", "jury", ...own);
    assertEquals([two.code, two.stderr], [2, "error: expected one prompt, found 2; quote it as a whole\n"]);
  });
});
