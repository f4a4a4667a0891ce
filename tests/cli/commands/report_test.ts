import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { babble, inTempDir, runCommandIn } from "../../support/command.ts";

const RUNS = decodeURIComponent(new URL("../../goldens/runs/command_line", import.meta.url).pathname);
const TEXT = babble(400);

Deno.test("report writes a page about trained models of any task, and keeps an earlier page", async () => {
  await inTempDir(async (directory) => {
    const tokenizer = CharTokenizer.train(TEXT);
    for (const hidden of [4, 5]) {
      using model = LanguageModel.create({ tokenizer, embed: 4, hidden });
      await model.fit({ train: TEXT, valid: TEXT }, {
        batch: 2,
        bptt: 32,
        epochs: 1,
        directory: `${directory}/h${hidden}`,
      });
    }
    const picture = "<svg></svg>";
    Deno.writeTextFileSync(`${directory}/h4/test.svg`, picture);
    Deno.writeTextFileSync(`${directory}/report.html`, "earlier");
    const { code, stdout, stderr } = await runCommandIn(directory, "report", "h4", "h5/", `${RUNS}/translation`);
    assertEquals([code, stdout], [0, "Saved the report to report.html.\n"], stderr);
    assertStringIncludes(stderr, "Moved the existing file report.html to ");
    const page = Deno.readTextFileSync(`${directory}/report.html`);
    assertStringIncludes(page, "<h1>3 training runs</h1>");
    assertStringIncludes(page, '<th scope="row">hidden</th><td>4</td><td><mark>5</mark></td><td><mark>8</mark></td>');
    assertStringIncludes(page, "translation has no history");
    assertStringIncludes(page, "<h3>Training loss</h3>");
    assertStringIncludes(page, btoa(picture));
    const single = await runCommandIn(directory, "report", "h5", "--out", "-");
    assert(single.stdout.startsWith("<!DOCTYPE html>"));
    const twice = await runCommandIn(directory, "report", "h4", "./h4/");
    assertEquals(twice.code, 2);
    assertStringIncludes(twice.stderr, "expected directories that differ, found h4 and ./h4/, which is the same");
    const refused = await runCommandIn(directory, "report", "h6");
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "expected a model's directory, found none at h6");
    const nowhere = await runCommandIn(directory, "report", "h4", "--out", "no/such.html");
    assertStringIncludes(nowhere.stderr, "--out no/such.html: expected a directory that exists, found no no");
  });
});

Deno.test("the page shows what a trained model does on validation data, which resuming a finished run records again", async () => {
  await inTempDir(async (directory) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 ? "good" : "bad"},<b>${i % 2 ? "fine" : "dull"} ${i}\n`);
    Deno.writeTextFileSync(`${directory}/my.csv`, "label,text\n" + rows.join(""));
    const small = ["--valid-fraction", "0.2", "--max-steps", "2", "--hidden", "4", "--embed", "4", "--threads", "1"];
    const trained = await runCommandIn(
      directory,
      ...["train-classifier", "--data", "my.csv", "--out", "m", "--quiet", "--calibrate"],
      ...small,
    );
    assertEquals(trained.code, 0, trained.stderr);
    const record = Deno.readTextFileSync(`${directory}/m/pictures.json`);
    assertEquals(JSON.parse(record).step, 2);
    const { stdout } = await runCommandIn(directory, "report", "m", "--out", "-");
    for (const title of ["Confusion matrix", "Reliability", "Worst errors"]) assertStringIncludes(stdout, title);
    assertStringIncludes(stdout, "Data: my.csv.");
    assert(!stdout.includes("<b>"));
    Deno.removeSync(`${directory}/m/pictures.json`);
    assert(!(await runCommandIn(directory, "report", "m", "--out", "-")).stdout.includes("On validation data"));
    const resumed = await runCommandIn(directory, "train-classifier", "--resume", "m", "--quiet");
    assertEquals(resumed.code, 0, resumed.stderr);
    assertEquals(Deno.readTextFileSync(`${directory}/m/pictures.json`), record);
  });
});

Deno.test("info and report show the training of a linear model, which has no steps", async () => {
  await inTempDir(async (directory) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 ? "good" : "bad"},${i % 2 ? "fine" : "dull"} ${i}\n`);
    Deno.writeTextFileSync(`${directory}/my.csv`, "label,text\n" + rows.join(""));
    const run = (...args: string[]) => runCommandIn(directory, ...args);
    const trained = await run(
      ...["train-classifier", "--data", "my.csv", "--model", "linear", "--valid-fraction", "0.2"],
      ...["--out", "m", "--threads", "1", "--quiet"],
    );
    assertEquals(trained.code, 0, trained.stderr);
    const { stdout: info } = await run("info", "m");
    assertMatch(info, /^training: without steps, in .*\nbest validation figures: loss .*, accuracy [\d.]+.*\ndata: /m);
    assertStringIncludes(info, "data my.csv");
    const { stdout: page } = await run("report", "m", "--out", "-");
    for (const part of ["m: linear model of n-grams", "Data: my.csv.", "<h3>Validation: accuracy</h3>"]) {
      assertStringIncludes(page, part);
    }
    assert(!page.includes("has no history"));
  });
});
