// The options that say how tables of labels and of pairs are read, in training and evaluation.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, runCommand } from "../../support/command.ts";

const SMALL = ["--embed", "4", "--hidden", "4", "--max-steps", "2", "--threads", "1"];

/** Writes a text in Windows-1252, in which Western European letters are one byte. */
async function writeLatin(path: string, text: string): Promise<void> {
  await Deno.writeFile(path, Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** Runs a command that must succeed. */
async function succeed(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runCommand(...args);
  assertEquals(code, 0, stderr);
  return { stdout, stderr };
}

Deno.test("train-classifier and evaluate read a headerless table as their options say", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = [`${directory}/data.csv`, `${directory}/model`];
    const rows = Array.from({ length: 40 }, (_, i) => `${i};caf\u00e9 ${i % 2 ? "bon" : "mauvais"}, ${i};${i % 2}\n`);
    await writeLatin(data, rows.join(""));
    const columns = ["--text-column", "2", "--label-column", "3", "--encoding", "windows-1252"];
    const found = `${data}: 40 texts (csv with semicolons, columns 2 and 3, first row read as data; --header if it ` +
      "is one): 0 20, 1 20.";
    const trained = await succeed("train-classifier", "--data", data, ...columns, ...SMALL, "--out", model);
    assertStringIncludes(trained.stdout, found);
    const shown = await succeed("evaluate", "--model", model, "--data", data, ...columns);
    assertStringIncludes(shown.stdout, found);
    const settled = await succeed(
      "evaluate",
      ...["--model", model, "--data", data, ...columns, "--header", "--delimiter", "semicolon"],
    );
    assertStringIncludes(settled.stdout, "columns café mauvais, 0 and 0, first row read as a header): 0 19, 1 20.");
    const refused = await runCommand("evaluate", "--model", model, "--data", data, ...columns, "--delimiter", "comma");
    assertEquals([refused.code, refused.stderr.split("\n").length], [1, 2]);
    assertStringIncludes(refused.stderr, `read ${data}: expected `);
  });
});

Deno.test("train-translation and evaluate read the requested columns and count equal sides", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = [`${directory}/data.tsv`, `${directory}/model`];
    const rows = Array.from({ length: 40 }, (_, i) => `${i}\tword ${i}\t${i}\t${i < 3 ? "word" : "mot"} ${i}\n`);
    await Deno.writeTextFile(data, rows.join(""));
    const options = ["--data", data, "--source-column", "2", "--target-column", "4"];
    const trained = await succeed(
      "train-translation",
      ...[...options, "--tokenizer", "char", ...SMALL, "--out", model],
    );
    const found = `${data}: 40 pairs (tsv, columns 2 and 4 of 4, first row read as data; --header if it is one).`;
    assertStringIncludes(trained.stdout, found);
    const warning = `warning: ${data}: 3 pairs have equal sides`;
    assertStringIncludes(trained.stderr, warning);
    const shown = await succeed("evaluate", "--model", model, ...options, "--no-header", "--beam", "1");
    assertStringIncludes(shown.stdout, "40 pairs (tsv, columns 2 and 4 of 4, first row read as data).");
    assertStringIncludes(shown.stderr, warning);
    const refused = await runCommand("train-translation", "--data", data, "--out", `${directory}/other`);
    assertEquals([refused.code, refused.stderr], [
      1,
      `error: read ${data}: expected columns named as both sides, such as source and target, found 4: 1, 2, 3, 4; set --source-column N --target-column N\n`,
    ]);
  });
});
