import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { modelCard } from "../../../tasks/exchange/mod.ts";

const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), embed: 4, hidden: 8 });

Deno.test("a card has the license, the task, the sizes, the data, the figures and the command", () => {
  const card = modelCard(model, {
    name: "hamlet",
    data: "The play, 1603",
    figures: { "validation loss": 1.5 },
    command: "elman train-lm --data hamlet.txt",
  });
  const [empty, matter, body] = card.split("---\n");
  assertEquals(empty, "");
  assertStringIncludes(
    matter,
    'license: "unknown"\nlibrary_name: elman\npipeline_tag: text-generation\ntags:\n- elman\n',
  );
  assertStringIncludes(matter, 'type: "validation_loss"\n      name: "validation loss"\n      value: 1.5\n');
  assertStringIncludes(body, "| hidden | 8 |");
  assertStringIncludes(body, "## Data\n\nThe play, 1603");
  assertStringIncludes(body, "elman train-lm --data hamlet.txt");
  assertStringIncludes(body, "elman generate --model .");
});

Deno.test("a card says nothing of what is not known", () => {
  const card = modelCard(model);
  for (const absent of ["## Data", "## Figures", "## Training", "model-index"]) assert(!card.includes(absent), absent);
});

Deno.test("texts cannot leave their place, and figures are finite", () => {
  assertStringIncludes(modelCard(model, { name: "a|b <i>" }), "# a\\|b \\<i\\>");
  assertThrows(() => modelCard(model, { license: "mit\ntags: x" }), RangeError, "expected texts of one line");
  assertThrows(() => modelCard(model, { figures: { loss: NaN } }), RangeError, "expected a finite loss, found NaN");
});
