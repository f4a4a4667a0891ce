// Calls every public operation of tensors, layers, states and optimizers with arguments that are often wrong: of
// another engine, shape or type, out of range, ended or freed. A call that fails changes nothing, one that succeeds
// changes only its own model, and both engines go on.
//
// FUZZ_CALLS=1000000 deno test -A tests/fuzz/api_test.ts makes another number of calls.

import { assert, assertEquals } from "@std/assert";
import { engineWith } from "../support/memory_kind.ts";
import { assertPromised } from "../support/promises.ts";
import { seededRandom } from "../support/random.ts";
import { inference, sum, tensor, training } from "../../src/nn/mod.ts";
import { type Call, CALLS } from "./calls.ts";
import { Choices } from "./choices.ts";
import { World } from "./world.ts";

const DEFAULT_CALLS = 7_000;
/** Calls in one step, after which all of the step's tensors end. */
const CALLS_PER_STEP = 40;

const isGranted = Deno.permissions.querySync({ name: "env", variable: "FUZZ_CALLS" }).state === "granted";
const calls = Number((isGranted && Deno.env.get("FUZZ_CALLS")) || DEFAULT_CALLS);

/** Makes one call; returns the error it threw, if any. */
function attempt(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Makes one call, checks what it has changed and updates the hashes of the worlds; returns whether it succeeded. */
function check(call: Call, choices: Choices, worlds: readonly World[], hashes: number[]): boolean {
  const own = choices.integer(worlds.length);
  const run = call.prepare(choices.withOwner(own), worlds[own]);
  const error = attempt(run);
  const what = `${call.name}: ${error}`;
  if (error !== undefined) assert(error instanceof RangeError || error instanceof TypeError, what);
  if (error !== undefined) assert(/: (expected .+, found |unknown option )/.test((error as Error).message), what);
  for (const [i, world] of worlds.entries()) {
    const hash = world.hash();
    if (!(error === undefined && call.changes && i === own)) {
      assertEquals(hash, hashes[i], `a model changed in ${what}`);
    }
    hashes[i] = hash;
  }
  return error === undefined;
}

Deno.test("the number of random calls is the one of docs/guarantees.md", async () => {
  await assertPromised(`make ${DEFAULT_CALLS.toLocaleString("en")} random calls`);
});

for (const [threads, seed] of [[1, 1], [2, 2]]) {
  Deno.test(`failed calls change nothing, and both engines go on, with ${threads} threads`, async () => {
    using first = engineWith("shared", { threads });
    using second = engineWith("shared", { threads });
    await Promise.all([first.ready(), second.ready()]);
    const worlds = [new World(first), new World(second)];
    const random = seededRandom(seed);
    const succeeded = new Set<string>();
    let count = 0;
    for (let step = 0; count < calls / 2; step++) {
      const open = [0, 1].map(() => random() < 0.6 ? training : inference);
      const body = (): void => {
        const choices = new Choices(random, worlds);
        const hashes = worlds.map((world) => world.hash());
        for (let i = 0; i < CALLS_PER_STEP; i++, count++) {
          const call = CALLS[Math.floor(random() * CALLS.length)];
          if (check(call, choices, worlds, hashes)) succeeded.add(call.name);
        }
      };
      open[0](() => open[1](body, { engine: second }), { engine: first });
      for (const { engine } of worlds) {
        assertEquals(engine.arena.mark().taken, 0);
        assertEquals(inference(() => sum(tensor([1, 2, 3], [3], { engine })).item(), { engine }), 6);
      }
      if (step % 20 === 19) { for (const world of worlds) world.renew(); }
    }
    assertEquals(CALLS.map(({ name }) => name).filter((name) => !succeeded.has(name)), [], "calls that always failed");
  });
}
