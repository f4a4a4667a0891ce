import { assertEquals } from "@std/assert";
import { type AnyPreset, type Asked, withPreset } from "../../cli/commands/asked_fields.ts";
import { type Cell, CELLS, makeRecurrent } from "../../src/nn/mod.ts";
import { type Given, integer } from "../../src/schema/mod.ts";
import { CLASSIFIER_PROGRAM } from "../../tasks/classification/program.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../tasks/language_modeling/program.ts";

/** Whether a cell has no recurrent weights. */
function isLight(cell: Cell): boolean {
  return !makeRecurrent(cell, { input: 1, hidden: 1 }).namedParameters().has("weight_hh_l0");
}

Deno.test("a preset does not set what a model that a run starts from decides", () => {
  for (const { model: { task }, plan, presets } of [CLASSIFIER_PROGRAM, LANGUAGE_MODEL_PROGRAM]) {
    const fields = { ...plan, ...task.model, ...task.settings };
    for (const preset of Object.values<AnyPreset>(presets)) {
      const alone = withPreset(fields, { plan: {}, model: {}, fit: {} }, preset);
      assertEquals(alone, { plan: {}, ...preset });
      const { model, fit } = withPreset(fields, { plan: { initFrom: "old" }, model: {}, fit: {} }, preset);
      assertEquals(fit, preset.fit);
      for (const name of ["initRange", ...task.name === "classification" ? ["embed", "hidden"] : []]) {
        assertEquals(Object.hasOwn(model, name), false, name);
      }
    }
  }
});

Deno.test("a preset gives way to options that exclude its own", () => {
  const { model: { task }, plan, presets } = LANGUAGE_MODEL_PROGRAM;
  const fields = { ...plan, ...task.model, ...task.settings };
  const given = (part: { readonly model?: Given; readonly fit?: Given }): Asked =>
    withPreset(fields, { plan: {}, model: {}, fit: {}, ...part }, presets.words);
  const { minutes, softmaxSamples, ...rest } = presets.words.fit;
  const { tied, ...untied } = presets.words.model;
  assertEquals([minutes, softmaxSamples, tied], [60, 1000, true]);
  assertEquals(given({ fit: { epochs: 3 } }).fit, { softmaxSamples, ...rest, epochs: 3 });
  assertEquals(given({ fit: { maxSteps: 9 } }).fit, { softmaxSamples, ...rest, maxSteps: 9 });
  const { model, fit } = given({ model: { softmax: "adaptive" } });
  assertEquals([model, fit], [{ ...untied, softmax: "adaptive" }, { minutes, ...rest }]);
  assertEquals(given({ model: { softmax: "exact" } }).fit, presets.words.fit);
  for (const cell of CELLS) {
    assertEquals(given({ model: { cell } }).model.weightDropout, isLight(cell) ? undefined : 0.2, cell);
  }
});

Deno.test("a list of hidden sizes replaces a preset's layers and the size of its tied embeddings", () => {
  const { model: { task }, plan, presets } = LANGUAGE_MODEL_PROGRAM;
  const fields = { ...plan, ...task.model, ...task.settings };
  const sizesOf = (preset: string, model: Given): unknown[] => {
    const { layers, embed } = withPreset(fields, { plan: {}, model, fit: {} }, presets[preset]).model;
    return [layers, embed];
  };
  assertEquals(sizesOf("words", { hidden: [400, 400, 400] }), [undefined, undefined]);
  assertEquals(sizesOf("awd", { hidden: [1150, 1150, 650] }), [undefined, undefined]);
  assertEquals(sizesOf("awd", { hidden: [1150, 650], tied: false }), [undefined, 400]);
  assertEquals(sizesOf("awd", { hidden: [1150, 650], layers: 2, embed: 650 }), [2, 650]);
  assertEquals(sizesOf("awd", { hidden: 1000 }), [3, 400]);
});

/** The training of a preset of language models beside given settings. */
function trainingOf(preset: string, fit: Given, model: Given = {}): Given {
  const { model: { task }, plan, presets } = LANGUAGE_MODEL_PROGRAM;
  const fields = { ...plan, ...task.model, ...task.settings };
  return withPreset(fields, { plan: {}, model, fit }, presets[preset]).fit;
}

Deno.test("a preset's learning rate stays with the optimizer that it was chosen for", () => {
  for (const [preset, optimizer, rate] of [["awd", "sgd", 30], ["words", "adam", 0.004]] as const) {
    assertEquals(trainingOf(preset, { optimizer }).learningRate, rate);
    const other = optimizer === "sgd" ? "adam" : "sgd";
    assertEquals(trainingOf(preset, { optimizer: other }).learningRate, undefined);
    assertEquals(trainingOf(preset, { optimizer: other, learningRate: 2 }).learningRate, 2);
  }
});

Deno.test("a preset's learning rate gives way to a cell or a schedule that has another default", () => {
  for (const preset of ["demo", "words"]) {
    for (const cell of CELLS) {
      const { learningRate } = trainingOf(preset, {}, { cell });
      assertEquals(learningRate, cell === "mogrifier" ? undefined : 0.004, `${preset} ${cell}`);
    }
    assertEquals(trainingOf(preset, { schedule: "constant" }).learningRate, undefined);
    assertEquals(trainingOf(preset, { schedule: "linear" }).learningRate, 0.004);
  }
});

Deno.test("given epochs replace a preset's limit of steps, a given limit of steps leaves its epochs", () => {
  const lengthOf = (preset: string, fit: Given): unknown[] => {
    const { epochs, maxSteps } = trainingOf(preset, fit);
    return [epochs, maxSteps];
  };
  assertEquals(lengthOf("demo", {}), [undefined, 2300]);
  assertEquals(lengthOf("demo", { epochs: 3 }), [3, undefined]);
  assertEquals(lengthOf("demo", { maxSteps: 10_000 }), [undefined, 10_000]);
  assertEquals(lengthOf("demo", { epochs: 3, maxSteps: 10_000 }), [3, 10_000]);
  assertEquals(lengthOf("awd", { maxSteps: 10_000 }), [500, 10_000]);
});

Deno.test("a given option overrides a preset's own that could be given with it", () => {
  const fields = { passes: integer({ overrides: ["limit"], help: "Passes." }), limit: integer({ help: "Limit." }) };
  const withLimit = (fit: Given): Given =>
    withPreset(fields, { plan: {}, model: {}, fit }, { model: {}, fit: { limit: 9 } }).fit;
  assertEquals([withLimit({}), withLimit({ passes: 2 })], [{ limit: 9 }, { passes: 2 }]);
  assertEquals(withLimit({ passes: 2, limit: 3 }), { passes: 2, limit: 3 });
});
