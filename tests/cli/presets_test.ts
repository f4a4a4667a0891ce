import { assertEquals } from "@std/assert";
import { type AnyPreset, withPreset } from "../../cli/commands/asked_fields.ts";
import { CLASSIFIER_PROGRAM } from "../../tasks/classification/program.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../tasks/language_modeling/program.ts";

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
