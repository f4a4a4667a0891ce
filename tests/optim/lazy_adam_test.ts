import { assert, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "../../src/optim/mod.ts";
import { gather, mul, Parameter, sum, tensor, training } from "../../src/tensor/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { loadGolden } from "../support/goldens.ts";
import { startEngine, testedBuilds } from "../support/memory_kind.ts";

for (const [name, golden] of Object.entries(await loadGolden("lazy_adam"))) {
  Deno.test(`a lazy Adam takes the steps of PyTorch's SparseAdam within 1e-6: ${name}`, () => {
    const { lr: learningRate, betas, eps: epsilon } = golden.options;
    for (const build of testedBuilds()) {
      const engine = startEngine(build);
      const table = new Parameter(golden.initial.shape, { engine, values: golden.initial.data });
      const optimizer = new Adam([table], {
        learningRate,
        lazy: true,
        ...betas && { betas },
        ...epsilon && { epsilon },
      });
      golden.steps.forEach(({ ids, slopes, table: expected }, i) => {
        const before = table.toArray();
        optimizer.zeroGradients();
        training(() => {
          const rows = gather(table, Int32Array.from(ids), [ids.length]);
          sum(mul(rows, tensor(slopes.data, slopes.shape, { engine }))).backward();
        }, { engine });
        optimizer.step();
        assertAllClose(table.toArray(), expected.data, { tolerance: 1e-6, name: `${name}, step ${i}` });
        const isUsed = (at: number): boolean => ids.includes(Math.floor(at / 3));
        assertEquals(table.toArray().filter((_, at) => !isUsed(at)), before.filter((_, at) => !isUsed(at)));
        assert(table.toArray().some((value, at) => value !== before[at]));
      });
    }
  });
}

Deno.test("a lazy Adam refuses weight decay, which would change all rows", () => {
  assertThrows(
    () => new Adam([new Parameter([2, 2])], { learningRate: 0.1, lazy: true, weightDecay: 0.1 }),
    RangeError,
    "make Adam: expected a weightDecay of 0 with lazy, found 0.1",
  );
});
