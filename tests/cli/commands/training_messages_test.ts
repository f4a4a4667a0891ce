import { assertEquals } from "@std/assert";
import { nothingLeft, otherPrecision, planChanged } from "../../../cli/commands/training_messages.ts";
import type { Fields } from "../../../cli/arguments/mod.ts";
import { type BudgetState, type Checkpoint, completeSettings, TRAIN_SETTINGS } from "../../../src/train/mod.ts";

Deno.test("the line about another plan says where the learning rate goes on", () => {
  const before = completeSettings(TRAIN_SETTINGS, { epochs: 2, schedule: "cosine" });
  const lineOf = (given: Partial<typeof before>, budget?: BudgetState): string => {
    const checkpoint = { settings: before, snapshot: { progress: { step: 9 }, budget } } as unknown as Checkpoint;
    const settings = { ...before, ...given };
    return planChanged(TRAIN_SETTINGS as Fields, { fit: given, settings, checkpoint })!;
  };
  const used = { milliseconds: 1, steps: 9, validation: 0 };
  const [begin, goesOn] = ["From step 9 on: --minutes 10 instead of none", "as in a run that began with this plan."];
  assertEquals(lineOf({ minutes: 10 }), `${begin}; the learning rate begins its schedule again, over these minutes.`);
  assertEquals(lineOf({ minutes: 10 }, used), `${begin}; the learning rate goes on ${goesOn}`);
  assertEquals(
    lineOf({ epochs: 4 }),
    `From step 9 on: --epochs 4 instead of 2; the learning rate goes on ${goesOn}`,
  );
  assertEquals(lineOf({ epochs: 4, schedule: "constant" }).includes("learning rate"), false);
});

Deno.test("a run that is complete names the limit that ended it", () => {
  const settings = completeSettings(TRAIN_SETTINGS, { epochs: 2, maxSteps: 100 });
  const lineAfter = (step: number): string =>
    nothingLeft(settings, { snapshot: { progress: { step } } } as unknown as Checkpoint);
  const goesOn = "pass a larger number to continue.";
  assertEquals(lineAfter(46), `The run is already complete with --epochs 2; ${goesOn}`);
  assertEquals(lineAfter(100), `The run is already complete with --max-steps 100; ${goesOn}`);
});

Deno.test("a run that goes on with products of other numbers says so", () => {
  const after = (notes: Record<string, unknown>) => ({ checkpoint: { notes } as unknown as Checkpoint });
  assertEquals(otherPrecision({}, "bf16"), undefined);
  assertEquals(otherPrecision(after({}), undefined), undefined);
  assertEquals(otherPrecision(after({ precision: "bf16" }), "bf16"), undefined);
  assertEquals(
    otherPrecision(after({ precision: "bf16" }), undefined),
    "The run began with products in bf16 and goes on in float32; --precision bf16 keeps them.",
  );
});
