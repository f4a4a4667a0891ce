import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { inTempDir, jsonLines, runCommand, startCommand } from "../../support/command.ts";

const REVIEWS = generateReviews(61);

/** Makes a directory with the reviews as a file. */
async function inPlace(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const lines = REVIEWS.map(({ text, label }) => `${label}\t${text}\n`);
    Deno.writeTextFileSync(`${directory}/reviews.tsv`, `label\ttext\n${lines.join("")}`);
    await body(directory);
  });
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name);
}

Deno.test("--folds measures a model for each fold, and a finished fold is not trained again", async () => {
  await inPlace(async (directory) => {
    const out = `${directory}/folds`;
    const args = ["--data", `${directory}/reviews.tsv`, "--folds", "3", "--model", "linear"];
    const whole = await runCommand("train-classifier", ...args, "--out", out, "--json");
    assertEquals(whole.code, 0, whole.stderr);
    const [data, ...events] = jsonLines(whole.stdout);
    const done = events.pop()!;
    assertEquals([data.event, done.event], ["data", "done"]);
    assertEquals(events.map(({ event, fold, folds, texts }) => [event, fold, folds, texts]), [
      ["fold", 1, 3, 21],
      ["fold", 2, 3, 20],
      ["fold", 3, 3, 20],
    ]);
    // The validation texts come from the training part, none from the held-out one.
    assertEquals([data.train, data.valid, data.test], [36, 4, 21]);
    for (const name of ["accuracy", "macro_f1", "mcc", "roc_auc", "average_precision", "loss", "majority"]) {
      const sum = events.reduce((sum, fold) => sum + (fold[name] as number), 0);
      assertAlmostEquals((done.mean as Record<string, number>)[name], sum / 3, 1e-12);
      assert((done.standard_deviation as Record<string, number>)[name] >= 0);
    }

    assertEquals(namesIn(out), ["folds.json"]);
    const path = `${out}/folds.json`;
    const text = Deno.readTextFileSync(path);
    const { mean: _mean, standard_deviation: _deviation, ...report } = JSON.parse(text);
    report.folds.pop();
    report.folds[0].accuracy = 0.125;
    Deno.writeTextFileSync(path, JSON.stringify(report));
    const resumed = await runCommand("train-classifier", "--resume", out);
    assertEquals(resumed.code, 0, resumed.stderr);
    assertMatch(resumed.stdout, /Resuming after fold 2 of 3 folds: linear model of n-grams, 2 labels, on 36 texts;/);
    assertEquals(resumed.stdout.match(/^fold \d of 3: /mg), ["fold 3 of 3: "]);
    assertMatch(
      resumed.stdout,
      /Mean of the folds: accuracy \d+\.\d\d % \(standard deviation \d+\.\d\d %\), macro F1 0\./,
    );
    assertMatch(
      resumed.stdout,
      /, ROC AUC [01]\.\d{4} \(.*\), average precision [01]\.\d{4} \(.*\) \(of positive\), loss/,
    );
    assertMatch(
      resumed.stdout,
      /no model was saved\. To train one on all data, leave out --folds\.\nMean .*\nFor comparison, .*\n$/,
    );
    const after = JSON.parse(Deno.readTextFileSync(path));
    assertEquals(after.folds[0].accuracy, 0.125, "the first fold is kept as it was");
    assertEquals(after.folds[2], JSON.parse(text).folds[2], "the last fold has the same figures as before");
  });
});

Deno.test("folds say and record what was chosen for the data, and which texts were truncated", async () => {
  await inPlace(async (directory) => {
    const out = `${directory}/folds`;
    const args = ["--data", `${directory}/reviews.tsv`, "--folds", "2", "--out", out, "--max-tokens", "4"];
    const small = ["--embed", "4", "--hidden", "4", "--epochs", "1", "--no-wide", "--adversarial", "0"];
    const { code, stdout, stderr } = await runCommand("train-classifier", ...args, ...small);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^Chosen for 61 texts of up to \d+ words \(95 %\), .*kept by validation loss\.$/m);
    assertMatch(stdout, /^\d+\.\d\d % of the texts were truncated to the tokens of --max-tokens\.$/m);
    // Nothing comes after the verdict.
    assertMatch(stdout, /\n(?:This model does not beat the linear model .*|For comparison, .*)\n$/);
    const { given, chosen, suited, mean } = JSON.parse(Deno.readTextFileSync(`${out}/folds.json`));
    assertStringIncludes(stdout, `\n${suited}\n`);
    assertEquals([given.fit.selectBy, chosen.fit.selectBy], [undefined, "loss"]);
    assertEquals({ ...chosen.model, ...given.model }, chosen.model);
    assert(mean.truncated > 0);
  });
});

