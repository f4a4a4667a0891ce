import { assertEquals, assertRejects } from "@std/assert";
import {
  LABELLED_PLAN,
  type LabelledData,
  type LabelledPlan,
  readLabelledData,
} from "../../../tasks/classification/labelled_plan.ts";
import { complete } from "../../../src/schema/mod.ts";
import type { DataSet } from "../../../tasks/task_model/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reads data from files with these contents, whose names stand in the plan. */
async function readFiles(
  files: Record<string, string>,
  plan: Partial<LabelledPlan> & { readonly data: string },
): Promise<DataSet<LabelledData>> {
  let found: DataSet<LabelledData> | undefined;
  await inTempDir(async (directory) => {
    for (const [name, content] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, content);
    const placed = (paths: string) => paths.split(",").map((path) => `${directory}/${path}`).join(",");
    const { data, test } = plan;
    const paths = { data: placed(data), ...(test && { test: placed(test) }) };
    const whole = complete(LABELLED_PLAN, { validFraction: 0, ...plan, ...paths }, "read the data");
    found = await readLabelledData(whole).catch((error) => {
      error.message = error.message.replaceAll(`${directory}/`, "");
      throw error;
    });
  });
  return found!;
}

/** Writes sequences as FASTA with numbers as headers. */
function fasta(...sequences: readonly string[]): string {
  return sequences.map((letters, i) => `>s${i + 1}\n${letters}\n`).join("");
}

Deno.test("a file for each label gives its label to all of its sequences, in the test data too", async () => {
  const files = {
    "p.fa": fasta("ACGT", "AAAA"),
    "n.fa": fasta("cccc", ""),
    "p2.fa": fasta("TTTT"),
    "n2.fq": "@a\nG\n+\nI\n",
  };
  const plan = { data: "p.fa,n.fa", test: "p2.fa,n2.fq", fileLabels: "pos, neg" };
  const { data: { corpus }, warnings, notes } = await readFiles(files, plan);
  const rows = (texts: LabelledData["corpus"]["train"] = []) => texts.map(({ text, label }) => `${text} ${label}`);
  assertEquals(rows(corpus.train), ["ACGT pos", "AAAA pos", "CCCC neg"]);
  assertEquals(rows(corpus.test), ["TTTT pos", "G neg"]);
  assertEquals([warnings.length, notes.length], [2, 2]);
});

Deno.test("other numbers of files and labels are refused, and so are headers without labels", async () => {
  const files = { "p.fa": fasta("ACGT"), "n.fa": fasta("CCCC"), "names.fa": fasta(...Array(12).fill("ACGT")) };
  await assertRejects(
    () => readFiles(files, { data: "p.fa,n.fa", fileLabels: "a,b,c" }),
    RangeError,
    "read p.fa,n.fa: expected a file for each of 3 labels, found 2 files",
  );
  await assertRejects(
    () => readFiles(files, { data: "names.fa" }),
    RangeError,
    "read names.fa: expected labels in the headers, found 12 of 12 last fields once; name their place",
  );
  await assertRejects(
    () => readFiles(files, { data: "p.fa,n.fa", fileLabels: "a,a" }),
    RangeError,
    "at least 2 different labels, divided by commas",
  );
});
