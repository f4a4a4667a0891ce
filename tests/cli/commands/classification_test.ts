import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import {
  feedCommand,
  filesUnder,
  inTempDir,
  jsonLines,
  runCommand,
  runCommandIn,
  startCommand,
} from "../../support/command.ts";

const REVIEWS = generateReviews(300);
const SMALL = ["--embed", "8", "--hidden", "8", "--epochs", "2", "--lr", "0.01", "--threads", "1"];

/** Makes a directory with the reviews as files of several formats. */
async function inPlace(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const write = (name: string, text: string): void => Deno.writeTextFileSync(`${directory}/${name}`, text);
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    write("train.csv", "text,label\n" + REVIEWS.map(({ text, label }) => `${quote(text)},${label}\n`).join(""));
    write(
      "test.tsv",
      "sentence\tlabel\n" + REVIEWS.slice(0, 50).map(({ text, label }) => `${text}\t${label}\n`).join(""),
    );
    await body(directory);
  });
}

Deno.test("train-sentiment, classify and evaluate work end to end on files", async () => {
  await inPlace(async (directory) => {
    const model = `${directory}/model`;
    const args = ["--data", `${directory}/train.csv`, "--test", `${directory}/test.tsv`, "--out", model, "--calibrate"];
    const trained = await runCommand("train-sentiment", ...args, ...SMALL, "--json");
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stderr, "warning: 50 test texts are also in the training or validation data");
    const events = jsonLines(trained.stdout);
    assertEquals(events.map(({ event }) => event).filter((event) => event !== "step"), [
      "data",
      "epoch",
      "epoch",
      "done",
    ]);
    const { files, warnings, ...data } = events[0];
    assertEquals((files as { format: string }[]).map(({ format }) => format), ["csv", "tsv"]);
    assertEquals([data.train, data.valid, data.test, data.labels], [270, 30, 50, ["negative", "positive"]]);
    assertEquals((warnings as string[]).length, 1);
    assertMatch(String(data.suited), /^Chosen for 270 texts of up to \d+ words/);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${model}/training_state.json`)).notes.suited, data.suited);
    const done = events.at(-1)!;
    for (const name of ["valid_accuracy", "test_accuracy", "test_macro_f1", "seconds", "padded_share", "temperature"]) {
      assert(typeof done[name] === "number" && Number.isFinite(done[name]), name);
    }
    assertEquals(done.beats_linear, (done.test_accuracy as number) > (done.test_linear as number));

    const evaluated = await runCommand("evaluate", "--model", model, "--data", `${directory}/test.tsv`, "--json");
    const [figures] = jsonLines(evaluated.stdout);
    assertEquals([figures.accuracy, figures.macro_f1], [done.test_accuracy, done.test_macro_f1]);
    assertEquals((figures.confusion as number[][]).flat().reduce((a, b) => a + b), 50);
    const shown = await runCommand("evaluate", "--model", model, "--data", `${directory}/test.tsv`);
    assertMatch(
      shown.stdout,
      /test\.tsv: 50 texts \(tsv, columns sentence and label, first row read as a header; --no-header if it is data\): negative \d+, positive \d+\./,
    );
    assertMatch(shown.stdout, /label +precision +recall +F1 +texts\nnegative /);
    assertMatch(shown.stdout, /true \\ predicted +negative +positive\n/);

    const text = "I loved this film, and the acting was superb.";
    const alone = await runCommand("classify", "--model", model, text);
    assertMatch(alone.stdout, /^(positive|negative)\t\1 0\.\d{4}\t(positive|negative) 0\.\d{4}\n$/);
    assertEquals(await feedCommand("", "classify", "--model", model), { code: 0, stdout: "", stderr: "" });
    const lines = await feedCommand(`\uFEFF${text}\n\n${text}\r\n`, "classify", "--model", model);
    assertEquals(lines.stdout, `${alone.stdout}\n${alone.stdout}`);
    assertStringIncludes(lines.stderr, "warning: 1 text without words has no label");
    const json = jsonLines((await feedCommand(`\uFEFF${text}\r\n\n`, "classify", "--model", model, "--json")).stdout);
    assertEquals([json[0].text, json[1]], [text, { text: "", label: null, confidence: null, probabilities: null }]);
    const tsv = (await runCommand("classify", "--model", model, "--tsv", text, "+", "--", "--dull")).stdout.split("\n");
    assertEquals(tsv.map((line) => line.split("\t").length), [5, 5, 5, 5, 1]);
    assertEquals(tsv[0], "label\tconfidence\tnegative\tpositive\ttext");
    assertEquals(tsv[3].split("\t")[4], "--dull");
    const explained = await runCommand("classify", "--model", model, "--explain", "--by", "attention", text);
    assertMatch(explained.stdout, /^(positive|negative)\t.*\n {2}\S+ \+0\.\d{3}, /);
    const [words] = jsonLines((await runCommand("classify", "--model", model, "--explain", "--json", text)).stdout);
    assertEquals((words.words as { word: string }[]).map(({ word }) => word).slice(0, 3), ["I", "loved", "this"]);
  });
});

Deno.test("a classifier's run can be resumed, but not with other options", async () => {
  await inPlace(async (directory) => {
    const [model, whole] = [`${directory}/model`, `${directory}/whole`];
    const args = ["--data", `${directory}/train.csv`, ...SMALL, "--json"];
    assertEquals((await runCommand("train-sentiment", ...args, "--out", whole)).code, 0);
    assertEquals((await runCommand("train-sentiment", ...args, "--out", model, "--max-steps", "7")).code, 0);
    const before = filesUnder(model);
    for (
      const [option, value, message] of [
        ["--hidden", "9", "--hidden: expected 8, as in the resumed run, found 9"],
        ["--clip", "0.5", "--clip: expected 1, as in the resumed run, found 0.5"],
        ["--valid-fraction", "0.5", "--valid-fraction: expected 0.1"],
        ["--data", `${directory}/test.tsv`, "expected the texts of the run that is resumed"],
      ]
    ) {
      const refused = await runCommand("train-sentiment", "--resume", model, option, value);
      assertEquals([refused.code, refused.stderr.split("\n").filter((line) => !line.startsWith("warning")).length], [
        2,
        2,
      ]);
      assertStringIncludes(refused.stderr, message);
    }
    assertEquals(filesUnder(model), before);
    const resumed = await runCommand(
      "train-sentiment",
      "--resume",
      model,
      "--cell",
      "lstm",
      "--max-steps",
      "1000",
      "--json",
    );
    assertEquals(resumed.code, 0, resumed.stderr);
    const weights = (path: string): Uint8Array | undefined => filesUnder(path).get("model.safetensors");
    assertEquals(weights(model), weights(whole));
    const again = await runCommand("train-sentiment", ...args, "--out", model, "--json");
    assertEquals(again.code, 2, "an option given twice");
    assertEquals((await runCommand("train-sentiment", ...args, "--out", model)).code, 0);
    assertEquals(weights(`${model}.1`), weights(whole), "the old model is moved aside");
  });
});

Deno.test("a classifier can be initialized from a language model and from word vectors", async () => {
  await inPlace(async (directory) => {
    Deno.writeTextFileSync(`${directory}/text.txt`, REVIEWS.map(({ text }) => text + "\n").join(""));
    const lm = [
      "--data",
      `${directory}/text.txt`,
      "--tokenizer",
      "word",
      "--embed",
      "6",
      "--hidden",
      "7",
      "--out",
      `${directory}/lm`,
    ];
    assertEquals(
      (await runCommand("train-lm", ...lm, "--epochs", "1", "--batch", "4", "--bptt", "16", "--quiet")).code,
      0,
    );
    const data = ["--data", `${directory}/train.csv`, "--json", "--epochs", "2"];
    const started = await runCommand(
      "train-sentiment",
      ...data,
      "--init-from",
      `${directory}/lm`,
      "--out",
      `${directory}/a`,
    );
    assertEquals(started.code, 0, started.stderr);
    const config = JSON.parse(Deno.readTextFileSync(`${directory}/a/config.json`));
    assertEquals([config.embed, config.hidden, config.bidirectional, config.task], [6, 7, false, "classification"]);

    Deno.writeTextFileSync(`${directory}/v.vec`, "2 3\nfilm 1 2 3\nzebra 4 5 6\n");
    const vectors = ["--vectors", `${directory}/v.vec`, "--freeze-vectors", "--hidden", "8", "--out", `${directory}/b`];
    const placed = await runCommand("train-sentiment", ...data.filter((arg) => arg !== "--json"), ...vectors);
    assertEquals(placed.code, 0, placed.stderr);
    assertMatch(
      placed.stdout,
      /embedding 3, \d+ symbols, 2 of them with a pretrained vector \(\d\.\d\d % of the text\)/,
    );
  });
});

Deno.test("invalid input prints one line, and nothing is written", async () => {
  await inPlace(async (directory) => {
    const write = (name: string, text: string): string => {
      Deno.writeTextFileSync(`${directory}/${name}`, text);
      return `${directory}/${name}`;
    };
    const [data, out] = [`${directory}/train.csv`, `${directory}/out`];
    const one = write("one.csv", "text,label\na,1\nb,1\n");
    const broken = write("broken.csv", 'text,label\na,1\n"b,0\n');
    const neutral = write("neutral.csv", "text,label\na,positive\nb,neutral\n");
    const cases: [args: string[], code: number, ...words: string[]][] = [
      [["--data", one], 1, one, 'expected texts of at least 2 labels, found "1" only'],
      [["--data", data, "--test", neutral], 1, neutral, "positive, negative", '"neutral" on line 3'],
      [["--data", data, "--valid", neutral], 1, neutral, '"neutral" on line 3'],
      [["--data", broken], 1, broken, "expected a closing quote after the one on line 3, found none"],
      [["--data", data, "--text-column", "x"], 1, 'expected a column "x", found the columns text, label'],
      [["--data", data, "--vectors", write("v.txt", "a 1 2\nb 1\n")], 1, "expected 2 numbers on line 2, found 1"],
      [["--data", data, "--vectors", write("w.txt", "a 1 2\nb 1 nan\n")], 1, 'finite numbers on line 2, found "nan"'],
      [
        ["--data", data, "--vectors", write("u.txt", "a 1 2\n"), "--embed", "3"],
        1,
        "expected vectors of 3 numbers, found 2",
      ],
      [["--data", data, "--init-from", directory], 1, directory],
      [["--data", data, "--init-from", "nothere"], 1, "expected a model's directory, found none at nothere"],
      ...["--hidden", "--embed"].map((option): [string[], number, string] => [
        ["--data", data, "--init-from", directory, option, "3"],
        2,
        `${option}: expected this option or --init-from, which exclude each other, found both`,
      ]),
      [["--data", data, "--freeze-vectors"], 2, "--freeze-vectors: expected --vectors with it"],
      [["--data", data, "--tokenizer", "words"], 2, "--tokenizer: expected word, char"],
      [["--data", data, "--bidirectional", "--unidirectional"], 2, "--unidirectional"],
      [["--data", data, "--pooling", "sum"], 2, "--pooling: expected one of last, mean, max, attention, concat"],
      [["--test", data], 2, "--test: expected --data with it"],
      [["--valid-fraction", "0.2"], 2, "--valid-fraction: expected --data with it"],
      [["--data", data, "--valid-fraction", "0", "--calibrate"], 1, "calibrate: expected validation texts"],
      [
        ["--data", data, "--test", data, "--test-fraction", "0.1"],
        2,
        "--test-fraction: expected this option or --test",
      ],
      [["--data", `${directory}/none.csv`], 1, "expected a file, found none"],
      [
        ["--data", directory],
        1,
        directory,
        "expected a file, found a directory; give one table or one file of labeled lines",
      ],
      [["--data", "https://a.b/c.csv"], 2, "expected a path", "URLs are not read, download the file first"],
      [["--data", data, "extra"], 2, 'expected options only, found "extra"'],
      [["extra"], 2, 'expected options only, found "extra"; did you mean --data extra?'],
    ];
    for (const [args, code, ...words] of cases) {
      const refused = await runCommand("train-sentiment", ...args, "--out", out);
      assertEquals(refused.code, code, `${args}: ${refused.stderr}`);
      for (const word of words) assertStringIncludes(refused.stderr, word);
      assertEquals(refused.stderr.trim().split("\n").length, 1, refused.stderr);
    }
    assertEquals([...Deno.readDirSync(directory)].some(({ name }) => name === "out"), false);
    for (
      const [args, words] of [
        [["classify", "a"], "--model: expected a model's directory, found none"],
        [["classify", "--model", directory, "--json", "--tsv", "a"], "--tsv: expected this option or --json"],
        [["classify", "--model", directory, "--by", "attention", "a"], "--by: expected --explain with it"],
      ] as const
    ) {
      const refused = await runCommandIn(directory, ...args);
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr, words);
    }
    const missing = await runCommand("classify", "--model", `${directory}/none`, "a");
    assertEquals([missing.code, missing.stderr.trim().split("\n").length], [1, 1]);
  });
});

Deno.test("empty and overlong texts are reported", async () => {
  await inPlace(async (directory) => {
    const texts = REVIEWS.slice(0, 40).map(({ text, label }) => `${label} ${text}\n`).join("");
    Deno.writeTextFileSync(`${directory}/lines`, `${texts}positive\nnegative ${"dull ".repeat(2000)}\n`);
    const args = ["--data", `${directory}/lines`, "--valid-fraction", "0.2", ...SMALL, "--max-tokens", "100"];
    const trained = await runCommand("train-sentiment", ...args, "--out", `${directory}/m`);
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stderr, "lines: 1 empty text skipped");
    assertStringIncludes(trained.stderr, "warning: 1 text truncated to the first 100 tokens");
    const long = await feedCommand("dull ".repeat(2000), "classify", "--model", `${directory}/m`);
    assertStringIncludes(long.stderr, "warning: 1 text truncated to the first 100 tokens");
  });
});

Deno.test("tokens may be characters, subwords, or those of a tokenizer file", async () => {
  await inPlace(async (directory) => {
    const args = [
      "--data",
      `${directory}/train.csv`,
      "--tokenizer",
      "char",
      ...SMALL,
      "--out",
      `${directory}/m`,
      "--quiet",
    ];
    assertEquals((await runCommand("train-sentiment", ...args)).code, 0);
    const { stdout } = await runCommand("classify", "--model", `${directory}/m`, "--json", "fine", "Öde 你好");
    for (const { probabilities } of jsonLines(stdout)) {
      assertAlmostEquals(Object.values(probabilities as Record<string, number>).reduce((a, b) => a + b), 1, 1e-12);
    }
  });
});

Deno.test("Ctrl-C finishes the step, saves, and prints how to resume, which gives bit-identical weights", async () => {
  await inPlace(async (directory) => {
    const [model, whole] = [`${directory}/model`, `${directory}/whole`];
    const args = ["train-sentiment", "--data", `${directory}/train.csv`, ...SMALL, "--json", "--log-every", "1"];
    assertEquals((await runCommand(...args, "--out", whole)).code, 0);
    const child = startCommand([...args, "--out", model, "--save-every", "1"]);
    const reader = child.stdout.getReader();
    for (let shown = ""; !shown.includes('"step"');) shown += new TextDecoder().decode((await reader.read()).value);
    child.kill("SIGINT");
    const drained = (async () => {
      while (!(await reader.read()).done);
    })();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drained]);
    assertEquals(code, 130, stderr);
    assertStringIncludes(stderr, `To resume: deno task train-sentiment --resume ${model}`);
    assertEquals((await runCommand("train-sentiment", "--resume", model, "--quiet")).code, 0);
    const weights = (path: string): Uint8Array | undefined => filesUnder(path).get("model.safetensors");
    assertEquals(weights(model), weights(whole));
  });
});

Deno.test("evaluate accepts only the options of the model's task", async () => {
  await inPlace(async (directory) => {
    const model = `${directory}/m`;
    const data = `${directory}/train.csv`;
    const args = ["--data", data, ...SMALL, "--epochs", "1", "--out", model, "--quiet"].filter((arg, i, all) =>
      !(all[i] === "--epochs" && all[i + 1] === "2") && !(all[i - 1] === "--epochs" && arg === "2")
    );
    assertEquals((await runCommand("train-sentiment", ...args)).code, 0);
    const refused = await runCommand("evaluate", "--model", model, "--data", data, "--quantize", "int8");
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "--quantize: expected a language model with it, found a classifier");
    const none = await runCommand("evaluate", "--model", model);
    assertEquals([none.code, none.stderr], [2, "error: --data: expected a file to evaluate on, found none\n"]);
    Deno.writeTextFileSync(`${directory}/other.csv`, "text,label\na,positive\nb,neutral\n");
    const other = await runCommand("evaluate", "--model", model, "--data", `${directory}/other.csv`);
    assertEquals(other.code, 1);
    assertStringIncludes(other.stderr, 'expected the model\'s labels (negative, positive), found "neutral" on line 3');
  });
});

Deno.test("defaults suit small data sets, and a resumed run keeps the given options", async () => {
  await inPlace(async (directory) => {
    const model = `${directory}/m`;
    const own = ["--members", "2", "--hidden", "6", "--embed", "5", "--conv", "3", "--conv-pool", "2"];
    const args = ["--data", `${directory}/train.csv`, "--out", model, ...own, "--quiet"];
    assertEquals((await runCommand("train-sentiment", ...args, "--max-steps", "2")).code, 0);
    const config = JSON.parse(Deno.readTextFileSync(`${model}/config.json`));
    assertEquals([config.members, config.hidden, config.inputDropout], [2, 6, 0.3]);
    assertEquals([config.conv, config.filters, config.convPool], [3, null, 2]);
    const alone = await runCommand("train-sentiment", "--out", `${directory}/alone`, "--filters", "4");
    assertEquals([alone.code, alone.stderr.includes("--filters: expected --conv with it")], [2, true], alone.stderr);
    const { settings } = JSON.parse(Deno.readTextFileSync(`${model}/training_state.json`));
    assertEquals([settings.batch, settings.adversarial, settings.averaging], [25, 0.03, 0.998]);
    assertEquals([settings.epochs, settings.patience, settings.learningRate], [30, 3, 0.004]);
    const same = await runCommand("train-sentiment", "--resume", model, ...own, "--max-steps", "3");
    assertEquals(same.code, 0, same.stderr);
    const other = await runCommand("train-sentiment", "--resume", model, "--members", "3", "--max-steps", "4");
    assertEquals(other.code, 2);
    assertStringIncludes(other.stderr, "--members: expected 2, as in the resumed run, found 3");

    Deno.writeTextFileSync(`${directory}/v.txt`, "film 1 2 3\n");
    const vectors = ["--vectors", `${directory}/v.txt`, "--hidden", "6", "--out", `${directory}/v`, "--quiet"];
    const data = ["--data", `${directory}/train.csv`, "--max-steps", "1"];
    assertEquals((await runCommand("train-sentiment", ...data, ...vectors, "--optimizer", "sgd")).code, 0);
    const state = JSON.parse(Deno.readTextFileSync(`${directory}/v/training_state.json`));
    assertEquals([state.settings.batch, state.settings.averaging, state.settings.learningRate], [50, 0.995, 1]);
  });
});
