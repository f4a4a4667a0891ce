import { assertEquals } from "@std/assert";
import { usedFields } from "../../../cli/inspection/used_fields.ts";
import { LANGUAGE_MODELING } from "../../../tasks/language_modeling/task.ts";

Deno.test("fields are left out if another field has a value with which they have no effect", () => {
  const { model, settings } = LANGUAGE_MODELING;
  const fields = { ...model, ...settings };
  const config = { cell: "lstm", hidden: 8, mogrifierRounds: 5, softmax: "exact", divValue: 4 };
  assertEquals(usedFields(config, fields), { cell: "lstm", hidden: 8, softmax: "exact" });
  assertEquals(usedFields({ ...config, cell: "mogrifier", softmax: "adaptive" }, fields), {
    ...config,
    cell: "mogrifier",
    softmax: "adaptive",
  });
  // Another group may have the field that decides, and null leaves it open.
  assertEquals(usedFields({ momentum: 0.9 }, fields, { optimizer: "adam" }), {});
  assertEquals(usedFields({ momentum: 0.9 }, fields, { optimizer: null }), { momentum: 0.9 });
  assertEquals(usedFields({ unknown: 1 }, fields), { unknown: 1 });
});
