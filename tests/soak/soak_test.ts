import { assert } from "@std/assert";
import { soak } from "./soak.ts";

/** How much the process may grow after its first third, in bytes. */
const SLACK = 32 * 2 ** 20;

Deno.test("memory is flat while generations and fits are abandoned and models dropped", async () => {
  const uses = await soak(1, 12);
  const [early, late] = [uses.slice(2, 6), uses.slice(-4)];
  for (const kind of ["engine", "heap", "process"] as const) {
    const [before, after] = [early, late].map((part) => Math.min(...part.map((use) => use[kind])));
    assert(after <= before + (kind === "process" ? SLACK : SLACK / 8), `${kind}: ${before} bytes grew to ${after}`);
  }
});
