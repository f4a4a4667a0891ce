import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { quoted } from "../../../cli/invocation.ts";
import {
  feedCommand,
  filesUnder,
  inTempDir,
  jsonLines,
  type Outcome,
  outcomeOf,
  runCommand,
  runCommandIn,
  startCommand,
} from "../../support/command.ts";

const WORDS = ["one", "two", "three", "four", "five", "six"];
const ZAHLEN = ["eins", "zwei", "drei", "vier", "fünf", "sechs"];

/** Makes distinct pairs of one to three number words. */
const PAIRS = Array.from({ length: 6 + 36 + 216 }, (_, i) => {
  const digits = i < 6 ? [i] : i < 42 ? [Math.floor((i - 6) / 6), i % 6] : [
    Math.floor((i - 42) / 36),
    Math.floor(i / 6) % 6,
    i % 6,
  ];
  return { source: digits.map((d) => WORDS[d]).join(" "), target: digits.map((d) => ZAHLEN[d]).join(" ") };
});

const SMALL = [
  ...["--embed", "12", "--hidden", "24", "--epochs", "3", "--lr", "0.01", "--batch-tokens", "200"],
  ...["--tokenizer", "word", "--threads", "1"],
];

/** Makes a directory with sentence pairs as files. */
async function inPlace(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const write = (name: string, lines: string[]): void =>
      Deno.writeTextFileSync(`${directory}/${name}`, lines.join("\n") + "\n");
    write("en", PAIRS.map(({ source }) => source));
    write("de", PAIRS.map(({ target }) => target));
    write("test.en", PAIRS.slice(0, 20).map(({ source }) => source));
    write("test.de", PAIRS.slice(0, 20).map(({ target }) => target));
    write("pairs.tsv", [...PAIRS.map(({ source, target }) => `${source}\t${target}`), "\tleer", "empty\t"]);
    await body(directory);
  });
}

Deno.test("train-translation, translate and evaluate work end to end on files", async () => {
  await inPlace(async (directory) => {
    const model = `${directory}/model`;
    const [en, de] = [`${directory}/test.en`, `${directory}/test.de`];
    const files = ["--src", `${directory}/en`, "--tgt", `${directory}/de`, "--test-src", en, "--test-tgt", de];
    const trained = await runCommand("train-translation", ...files, ...SMALL, "--out", model, "--json");
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stderr, "warning: 20 test sentences are also in the training or validation data");
    const events = jsonLines(trained.stdout);
    const kinds = events.map(({ event }) => event).filter((event) => event !== "step");
    assertEquals(kinds, ["data", "epoch", "epoch", "epoch", "done"]);
    assertEquals([events[0].train, events[0].valid, events[0].test], [232, 26, 20]);
    const done = events.at(-1)!;
    for (const name of ["valid_bleu", "test_bleu", "test_chrf", "test_loss", "seconds", "padded_share"]) {
      assert(typeof done[name] === "number" && Number.isFinite(done[name]), name);
    }
    assertMatch(done.bleu_signature as string, /^nrefs:1\|case:mixed\|eff:no\|tok:13a\|smooth:exp\|/);

    const measured = await runCommand("evaluate", "--model", model, "--src", en, "--tgt", de, "--json");
    const [figures] = jsonLines(measured.stdout);
    assertEquals([figures.bleu, figures.chrf, figures.loss], [done.test_bleu, done.test_chrf, done.test_loss]);
    assertEquals(figures.table, undefined);
    const shown = await runCommand("evaluate", "--model", model, "--data", `${directory}/pairs.tsv`, "--beam", "1");
    const [table, ...rest] = shown.stdout.split("\n");
    assertMatch(
      table,
      /pairs\.tsv: 260 pairs \(tsv, columns 1 and 2, first row read as data; --header if it is one\)\.$/,
    );
    assertMatch(rest.join("\n"), /^BLEU [\d.]+, chrF [\d.]+, exact match [\d.]+ %, .*\nBLEU\|nrefs:1.*\n260 sentences/);
    assertStringIncludes(shown.stderr, "2 pairs with an empty side count for BLEU and chrF, not for the loss");

    const alone = await runCommand("translate", "--model", model, "two three");
    assertEquals([alone.code, alone.stdout.split("\n").length], [0, 2], alone.stderr);
    const lines = await feedCommand("two three\n\ntwo three\r\n", "translate", "--model", model);
    assertEquals(lines.stdout, `${alone.stdout}\n${alone.stdout}`);
    assertStringIncludes(lines.stderr, "warning: 1 empty sentence stays empty");
    const several = await runCommand("translate", "--model", `${model},${model}`, "two three", "--n-best", "3");
    assertMatch(several.stdout, /^(-\d+\.\d{4}\t.*\n){3}\n$/);
    assertEquals(several.stdout.split("\n")[0].split("\t")[1], alone.stdout.trim());
    const [json] = jsonLines((await runCommand("translate", "--model", model, "--json", "two zwölf")).stdout);
    assertEquals([json.source, json.unknown], ["two zwölf", ["zwölf"]]);
    const svg = `${directory}/attention.svg`;
    const draw = (file: string, task?: string): Promise<Outcome> =>
      outcomeOf(startCommand(["translate", "--model", model, "--attention", file, "two three"], undefined, { task }));
    // A task that may write.
    const drawn = await draw(svg, "train-translation");
    assertEquals([drawn.code, drawn.stdout, drawn.stderr], [0, alone.stdout, `Saved the drawing to ${svg}.\n`]);
    assertMatch(Deno.readTextFileSync(svg), /^<svg .*>two<.*>three<.*<\/svg>\n$/s);
    assertEquals((await draw("-")).stdout, Deno.readTextFileSync(svg));
    const spaced = `${directory}/the attention.svg`;
    const refused = await draw(spaced);
    const remedy = `use --attention - > ${quoted(spaced)}, or run deno with --allow-write=${directory}`;
    const message = `error: --attention ${spaced}: expected permission to write it, found none; ${remedy}\n`;
    assertEquals([refused.code, refused.stdout, refused.stderr], [2, "", message]);
    await Deno.writeTextFile(svg, "mine");
    const again = await draw(svg, "train-translation");
    assertStringIncludes(again.stderr, `Moved the existing file ${svg} to ${svg}.1.`);
    assertEquals(Deno.readTextFileSync(`${svg}.1`), "mine");
  });
});

