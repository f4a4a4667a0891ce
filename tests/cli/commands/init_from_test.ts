// train-lm goes on from a language model.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { babble, filesUnder, inTempDir, jsonLines, type Outcome, runCommandIn } from "../../support/command.ts";

const SMALL = ["--batch", "2", "--bptt", "8", "--threads", "1"];
const FRENCH = "où est le cat ? le chat est là\n".repeat(20);

/** Runs `body` in a directory with an English and a French text, and a model of the English one. */
async function withModel(
  options: string[],
  body: (train: (...args: string[]) => Promise<Outcome>, directory: string) => Promise<void>,
): Promise<void> {
  await inTempDir(async (directory) => {
    Deno.writeTextFileSync(`${directory}/old.txt`, babble(500));
    Deno.writeTextFileSync(`${directory}/new.txt`, FRENCH);
    const train = (...args: string[]) => runCommandIn(directory, "train-lm", ...args, ...SMALL);
    const first = ["--cell", "gru", "--hidden", "5", "--embed", "4", "--max-steps", "4", "--quiet", "--out", "old"];
    const { code, stderr } = await train("--data", "old.txt", ...first, ...options);
    assertEquals(code, 0, stderr);
    const before = filesUnder(`${directory}/old`);
    await body(train, directory);
    assertEquals(filesUnder(`${directory}/old`), before, "the model that others start from has changed");
  });
}

const START = ["--data", "new.txt", "--init-from", "old"];

function symbolsOf(directory: string): string[] {
  return Object.keys(JSON.parse(Deno.readTextFileSync(`${directory}/tokenizer.json`)).model.vocab);
}

Deno.test("--init-from refuses new characters with a count, --extend-vocab adds them, and the run resumes alone", async () => {
  await withModel([], async (train, directory) => {
    const refused = await train(...START, "--out", "no");
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "init from old: expected the 14 symbols in the vocabulary, found 4 others (");
    assertStringIncludes(refused.stderr, "; --extend-vocab adds them\n");

    const added = [...START, "--extend-vocab", "--dropout", "0.2", "--hidden", "5", "--schedule", "constant"];
    const started = await train(...added, "--epochs", "1", "--out", "new");
    assertEquals(started.code, 0, started.stderr);
    assertStringIncludes(started.stdout, 'Starting from old with 4 new symbols: "?", "l", "à", "ù".\n');
    const old = symbolsOf(`${directory}/old`);
    assertEquals(symbolsOf(`${directory}/new`).slice(0, old.length), old);
    const config = JSON.parse(Deno.readTextFileSync(`${directory}/new/config.json`));
    assertEquals([config.vocabSize, config.dropout, config.cell], [old.length + 4, 0.2, "gru"]);
    const { notes } = JSON.parse(Deno.readTextFileSync(`${directory}/new/training_state.json`));
    assertEquals([notes.plan.data.initFrom, notes.plan.data.extendVocab], ["old", true]);
    const card = Deno.readTextFileSync(`${directory}/new/README.md`);
    const [, ...command] = /elman (train-lm .*)/.exec(card)![1].split(" ");
    const again = await runCommandIn(directory, "train-lm", ...command, "--out", "again", "--threads", "1");
    assertEquals(again.code, 0, again.stderr);
    assertEquals(
      Deno.readFileSync(`${directory}/again/model.safetensors`),
      Deno.readFileSync(`${directory}/new/model.safetensors`),
    );

    const whole = await train(...added, "--epochs", "2", "--out", "whole", "--quiet");
    assertEquals(whole.code, 0, whole.stderr);
    Deno.renameSync(`${directory}/old`, `${directory}/gone`);
    const resumed = await train("--resume", "new", "--epochs", "2", "--quiet");
    Deno.renameSync(`${directory}/gone`, `${directory}/old`);
    assertEquals(resumed.code, 0, resumed.stderr);
    const weights = (name: string): Uint8Array => Deno.readFileSync(`${directory}/${name}/model.safetensors`);
    assertEquals(weights("new"), weights("whole"));
  });
});

