import { assertEquals } from "@std/assert";
import { end, launchers, startScript } from "./launcher.ts";

for (const launcher of launchers()) {
  Deno.test(`${launcher.name}: ranks have the sums of their floats and of bfloat16 numbers, in every memory`, async () => {
    for (const size of [1, 2, 3]) {
      const { output, errors } = await end(startScript(launcher, size, "sums.ts"));
      assertEquals(JSON.parse(output.trim().split("\n").at(-1) || "null"), { size, wrong: [] }, errors);
    }
  });
}