Deno.test("train-translation says how many epochs, which batches and which average the number of pairs gives", async () => {
  await inPlace(async (directory) => {
    const args = [
      "train-translation",
      "--data",
      `${directory}/pairs.tsv`,
      "--out",
      `${directory}/m`,
      "--max-steps",
      "1",
    ];
    const { stdout } = await runCommand(...args, "--embed", "4", "--hidden", "4", "--threads", "1");
    assertStringIncludes(stdout, "\nFor 234 training pairs: 40 epochs, batches of 100 tokens, averaging 0.9145.\n");
    const { settings } = JSON.parse(await Deno.readTextFile(`${directory}/m/training_state.json`));
    assertEquals([settings.epochs, settings.batchTokens, settings.averaging], [40, 100, 0.9145]);
    const resumed = await runCommand("train-translation", "--resume", `${directory}/m`);
    assertStringIncludes(
      resumed.stdout,
      "\nFor 234 training pairs: 40 epochs, batches of 100 tokens, averaging 0.9145.\n",
    );
  });
});

Deno.test("a translator's run can be resumed, but not with other options", async () => {
  await inPlace(async (directory) => {
    const [model, whole] = [`${directory}/model`, `${directory}/whole`];
    const args = [
      "--data",
      `${directory}/pairs.tsv`,
      ...SMALL,
      "--average-last",
      "2",
      "--schedule",
      "constant",
      "--quiet",
    ];
    const first = await runCommand("train-translation", ...args.slice(0, -1), "--out", whole);
    assertStringIncludes(first.stdout, "2 training pairs with an empty side skipped.");
    assertEquals((await runCommand("train-translation", ...args, "--out", model, "--max-steps", "9")).code, 0);
    const before = filesUnder(model);
    for (
      const [option, value, message] of [
        ["--hidden", "9", "--hidden: expected 24, as in the resumed run, found 9"],
        ["--batch-tokens", "9", "--batch-tokens: expected 200, as in the resumed run, found 9"],
        ["--cell", "gru", "--cell: expected lstm, as in the resumed run, found gru"],
        ["--joint", "", "--joint: expected a run that began with this option, found one that began without it"],
      ]
    ) {
      const own = value === "" ? [option] : [option, value];
      const refused = await runCommand("train-translation", "--resume", model, ...own);
      assertEquals([refused.code, refused.stderr], [2, `error: ${message}\n`]);
    }
    const sides = ["--src", `${directory}/none`, "--tgt", `${directory}/none`];
    const elsewhere = await runCommand("train-translation", "--resume", model, ...sides);
    assertEquals([elsewhere.code, elsewhere.stderr], [
      2,
      "error: --src: expected --data as in the resumed run, found another source\n",
    ]);
    assertEquals(filesUnder(model), before);
    const same = ["--max-steps", "1000", "--seed", "1", "--cell", "lstm", "--tokenizer", "word", "--quiet"];
    const resumed = await runCommand("train-translation", "--resume", model, ...same);
    assertEquals(resumed.code, 0, resumed.stderr);
    const weights = (path: string): Uint8Array | undefined => filesUnder(path).get("model.safetensors");
    assertEquals(weights(model), weights(whole));
  });
});