Deno.test("folds that are resumed keep the options that were chosen when they began", async () => {
  await inPlace(async (directory) => {
    const [out, path] = [`${directory}/folds`, `${directory}/folds/folds.json`];
    const args = ["--data", `${directory}/reviews.tsv`, "--folds", "2", "--out", out, "--members", "1"];
    const small = ["--embed", "4", "--hidden", "4", "--epochs", "1", "--no-wide", "--adversarial", "0"];
    const whole = await runCommand("train-classifier", ...args, ...small);
    assertEquals(whole.code, 0, whole.stderr);
    const { mean: _mean, standard_deviation: _deviation, ...report } = JSON.parse(Deno.readTextFileSync(path));
    report.folds.pop();
    report.chosen.fit.selectBy = "accuracy";
    report.chosen.model.cell = "rnn";
    report.suited = "Chosen by an earlier version.";
    Deno.writeTextFileSync(path, JSON.stringify(report));
    const resumed = await runCommand("train-classifier", "--resume", out);
    assertEquals(resumed.code, 0, resumed.stderr);
    assertMatch(resumed.stdout, /^Chosen by an earlier version\.\nResuming after fold 1 of 2 folds: rnn 1 x 4/m);
    const { given, chosen, suited } = JSON.parse(Deno.readTextFileSync(path));
    assertEquals({ given, chosen, suited }, { given: report.given, chosen: report.chosen, suited: report.suited });
    Deno.writeTextFileSync(path, JSON.stringify({ ...report, chosen: { plan: {} } }));
    const damaged = await runCommand("train-classifier", "--resume", out);
    assertStringIncludes(damaged.stderr, "folds.json: expected the report of a cross-validation, found other JSON");
  });
});

Deno.test("folds that cannot be made, or continued as asked, are refused in one line", async () => {
  await inPlace(async (directory) => {
    const [data, out] = [`${directory}/reviews.tsv`, `${directory}/folds`];
    const refused = async (args: readonly string[], message: string): Promise<void> => {
      const { code, stdout, stderr } = await runCommand("train-classifier", ...args);
      assert(code > 0, stderr);
      assertEquals(stdout, "");
      const [line, ...more] = stderr.trimEnd().split("\n").filter((line) => !line.startsWith("warning: "));
      assertEquals(more, []);
      assertStringIncludes(line, message);
    };
    const rarest = Math.min(
      ...["negative", "positive"].map((own) => REVIEWS.filter(({ label }) => label === own).length),
    );
    const folds = ["--data", data, "--model", "linear", "--folds"];
    await refused([...folds, "60"], `expected at most ${rarest}, the different texts of the rarest label`);
    await refused([...folds, "1"], "--folds: expected a whole number of at least 2, found");
    await refused([...folds, "3", "--test", data], "--folds: expected this option or --test, which exclude each other");
    await refused([...folds, "3", "--save-every", "5"], "--save-every: expected none with --folds");
    await refused([...folds, "3", "--watch"], "--watch: expected none with --folds");
    await refused([...folds, "3", "--out", directory], "expected a new or empty folder for folds, found reviews.tsv");
    const { code, stderr } = await runCommand("train-classifier", ...folds, "2", "--out", out, "--quiet");
    assertEquals(code, 0, stderr);
    await refused([...folds, "2", "--out", out], `found folds.json; --resume ${out} continues its run`);
    await refused(["--resume", out, "--folds", "3"], "--folds: expected 2, as in the resumed run, found 3");
    await refused(["--resume", out, "--epochs", "3"], "--epochs 3: expected a run that began with this option");
    Deno.writeTextFileSync(data, "positive\tAnother text.\n", { append: true });
    await refused(["--resume", out], "expected the data of the run that is resumed, found other data");
    Deno.writeTextFileSync(`${out}/folds.json`, "{}");
    await refused(["--resume", out], "folds.json: expected the report of a cross-validation, found other JSON");
  });
});

Deno.test("Ctrl-C ends a fold cleanly and says how to go on", async () => {
  await inPlace(async (directory) => {
    const out = `${directory}/folds`;
    const small = ["--embed", "4", "--hidden", "4", "--epochs", "100000", "--patience", "100000", "--threads", "1"];
    const args = ["--data", `${directory}/reviews.tsv`, "--folds", "2", "--out", out, "--json", "--log-every", "1"];
    const child = startCommand(["train-classifier", ...args, ...small, "--no-wide"]);
    const reader = child.stdout.getReader();
    for (let shown = ""; !shown.includes('"step"');) shown += new TextDecoder().decode((await reader.read()).value);
    const other = await runCommand("train-classifier", "--resume", out);
    assertEquals(other.code, 1);
    assertStringIncludes(other.stderr, `error: train into ${out}: expected no other process that writes it`);
    child.kill("SIGINT");
    const drained = (async () => {
      while (!(await reader.read()).done);
    })();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drained]);
    assertEquals(code, 130, stderr);
    assertStringIncludes(stderr, "Stopped in fold 1 of 2. To resume: ");
    assertStringIncludes(stderr, `train-classifier --resume ${out}`);
    const report = JSON.parse(Deno.readTextFileSync(`${out}/folds.json`));
    assertEquals([report.count, report.folds], [2, []]);
    assertEquals(namesIn(out), ["folds.json"]);
  });
});
