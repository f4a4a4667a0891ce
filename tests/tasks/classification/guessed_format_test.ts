import { assertEquals, assertRejects } from "@std/assert";
import { LABELLED_PLAN, type LabelledPlan, readLabelledData } from "../../../tasks/classification/labelled_plan.ts";
import { complete } from "../../../src/schema/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Returns the number of labels read from lines. */
async function labelsIn(lines: readonly string[], plan: Partial<LabelledPlan> = {}): Promise<number> {
  let labels = 0;
  await inTempDir(async (directory) => {
    const data = `${directory}/data`;
    await Deno.writeTextFile(data, lines.join("\n"));
    const { data: { corpus } } = await readLabelledData(
      complete(LABELLED_PLAN, { validFraction: 0, ...plan, data }, "read the data"),
    );
    labels = new Set(corpus.train.map(({ label }) => label)).size;
  });
  return labels;
}

/** Returns labeled lines that cycle through the labels. */
function labelled(labels: number, lines: number, name: (i: number) => string): string[] {
  return Array.from({ length: lines }, (_, i) => `${name(i % labels)} text ${i}`);
}

Deno.test("prose detected as labeled lines throws an error with the counts, unless the format is given", async () => {
  const prose = labelled(75, 100, (i) => `Word${i}`);
  const message =
    "expected lines of a label, a space and a text, found 75 first words of 100 lines, 50 of them once; " +
    "set --format, or train on running text with train-lm";
  await assertRejects(() => labelsIn(prose), RangeError, message);
  assertEquals(await labelsIn(prose, { format: "lines" }), 75);
  const marked = labelled(12, 120, (i) => i === 0 ? "," : `Word${i}`);
  await assertRejects(() => labelsIn(marked), RangeError, 'found 12 first words of 120 lines, one of them ","');
});

Deno.test("labeled lines are not mistaken for prose: question types, stars, signs, a few examples", async () => {
  assertEquals(await labelsIn(labelled(50, 5000, (i) => `ABBR:exp${i}`)), 50);
  assertEquals(await labelsIn(labelled(5, 20, (i) => String(i + 1))), 5);
  assertEquals(await labelsIn(labelled(2, 20, (i) => i === 0 ? "-" : "+")), 2);
  assertEquals(await labelsIn(labelled(10, 10, (i) => `kind${i}`)), 10);
});
