import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatHelp, type OptionSpecs } from "../../../cli/arguments/mod.ts";

const SPECS: OptionSpecs = {
  data: { kind: "string", value: "FILE", help: "text to learn from", default: "the Brown corpus" },
  batch: { kind: "integer", help: "streams", default: "32" },
  lr: { kind: "number", help: "learning rate" },
  json: { kind: "boolean", help: "print JSON" },
  schedule: {
    kind: "choice",
    choices: ["constant", "step", "exponential", "cosine", "plateau"],
    help: "how the learning rate changes from step to step and from epoch to epoch until training ends",
    default: "constant",
  },
};

const TRAIN = { usage: "elman train [OPTIONS]", summary: "Train a model." };

Deno.test("the help shows every option with its value, description and default", () => {
  assertEquals(
    formatHelp({ ...TRAIN, options: { batch: SPECS.batch, lr: SPECS.lr, json: SPECS.json } }),
    [
      "Train a model.",
      "",
      "Usage: elman train [OPTIONS]",
      "",
      "Options:",
      "  --batch N  streams (default: 32)",
      "  --lr X     learning rate",
      "  --json     print JSON",
      "",
    ].join("\n"),
  );
});

Deno.test("the help fits the width and aligns its columns", () => {
  for (const width of [60, 72, 80, 100, 300]) {
    const lines = formatHelp({ ...TRAIN, options: SPECS }, width).split("\n");
    const widest = Math.max(...lines.map((line) => line.length));
    assert(widest <= Math.min(100, width), `found ${widest} columns at ${width}`);
    const column = lines.find((line) => line.includes("--batch"))!.indexOf("streams");
    for (const line of lines.slice(5, -1)) {
      const text = line.startsWith("  --") ? line.slice(column) : line.trimStart();
      assertEquals(line.slice(line.length - text.length), text);
      if (!line.startsWith("  --")) assertEquals(line.length - text.length, column);
    }
    assertStringIncludes(lines.join(" ").replaceAll(/ +/g, " "), "until training ends (default: constant)");
  }
});

Deno.test("a command without options has help", () => {
  assertEquals(
    formatHelp({ usage: "elman list", summary: "List the models.", options: {} }),
    "List the models.\n\nUsage: elman list\n\nOptions:\n",
  );
});

Deno.test("options are grouped, those without a group first, and examples come last", () => {
  const specs: OptionSpecs = {
    json: { ...SPECS.json, group: "run" },
    lr: { ...SPECS.lr, group: "training" },
    quiet: { kind: "boolean", help: "say nothing" },
    data: { ...SPECS.data, group: "data" },
    batch: { ...SPECS.batch, group: "training" },
  };
  assertEquals(
    formatHelp({ ...TRAIN, options: specs, examples: ["elman train --lr 1", "elman train --json"] }, 80),
    [
      "Train a model.",
      "",
      "Usage: elman train [OPTIONS]",
      "",
      "Options:",
      "  --quiet      say nothing",
      "",
      "Data:",
      "  --data FILE  text to learn from (default: the Brown corpus)",
      "",
      "Training:",
      "  --lr X       learning rate",
      "  --batch N    streams (default: 32)",
      "",
      "Run:",
      "  --json       print JSON",
      "",
      "Examples:",
      "  elman train --lr 1",
      "  elman train --json",
      "",
    ].join("\n"),
  );
});

Deno.test("a long example continues after a backslash, without separating an option from its value", () => {
  const example = 'elman train --data reviews.csv --stop "the end of it" --json --vectors vectors.txt - < texts.txt';
  const help = formatHelp({ ...TRAIN, options: {}, examples: [example] }, 60);
  assertEquals(help.slice(help.indexOf("Examples:")).split("\n"), [
    "Examples:",
    '  elman train --data reviews.csv --stop "the end of it" \\',
    "    --json --vectors vectors.txt - < texts.txt",
    "",
  ]);
});
