import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inTempDir, jsonLines, runCommand } from "../../support/command.ts";
import { LABELS, makeTexts } from "../../tasks/classification/multi_label/made_texts.ts";

const TEXTS = makeTexts(160);
const SMALL = ["--model", "linear", "--threads", "1"];

/** Writes the texts in several formats, and runs the body. */
async function inPlace(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const write = (name: string, lines: string[]): void =>
      Deno.writeTextFileSync(`${directory}/${name}`, lines.map((line) => line + "\n").join(""));
    const fastText = TEXTS.map(({ text, labels }) => [...labels.map((label) => `__label__${label}`), text].join(" "));
    write("train.txt", fastText.slice(0, 120));
    write("test.txt", fastText.slice(120));
    write("train.tsv", [
      "text\ttags",
      ...TEXTS.slice(0, 120).map(({ text, labels }) => `${text}\t${labels.join("; ")}`),
    ]);
    write("single.txt", ["__label__war a soldier", "__label__comedy a joke"]);
    await body(directory);
  });
}

async function succeed(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runCommand(...args);
  assertEquals(code, 0, stderr);
  return { stdout, stderr };
}

Deno.test("train, evaluate and classify with several labels a text, detected in fastText's lines", async () => {
  await inPlace(async (directory) => {
    const [data, test, model] = [`${directory}/train.txt`, `${directory}/test.txt`, `${directory}/model`];
    const trained = await succeed("train-classifier", "--data", data, "--test", test, "--out", model, ...SMALL);
    assertMatch(trained.stdout, /train\.txt: 120 texts \(fasttext\): comedy \d+, romance \d+, war \d+, no label \d+\./);
    assertStringIncludes(trained.stdout, "linear model of n-grams, 3 independent labels");
    assertStringIncludes(
      trained.stdout,
      "Probability from which a text has a label, fitted to the validation texts: comedy ",
    );
    assertMatch(trained.stdout, /For comparison, micro F1 on the test texts: most frequent label 0\.\d{4}\./);
    assertMatch(
      trained.stdout,
      /Test micro F1 (?:0\.9\d{3}|1\.0000) \(95 % interval [01]\.\d{4} to [01]\.\d{4}\), subset accuracy \d+\.\d\d % \(95 % interval .*\), macro F1/,
    );

    const [figures] = jsonLines((await succeed("evaluate", "--model", model, "--data", test, "--json")).stdout);
    assert((figures.micro_f1 as number) > 0.9, `${figures.micro_f1}`);
    assertEquals([figures.confusion, (figures.labels as unknown[]).length], [[], 3]);
    const shown = (await succeed("evaluate", "--model", model, "--data", test)).stdout;
    assertMatch(shown, /label +precision +recall +F1 +texts\ncomedy /);
    assert(!shown.includes("predicted"));

    const texts = ["a soldier with a joke", "the film"];
    const lines = jsonLines((await succeed("classify", "--model", model, "--json", ...texts)).stdout);
    assertEquals(lines.map(({ labels }) => (labels as string[]).toSorted()), [["comedy", "war"], []]);
    assertEquals(Object.keys(lines[0]), ["text", "label", "labels", "confidence", "probabilities"]);
    const table = (await succeed("classify", "--model", model, "--tsv", ...texts)).stdout.split("\n");
    assertEquals(table[0], ["labels", ...LABELS, "text"].join("\t"));
    assertEquals(table[1].split("\t")[0].split("|").toSorted(), ["comedy", "war"]);
    assertEquals(table[2].split("\t").length, 5);
    const plain = (await succeed("classify", "--model", model, ...texts)).stdout.split("\n");
    assertMatch(plain[0], /^(?:war\|comedy|comedy\|war)\t(?:war|comedy) 0\.\d{4}\t/);
    assertMatch(plain[1], /^\t\w+ 0\.\d{4}\t/);
  });
});

Deno.test("--multi-label divides the labels of a column, and a network trains on them", async () => {
  await inPlace(async (directory) => {
    const [data, model] = [`${directory}/train.tsv`, `${directory}/model`];
    const common = ["--data", data, "--label-column", "tags", "--out", model];
    const network = ["--multi-label", "--epochs", "2", "--embed", "6", "--hidden", "6", "--no-wide", "--calibrate"];
    const trained = await succeed("train-classifier", ...common, ...network, "--threads", "1", "--json");
    const events = jsonLines(trained.stdout);
    const [file] = events[0].files as Record<string, unknown>[];
    assertEquals([events[0].labels, file.labelSeparator], [LABELS, ";"]);
    const epoch = events.find(({ event }) => event === "epoch")!;
    assert(typeof epoch.valid_micro_f1 === "number");
    const done = events.at(-1)!;
    for (const name of ["valid_micro_f1", "valid_macro_f1", "valid_linear_micro_f1", "temperature"]) {
      assert(typeof done[name] === "number", name);
    }
    assertEquals((done.thresholds as number[]).length, 3);
    const { settings } = JSON.parse(Deno.readTextFileSync(`${model}/training_state.json`));
    assertEquals(settings.selectBy, "micro-f1");
    const evaluation = ["--data", data, "--label-column", "tags", "--label-separator", ";"];
    const shown = await succeed("evaluate", "--model", model, ...evaluation);
    assertStringIncludes(shown.stdout, 'labels divided by ";"');
  });
});

Deno.test("data with one label, and several labels where one is expected, are refused in one line", async () => {
  await inPlace(async (directory) => {
    const [data, model] = [`${directory}/one.txt`, `${directory}/model`];
    await Deno.writeTextFile(data, "__label__war a soldier\n__label__war an army\nno label\n");
    const refused = await runCommand("train-classifier", "--data", data, "--multi-label", "--out", model);
    const expected = 'expected texts of at least 2 labels, found "war" only';
    assertEquals([refused.code, refused.stderr], [1, `error: read ${data}: ${expected}\n`]);
    const single = `${directory}/single.txt`;
    const other = await runCommand(
      "train-classifier",
      "--data",
      single,
      "--test",
      `${directory}/test.txt`,
      "--out",
      model,
    );
    assertEquals(other.code, 1);
    assertMatch(
      other.stderr,
      /test\.txt: expected one label on line \d+, found \d .*; several need a multi-label classifier\n$/,
    );
  });
});
