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

Deno.test("the help shows every option with its value, its meaning and its default", () => {
  assertEquals(
    formatHelp("train", "train a model", { batch: SPECS.batch, lr: SPECS.lr, json: SPECS.json }),
    [
      "train: train a model",
      "",
      "Options:",
      "  --batch N  streams (default: 32)",
      "  --lr X     learning rate",
      "  --json     print JSON",
      "",
    ].join("\n"),
  );
});

Deno.test("the help keeps to the width, in aligned columns", () => {
  for (const width of [60, 72, 80, 100, 300]) {
    const lines = formatHelp("train", "train a model", SPECS, width).split("\n");
    const widest = Math.max(...lines.map((line) => line.length));
    assert(widest <= Math.min(100, width), `found ${widest} columns at ${width}`);
    const column = lines.find((line) => line.includes("--batch"))!.indexOf("streams");
    for (const line of lines.slice(3, -1)) {
      const text = line.startsWith("  --") ? line.slice(column) : line.trimStart();
      assertEquals(line.slice(line.length - text.length), text);
      if (!line.startsWith("  --")) assertEquals(line.length - text.length, column);
    }
    assertStringIncludes(lines.join(" ").replaceAll(/ +/g, " "), "until training ends (default: constant)");
  }
});

Deno.test("a command without options has a help", () => {
  assertEquals(formatHelp("list", "list the models", {}), "list: list the models\n\nOptions:\n");
});
