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

const GUESS = "the file was read as lines of a label, a space and a text; use --format if it has another format";

/** Reads texts from files with these contents. */
async function readFiles(contents: Record<string, string>, plan: Partial<LabelledPlan> = {}): Promise<string[]> {
  let warnings: readonly string[] = [];
  await inTempDir(async (directory) => {
    const paths: Record<string, string> = {};
    for (const [name, content] of Object.entries(contents)) {
      paths[name] = `${directory}/${name}`;
      await Deno.writeTextFile(paths[name], content);
    }
    const whole = complete(LABELLED_PLAN, { validFraction: 0, ...plan, ...paths }, "read the data");
    const { warnings: found } = await readLabelledData(whole).catch((error) => {
      error.message = error.message.replaceAll(`${directory}/`, "");
      throw error;
    });
    warnings = found.map((warning) => warning.replaceAll(`${directory}/`, ""));
  });
  return [...warnings];
}

Deno.test("words as labels of a detected format give a warning that names the format and the option", async () => {
  const prose = "The cat sat.\nA dog ran.\nThe end came.\nA bird sang.\n";
  assertEquals(await readFiles({ data: prose }), [`data: "The" is a label, since ${GUESS}`]);
  assertEquals(await readFiles({ data: prose }, { format: "lines" }), []);
  assertEquals(await readFiles({ data: "1 a\n0 b\n+ c\n-1 d\n" }), []);
  const words = ["The", "A", "It", "He", "She", "We", "Then", "But", "And", "So"];
  const text = Array.from({ length: 40 }, (_, i) => `${words[i % 10]} went ${i} times.\n`).join("");
  assertEquals(await readFiles({ data: text }), [`data: "The" is a label, since ${GUESS}`]);
});

Deno.test("labels that training does not have are refused with file and line, and the guess of the format", async () => {
  const data = "text,label\na b,x\nc d,y\ne f,x\ng h,y\n";
  for (const part of ["valid", "test"]) {
    await assertRejects(
      () => readFiles({ data, [part]: 'text,label\n"one\ntwo",x\n ,x\ni,z\n' }),
      RangeError,
      `read ${part}: expected the labels of the training texts (x, y), found "z" on line 5`,
    );
    await assertRejects(
      () => readFiles({ data, [part]: "x so far\n\nThe rest\n" }),
      RangeError,
      `read ${part}: expected the labels of the training texts (x, y), found "The" on line 3; ${GUESS}`,
    );
  }
  await assertRejects(
    () => readFiles({ data: "The cat\nThe dog\n" }),
    RangeError,
    `read data: expected texts of at least 2 labels, found "The" only; ${GUESS}`,
  );
});