Deno.test("invalid command lines print one line of error", async () => {
  await inPlace(async (directory) => {
    const model = `${directory}/model`;
    const [en, de] = ["--src", `${directory}/en`];
    const tiny = ["--data", `${directory}/pairs.tsv`, ...SMALL, "--max-steps", "1", "--quiet"];
    assertEquals((await runCommand("train-translation", ...tiny, "--out", model)).code, 0);
    for (
      const [code, message, ...args] of [
        [2, "--src: expected --tgt with it, found none", "train-translation", en, de],
        [
          2,
          "--data: expected this option or --src, found both",
          "train-translation",
          en,
          de,
          "--tgt",
          de,
          "--data",
          de,
        ],
        [2, "--test-src: expected --test-tgt with it", "train-translation", "--test-src", de],
        [
          2,
          "--from: expected this option or --data, which exclude each other, found both",
          "train-translation",
          "--data",
          `${directory}/pairs.tsv`,
          "--from",
          "en",
        ],
        [2, "--tokenizer: expected bpe, unigram, word, char or a file", "train-translation", "--tokenizer", "other"],
        [
          2,
          "--averaging: expected this option or --average-last",
          "train-translation",
          "--average-last",
          "3",
          "--averaging",
          "0.9",
        ],
        [1, 'expected a locale that this runtime knows, found "xx"', "train-translation", "--to", "xx"],
        [1, 'expected a locale that this runtime knows, found "en_US"', "train-translation", "--from", "en_US"],
        [1, "found 258 and 20", "train-translation", en, de, "--tgt", `${directory}/test.de`],
        [
          1,
          "en: expected a tab between source and target on each line, found none; set --delimiter for another character",
          "train-translation",
          "--data",
          `${directory}/en`,
        ],
        [
          2,
          '--beam: expected a whole number of at least 1 and at most 1000, found "0"',
          "translate",
          "--model",
          model,
          "--beam",
          "0",
          "a",
        ],
        [2, "--n-best: expected at most the beam, 5, found 9", "translate", "--model", model, "--n-best", "9", "a"],
        [2, "--attention: expected one sentence", "translate", "--model", model, "--attention", "x.svg", "a", "b"],
        [2, "--model: expected a model's directory", "translate", "a"],
        [2, "--model: expected directories separated by commas", "translate", "--model", `${model},`, "a"],
        [
          2,
          "--beam: expected a whole number of at least 1 and at most 1000",
          "translate",
          "--model",
          model,
          "--beam",
          "1001",
          "a",
        ],
        [2, "--valid-src: expected --valid-tgt with it", "train-translation", "--resume", model, "--valid-src", de],
        [1, "expected a sentence and a model with attention", "translate", "--model", model, "--attention", "-", ""],
        [2, "--src: expected --tgt with it", "evaluate", "--model", model, en, de],
        [
          2,
          "--format: expected a classifier with it, found a translator",
          "evaluate",
          "--model",
          model,
          "--data",
          de,
          "--format",
          "csv",
        ],
      ] as [number, string, ...string[]][]
    ) {
      const refused = await runCommandIn(directory, ...args);
      assertEquals(refused.code, code, `${args.join(" ")}: ${refused.stderr}`);
      assertStringIncludes(refused.stderr, message);
      assertEquals(refused.stderr.trimEnd().split("\n").length, 1, refused.stderr);
    }
  });
});

Deno.test("validation and test sentences may contain characters that the training sentences lack", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = [`${directory}/pairs.tsv`, `${directory}/model`];
    const lines = Array.from({ length: 30 }, (_, i) => `a ${i}\tb ${i}`);
    Deno.writeTextFileSync(data, [...lines, "x?\ty!"].join("\n"));
    Deno.writeTextFileSync(`${directory}/test.en`, "Ω\n\na\n");
    Deno.writeTextFileSync(`${directory}/test.de`, "Ψ\nb\nb\n");
    const size = [
      "--tokenizer",
      "char",
      "--embed",
      "4",
      "--hidden",
      "8",
      "--max-steps",
      "1",
      "--valid-fraction",
      "0.5",
    ];
    const test = ["--test-src", `${directory}/test.en`, "--test-tgt", `${directory}/test.de`, "--out", model];
    const { code, stderr, stdout } = await runCommand("train-translation", "--data", data, ...size, ...test);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "1 test pair with an empty side counts for BLEU and chrF, not for the loss.");
    const answered = await feedCommand("a 1\nΩ 2\na 3\n", "translate", "--model", model, "--beam", "1");
    assertEquals([answered.code, answered.stdout.split("\n").length], [0, 4], answered.stderr);
    assertStringIncludes(answered.stderr, 'warning: never seen in training: "Ω"');
  });
});

Deno.test("without files, train-translation generates phrases in two languages", async () => {
  await inTempDir(async (directory) => {
    const size = ["--max-steps", "2", "--hidden", "16", "--embed", "8", "--threads", "1", "--schedule", "constant"];
    const args = ["--from", "en", "--to", "de", "--tokenizer", "char", ...size];
    const { code, stdout, stderr } = await runCommand("train-translation", ...args, "--out", `${directory}/model`);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "Phrases in English and German from this runtime's own data.");
    assertMatch(stdout, /Test BLEU [\d.]+, chrF [\d.]+, exact match [\d.]+ %/);
    const same = ["--from", "en", "--to", "de", "--max-steps", "3", "--quiet"];
    assertEquals((await runCommand("train-translation", "--resume", `${directory}/model`, ...same)).code, 0);
  });
});
