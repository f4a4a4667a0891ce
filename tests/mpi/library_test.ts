import { assert, assertEquals } from "@std/assert";
import { end, launchers, startScript } from "./launcher.ts";

for (const launcher of launchers()) {
  Deno.test(`${launcher.name}: one rank opens the library of its launcher`, async () => {
    const { output, errors } = await end(startScript(launcher, 1, "library.ts"));
    const { name, size } = JSON.parse(output.trim().split("\n").at(-1) || "{}");
    assertEquals(size, 1, errors);
    assert(name.startsWith(`${launcher.name} `), name);
  });
}
