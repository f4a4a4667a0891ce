import { assert, assertEquals, assertThrows } from "@std/assert";
import { Adam, AdamW } from "../../src/optim/mod.ts";
import { gather, linear, mul, Parameter, sum, tensor, training } from "../../src/tensor/mod.ts";
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

Deno.test("clipping elements leaves the rows that a step does not use alone", () => {
  const table = new Parameter([3, 2], { values: [1, 2, 3, 4, 5, 6] });
  const optimizer = new Adam([table], { learningRate: 0.1, lazy: true });
  const stepWith = (row: number, factor: number, clipValue?: number): number[] => {
    optimizer.zeroGradients();
    training(() => sum(mul(gather(table, Int32Array.of(row), [1]), tensor([factor, factor], [1, 2]))).backward());
    optimizer.step({ clipValue });
    return [...table.toArray()];
  };
  const first = stepWith(1, 9, 0.5);
  const second = stepWith(2, 9, 0.5);
  assertEquals(second.slice(0, 4), first.slice(0, 4));
  assert(second[4] < 5);
});

Deno.test("AdamW without weight decay is lazy as Adam is", () => {
  const tables = [Adam, AdamW].map((Kind) => {
    const table = new Parameter([3, 2], { values: [1, 2, 3, 4, 5, 6] });
    const optimizer = new Kind([table], { learningRate: 0.1, lazy: true });
    training(() => sum(gather(table, Int32Array.of(1), [1])).backward());
    optimizer.step();
    return [...table.toArray()];
  });
  assertEquals(tables[1], tables[0]);
});

Deno.test("a lazy Adam leaves unused rows alone after its gradients are read, and if it is made after a backward pass", () => {
  const table = new Parameter([8, 2], { values: Float32Array.from({ length: 16 }, (_, i) => i) });
  const use = (row: number): void => training(() => sum(gather(table, Int32Array.of(row), [1])).backward());
  use(1);
  const optimizer = new Adam([table], { learningRate: 0.1, lazy: true });
  assertEquals(optimizer.slab.gradientSpans(), [2, 4]);
  optimizer.step();
  const first = table.toArray();
  optimizer.zeroGradients();
  use(5);
  assertEquals([...table.gradients()], Array.from({ length: 16 }, (_, i) => +(i >> 1 === 5)));
  // The moments of row 1 would move it.
  optimizer.step();
  assertEquals([...table.toArray()].flatMap((value, i) => value === first[i] ? [] : [i]), [10, 11]);
});

Deno.test("a lazy Adam leaves unused rows of a small table alone, whose rows a product looks up", () => {
  const table = new Parameter([4, 2], { values: [1, 2, 3, 4, 5, 6, 7, 8] });
  const weight = new Parameter([2, 2], { values: [1, 2, 3, 4] });
  const optimizer = new Adam([table, weight], { learningRate: 0.1, lazy: true });
  const step = (rows: readonly number[]): number[] => {
    optimizer.zeroGradients();
    training(() => sum(linear(gather(table, Int32Array.from(rows)), weight)).backward());
    optimizer.step();
    return [...table.toArray().slice(6)];
  };
  const used = step([3, 3, 3, 3, 3, 3, 3, 3]);
  assertEquals(step([0, 1, 2, 0, 1, 2, 0, 1]), used);
});
