import { assertEquals, assertThrows } from "@std/assert";
import { Parameter, Slab } from "../../src/tensor/mod.ts";
import { Best } from "../../src/train/mod.ts";

function makeSlab(): { slab: Slab; parameter: Parameter } {
  const parameter = new Parameter([3]);
  return { slab: new Slab([parameter]), parameter };
}

Deno.test("before the first measurement there is nothing to recall", () => {
  const { slab, parameter } = makeSlab();
  const best = new Best(slab, "minimize");
  parameter.assign([1, 2, 3]);
  best.recall();
  assertEquals([best.measured, best.waited, best.values], [undefined, 0, undefined]);
  assertEquals(parameter.toArray(), Float32Array.of(1, 2, 3));
});

Deno.test("the parameters with the smallest objective are kept and recalled", () => {
  const { slab, parameter } = makeSlab();
  const best = new Best(slab, "minimize");
  const seen = [3, 2, 2, NaN, 2.5, 1, 4].map((score, i) => {
    parameter.assign([i, score, -i]);
    best.observe({ objective: score, loss: score });
    return [best.measured!.objective, best.waited];
  });
  assertEquals(seen, [[3, 0], [2, 0], [2, 1], [2, 2], [2, 3], [1, 0], [1, 1]]);
  assertEquals(parameter.toArray(), Float32Array.of(6, 4, -6));
  const { version } = parameter;
  best.recall();
  assertEquals(parameter.toArray(), Float32Array.of(5, 1, -5));
  assertEquals(parameter.version > version, true, "what was derived from the values is computed anew");
});

Deno.test("maximizing keeps the largest finite objective, and of equal ones that with the lower loss", () => {
  for (const [direction, sign] of [["maximize", 1], ["minimize", -1]] as const) {
    const { slab } = makeSlab();
    const best = new Best(slab, direction);
    const seen: [objective: number, loss: number][] = [
      [0.5, NaN],
      [-Infinity, 0],
      [0.5, 2],
      [0.5, 2],
      [0.25, 1],
      [0.5, 1.5],
      [0.75, 9],
      [0.9, Infinity],
      [Infinity, 1],
      [0.75, 9.5],
    ];
    const waited = seen.map(([objective, loss]) => {
      best.observe({ objective: sign * objective, loss });
      return best.waited;
    });
    // The second measurement has the lowest loss so far, so it does not count.
    assertEquals(waited, [1, 1, 0, 1, 2, 0, 0, 1, 2, 3]);
    assertEquals(best.measured, { objective: sign * 0.75, loss: 9 });
  }
});

Deno.test("the kept values do not change with the slab, and can be restored in another run", () => {
  const { slab, parameter } = makeSlab();
  const best = new Best(slab, "minimize");
  parameter.assign([1, 2, 3]);
  best.observe({ objective: 0.5, loss: 2 });
  best.observe({ objective: 0.75, loss: 1 });
  parameter.assign([4, 5, 6]);
  assertEquals(best.values!.subarray(0, 3), Float32Array.of(1, 2, 3));
  const other = makeSlab();
  const resumed = new Best(other.slab, "minimize");
  const { measured, waited, since, lowest } = best;
  resumed.restore({ measured: measured!, waited, since, lowest }, best.values!);
  assertEquals(resumed.values === best.values, false);
  resumed.observe({ objective: 0.6, loss: 1 });
  assertEquals([resumed.measured, resumed.waited, resumed.since], [{ objective: 0.5, loss: 2 }, 1, 2]);
  resumed.recall();
  assertEquals(other.parameter.toArray(), Float32Array.of(1, 2, 3));
});

Deno.test("the kept values can be measured again, and are forgotten if the result is not finite", async () => {
  const { slab, parameter } = makeSlab();
  const best = new Best(slab, "minimize");
  parameter.assign([1, 2, 3]);
  best.observe({ objective: 2, loss: 2 });
  parameter.assign([4, 5, 6]);
  const measureAgain = async (loss: number): Promise<void> => {
    await best.measureAgain(0.5, () => {
      assertEquals(parameter.toArray(), Float32Array.of(1, 2, 3));
      return Promise.resolve({ objective: loss, loss });
    });
    assertEquals(parameter.toArray(), Float32Array.of(4, 5, 6));
  };
  await measureAgain(7);
  assertEquals([best.measured, best.lowest, best.share], [{ objective: 7, loss: 7 }, 7, 0.5]);
  await measureAgain(Infinity);
  assertEquals([best.measured, best.values], [undefined, undefined]);
  best.observe({ objective: 9, loss: 9 }, { share: 0.5 });
  assertEquals([best.measured, best.share], [{ objective: 9, loss: 9 }, 0.5]);
});

Deno.test("restoring values of another slab throws and changes nothing", () => {
  const { slab } = makeSlab();
  const best = new Best(slab, "minimize");
  best.observe({ objective: 2, loss: 2 });
  for (const count of [0, slab.size - 1, slab.size + 1]) {
    const message = `restore the best: expected ${slab.size} values, found ${count}`;
    assertThrows(
      () => best.restore({ measured: { objective: 1, loss: 1 }, waited: 3 }, new Float32Array(count).fill(7)),
      RangeError,
      message,
    );
  }
  assertEquals([best.measured?.objective, best.waited, best.values], [2, 0, new Float32Array(slab.size)]);
});
