import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inTempDir, runCommand } from "../../support/command.ts";
import { movements } from "../../tasks/vector_classification/movements.ts";

const SEQUENCES = movements(30).map(({ frames, length, channels, label, group }) => ({
  ...{ action: label, subject: group },
  frames: Array.from({ length }, (_, t) => [...frames.subarray(t * channels, (t + 1) * channels)]),
}));
const LINES = SEQUENCES.map((sequence) => JSON.stringify(sequence)).join("\n") + "\n";
const SMALL = ["--epochs", "15", "--hidden", "8", "--lr", "0.02", "--threads", "1"];

/** Runs a command that must succeed, and returns what it printed. */
async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(...args);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("a file of sequences trains a vector classifier, which classify and evaluate use by its model", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = ["a.jsonl", "m"].map((name) => `${directory}/${name}`);
    await Deno.writeTextFile(data, LINES);
    const trained = await succeed("train-classifier", "--data", data, "--group", "subject", ...SMALL, "--out", model);
    assertStringIncludes(trained, "Skeletons: 8 joints of 3 coordinates, of which y is vertical");
    assertStringIncludes(trained, "Augmentation: mirroring, turns of up to 30 degrees");
    assertStringIncludes(trained, "on 24 sequences");
    const evaluated = await succeed("evaluate", "--model", model, "--data", data);
    assertMatch(evaluated, /^forward +1\.0000 +1\.0000 +1\.0000 +15$/m);
    const drawn = await succeed("evaluate", "--model", model, "--data", data, "--svg", "-");
    assertMatch(drawn, /^<svg .*predicted.*<\/svg>\n$/s);
    const classified = await succeed("classify", "--model", model, "--json", data);
    const answers = classified.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(answers.map(({ label }) => label), SEQUENCES.map(({ action }) => action));
    assertEquals(answers[2].place, `${data} line 3`);
    await succeed("train-classifier", "--resume", model);
  });
});

Deno.test("a classifier that was trained on a table of frames reads others by the same columns", async () => {
  await inTempDir(async (directory) => {
    const [data, unlabelled, model] = ["a.csv", "b.csv", "m"].map((name) => `${directory}/${name}`);
    const rows = SEQUENCES.flatMap(({ action, subject, frames }, i) =>
      frames.map(([x, y, z], t) => ({ who: subject, trial: `t${i}`, tick: `${t}`, kind: action, x, y, z }))
    );
    const table = (names: (keyof typeof rows[number])[]): string =>
      [names, ...rows.map((row) => names.map((name) => row[name]))].join("\n") + "\n";
    await Deno.writeTextFile(data, table(["who", "trial", "kind", "x", "y", "z"]));
    await Deno.writeTextFile(unlabelled, table(["tick", "z", "y", "x", "trial"]));
    const columns = ["--id", "trial", "--label-column", "kind", "--group", "who"];
    await succeed("train-classifier", "--data", data, ...columns, ...SMALL.with(1, "1"), "--out", model);
    assertStringIncludes(await succeed("evaluate", "--model", model, "--data", data), "of 3 values");
    const answers = await Promise.all([data, unlabelled].map((file) => succeed("classify", "--model", model, file)));
    assertEquals(answers[1].replaceAll("b.csv", "a.csv"), answers[0]);
  });
});

Deno.test("leave-one-out tests each subject on the model of the others, and resumes with its confusion matrix", async () => {
  await inTempDir(async (directory) => {
    const [data, out] = ["a.jsonl", "f"].map((name) => `${directory}/${name}`);
    await Deno.writeTextFile(data, LINES);
    const folds = ["--group", "subject", "--folds", "leave-one-out"];
    const whole = await succeed("train-classifier", "--data", data, ...folds, ...SMALL, "--out", out);
    assertMatch(whole, /^fold 5 of 5: accuracy 100\.00 % \(6 of 6\), loss /m);
    assertMatch(whole, /^All folds together: accuracy 100\.00 % \(30 of 30\), macro F1 1\.0000, MCC 1\.0000;/m);
    assertMatch(whole, /^true \\ predicted +forward +up$\n^forward +15 +0$/m);
    assert((await Deno.readTextFile(`${out}/confusion.svg`)).startsWith("<svg"));
    const report = JSON.parse(await Deno.readTextFile(`${out}/folds.json`));
    const half = { ...report, folds: report.folds.slice(0, 4), notes: report.notes.slice(0, 4) };
    await Deno.writeTextFile(`${out}/folds.json`, JSON.stringify(half));
    const resumed = await succeed("train-classifier", "--resume", out);
    assertStringIncludes(resumed, whole.match(/^All folds together.*$/m)![0]);
  });
});

Deno.test("a label that only one group has is known in all folds", async () => {
  await inTempDir(async (directory) => {
    const data = `${directory}/a.jsonl`;
    const own = SEQUENCES.slice(0, 12).map((one) =>
      one.subject === SEQUENCES[0].subject ? { ...one, action: "own" } : one
    );
    await Deno.writeTextFile(data, own.map((one) => JSON.stringify(one)).join("\n"));
    const folds = [
      "--group",
      "subject",
      "--folds",
      "leave-one-out",
      "--epochs",
      "1",
      "--hidden",
      "4",
      "--threads",
      "1",
    ];
    const whole = await succeed("train-classifier", "--data", data, ...folds, "--out", `${directory}/f`);
    assertMatch(whole, /^All folds together: accuracy \d+\.\d\d % \(\d+ of 12\), macro F1 \d/m);
    assertMatch(whole, /^own( +\d\.\d{4}){3} +\d+$/m);
  });
});

Deno.test("options of the other kind of data and data that cannot be trained on are refused in one line", async () => {
  await inTempDir(async (directory) => {
    const write = async (name: string, content: string): Promise<string> => {
      await Deno.writeTextFile(`${directory}/${name}`, content);
      return `${directory}/${name}`;
    };
    const data = await write("a.jsonl", LINES);
    const texts = await write("texts.jsonl", '{"text": "a", "label": "b"}\n');
    const one = await write("one.jsonl", LINES.split("\n")[0] + "\n");
    const none = await write("none.jsonl", '{"frames": [[1, 2]]}\n');
    const cases: [args: string[], message: string][] = [
      [["--data", data, "--tokenizer", "char"], "--tokenizer: expected texts with it, found sequences of numbers"],
      [["--data", data, "--lazy"], "--lazy: expected texts with it, found sequences of numbers"],
      [["--data", texts, "--group", "subject"], "--group: expected sequences of numbers with it, found texts"],
      [["--data", one], 'expected sequences of at least 2 labels, found "up" only'],
      [["--data", none], "expected a label on line 1, found none; --label-column names its field"],
      [["--data", data, "--folds", "1"], "a whole number of at least 2, or leave-one-out"],
      [["--data", data, "--group", "subject", "--folds", "6"], "expected at most 5, the number of groups"],
      [["--data", `${directory}/c.jsonl`, "--folds", "leave-one-out"], "c.jsonl: expected a file, found none"],
      [["--data", `${directory}/*.mp4`, "--folds", "leave-one-out"], "expected files that match the pattern"],
      [["--data", data, "--reference", "9"], "one of 8 joints, found joint 9, counted from 1"],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runCommand("train-classifier", ...args, "--out", `${directory}/m`);
      assert(code > 0, args.join(" "));
      assertMatch(stderr, /^error: [^\n]*\n$/);
      assertStringIncludes(stderr, message);
    }
    const help = await succeed("train-classifier", "--data", data, "--help");
    assertStringIncludes(help, "leave-one-out");
    assertStringIncludes(help, "The options are those for sequences of numbers.");
  });
});
