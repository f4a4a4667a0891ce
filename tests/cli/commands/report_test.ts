import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
