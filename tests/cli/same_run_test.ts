import { assertEquals, assertThrows } from "@std/assert";
import type { Fields } from "../../cli/arguments/mod.ts";
import { refuseOtherRun } from "../../cli/training/mod.ts";
import { boolean, choice, custom, integer, nullable } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS } from "../../src/train/mod.ts";
import { SPEECH_PLAN } from "../../tasks/speech/speech_plan.ts";

const FIELDS: Fields = {
  cell: choice(["lstm", "gru"], { default: "lstm", help: "Cell." }),
  tied: boolean({ default: false, off: { option: "untied", help: "Not tied." }, help: "Tied." }),
  limit: nullable(integer({ help: "Limit." })),
  list: custom<readonly string[]>({ default: [], isRepeatable: true, check: () => undefined, help: "List." }),
  epochs: TRAIN_SETTINGS.epochs,
};

/** Returns the error message for a field that differs from the run's. */
function refusal(given: Record<string, unknown>, run: Record<string, unknown>): string {
  return assertThrows(() => refuseOtherRun(FIELDS, given, run), RangeError).message;
}

Deno.test("an option that differs from the resumed run's is an error that shows it as typed", () => {
  const run = "as in the resumed run";
  const without = "expected a run that began with this option, found one that began without it";
  assertEquals(refusal({ cell: "gru" }, { cell: "lstm" }), `--cell: expected lstm, ${run}, found gru`);
  for (const tied of [false, null, undefined]) {
    assertEquals(refusal({ tied: true }, { tied }), `--tied: ${without}`);
  }
  assertEquals(
    refusal({ tied: false }, { tied: true }),
    `--untied: ${without}`,
  );
  for (const limit of [null, undefined]) {
    assertEquals(refusal({ limit: 3 }, { limit }), `--limit 3: ${without}`);
  }
  assertEquals(refusal({ limit: 0 }, { limit: 3 }), `--limit: expected 3, ${run}, found 0`);
  assertEquals(refusal({ list: ["a"] }, { list: ["a", "b"] }), `--list: expected a, b, ${run}, found a`);
  assertEquals(
    refusal({ list: ["a"] }, { list: [] }),
    `--list a: ${without}`,
  );
});

Deno.test("the length and the learning rate of a resumed run may differ", () => {
  const given = { epochs: 3, learningRate: 0.1, schedule: "linear" };
  refuseOtherRun({ ...FIELDS, ...TRAIN_SETTINGS }, given, { epochs: 2, learningRate: 0.2, schedule: "cosine" });
});

Deno.test("the memory of a resumed run may differ, since it does not change the training", () => {
  refuseOtherRun(SPEECH_PLAN, { maxMemory: 4 }, { maxMemory: 8 });
});