Deno.test("a word model reads new words as <unk> and says how many, or adds those that the limits permit", async () => {
  await withModel(["--tokenizer", "word"], async (train, directory) => {
    const plain = await train(...START, "--max-steps", "2", "--json", "--out", "plain");
    assertEquals(plain.code, 0, plain.stderr);
    const [{ event, init_from, new_symbols, unknown_symbols, unknown_share }] = jsonLines(plain.stdout);
    assertEquals([event, init_from, new_symbols, unknown_symbols], ["data", "old", 0, 6]);
    assert(Math.abs(unknown_share as number - 8 / 9) < 0.01, `${unknown_share}`);

    const limits = ["--extend-vocab", "--vocab-size", "14", "--min-count", "2"];
    const limited = await train(...START, ...limits, "--max-steps", "2", "--out", "limited");
    assertEquals(limited.code, 0, limited.stderr);
    assertStringIncludes(limited.stdout, 'Starting from old with 2 new symbols: "est", "le".\n');
    assertStringIncludes(limited.stdout, "4 different ones, are outside the vocabulary and are read as <unk>.\n");
    assertEquals(symbolsOf(`${directory}/limited`).length, 14);
  });
});

Deno.test("a tokenizer with an unknown token that cannot be extended says how many tokens stand for unknown symbols", async () => {
  await withModel(["--tokenizer", "wordpiece", "--vocab-size", "60"], async (train) => {
    const told = await train(...START, "--max-steps", "1", "--out", "told");
    assertEquals(told.code, 0, told.stderr);
    assertMatch(
      told.stdout,
      /^Starting from old\.\n[\d.]+ % of the tokens, \d+, stand for symbols outside the vocabulary\.$/m,
    );
    const { stdout } = await train(...START, "--max-steps", "1", "--json", "--out", "json");
    const [{ new_symbols, unknown_tokens, unknown_share }] = jsonLines(stdout) as Record<string, number>[];
    assert(new_symbols === 0 && unknown_tokens >= 40 && unknown_share > 0.1 && unknown_share < 1, stdout);
    const refused = await train(...START, "--extend-vocab");
    assertStringIncludes(refused.stderr, "of characters or words for --extend-vocab, found wordpiece\n");
  });
});

Deno.test("an option may repeat what the model to start from has, and is judged beside the model's others", async () => {
  const softmax = ["--cutoffs", "5"];
  await withModel(["--tokenizer", "word", "--softmax", "adaptive", ...softmax], async (train) => {
    const { code, stderr } = await train(...START, ...softmax, "--max-steps", "1", "--quiet", "--out", "new");
    assertEquals(code, 0, stderr);
    const idle = await train(...START, "--softmax-samples", "3");
    assertStringIncludes(idle.stderr, "--softmax-samples: expected --softmax exact with it, found adaptive");
  });
});

Deno.test("--init-from refuses what contradicts the model, and a place inside it", async () => {
  await withModel(["--tokenizer", "byte"], async (train) => {
    const cases: [args: string[], code: number, message: string][] = [
      [["--layers", "2"], 1, "init from old: expected no other layers than that of the language model, 1, found 2"],
      [["--tied"], 1, "expected no other tied than that of the language model, false, found true"],
      [["--tokenizer", "byte"], 2, "--tokenizer: expected this option or --init-from, which exclude each other"],
      [["--init-range", "0.1"], 2, "--init-range: expected this option or --init-from, which exclude each other"],
      [["--vocab-size", "99"], 1, "init from old: expected --extend-vocab with --vocab-size"],
      [
        ["--extend-vocab"],
        1,
        "expected a vocabulary of characters or words for --extend-vocab, found byte, " +
        "whose tokens are made for any text",
      ],
      [
        ["--document-separator", "?"],
        1,
        "init from old: expected running text, as the model is trained on, found documents",
      ],
      [["--out", "old"], 1, "--out old: expected a place outside the model of --init-from, found old"],
      [["--out", "old/new"], 1, "--out old/new: expected a place outside the model of --init-from"],
    ];
    for (const [args, code, message] of cases) {
      const refused = await train(...START, ...args);
      assertEquals([refused.code, refused.stderr.includes(message)], [code, true], `${args}: ${refused.stderr}`);
      assertEquals(refused.stderr.trim().split("\n").length, 1);
    }
    const alone = await train("--data", "new.txt", "--extend-vocab");
    assertStringIncludes(alone.stderr, "--extend-vocab: expected --init-from with it, found none");
    const preset = await train(
      ...START,
      "--preset",
      "zaremba-medium",
      "--max-steps",
      "1",
      "--quiet",
      "--out",
      "preset",
    );
    assertEquals(preset.code, 0, preset.stderr);
  });
});
