import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import {
  add,
  affine,
  crossEntropy,
  type CrossEntropyOptions,
  gather,
  inference,
  largest,
  linear,
  linearCrossEntropy,
  linearScores,
  Parameter,
  reshape,
  Slab,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/tensor/mod.ts";
import { blockRows } from "../../src/tensor/output_loss.ts";
import { assertSameBits } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, randomIntegers } from "../support/floats.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { smoothedCrossEntropy } from "../support/oracles/mod.ts";

const WEIGHTS = [0.5, 2, 1, 0, 1.5];

for (const [name, options] of Object.entries({ plain: {}, smoothed: { smoothing: 0.2, weights: WEIGHTS } })) {
  for (const hasBias of [true, false]) {
    Deno.test(`linearCrossEntropy, ${name}, ${hasBias ? "with" : "without"} bias: values within 3e-6, gradients within 1e-5 of finite differences`, () => {
      const [T, B, K, V] = [2, 3, 4, 5];
      const targets = Int32Array.of(0, 4, -1, 2, 2, 1);
      const { smoothing = 0, weights = new Array<number>(V).fill(1) } = options as CrossEntropyOptions;
      const element = (inputs: { x: Accessor; weight: Accessor; bias?: Accessor }): number => {
        const logits = Float64Array.from({ length: T * B * V }, (_, i) => {
          const [row, v] = [Math.floor(i / V), i % V];
          let sum = inputs.bias?.(v) ?? 0;
          for (let k = 0; k < K; k++) sum += inputs.x(Math.floor(row / B), row % B, k) * inputs.weight(v, k);
          return sum;
        });
        return smoothedCrossEntropy({ logits, targets, weights: [...Array.from(weights)], smoothing, N: T * B, V })
          .loss;
      };
      const shapes = { x: [T, B, K], weight: [V, K] };
      if (hasBias) {
        checkOperation({
          inputs: { ...shapes, bias: [V] },
          apply: ({ x, weight, bias }) => linearCrossEntropy(x, weight, bias, targets, options),
          shape: [],
          element,
        });
      } else {
        checkOperation({
          inputs: shapes,
          apply: ({ x, weight }) => linearCrossEntropy(x, weight, null, targets, options),
          shape: [],
          element,
        });
      }
    });
  }
}

/** An output layer of random weights and inputs; every tensor is a parameter, so that its gradient can be read. */
function makeLayer(engine: Engine, M: number, K: number, V: number) {
  const parameter = (seed: number, shape: number[]): Parameter =>
    new Parameter(shape, { engine, values: randomFloats(seed, shape.reduce((a, b) => a * b, 1)) });
  return { x: parameter(1, [M, K]), weight: parameter(2, [V, K]), bias: parameter(3, [V]) };
}

type Layer = ReturnType<typeof makeLayer>;
type Loss = (layer: Layer, targets: Int32Array, options?: CrossEntropyOptions) => Tensor;

const fused: Loss = ({ x, weight, bias }, ...rest) => linearCrossEntropy(x, weight, bias, ...rest);
const separate: Loss = ({ x, weight, bias }, ...rest) => crossEntropy(linear(x, weight, bias), ...rest);

/** Returns a loss and the gradients of three times it. */
function differentiate(layer: Layer, loss: (layer: Layer) => Tensor): Record<string, Float32Array> {
  const { engine } = layer.x;
  const value = training(() => {
    const result = loss(layer);
    affine(result, 3).backward();
    return result.toArray();
  }, { engine });
  const gradients = Object.entries(layer).map(([name, parameter]) => [name, parameter.gradients()]);
  for (const parameter of Object.values(layer)) parameter.zeroGradient();
  return { value, ...Object.fromEntries(gradients) };
}

/** Rows and classes: one row, one block, blocks of different sizes, and many classes. */
const SIZES = [[1, 65], [37, 65], [4099, 5], [851, 10_001]] as const;

Deno.test("linearCrossEntropy has the values and gradients of linear and crossEntropy within 1e-5", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    for (const [M, V] of SIZES) {
      const layer = makeLayer(engine, M, 3, V);
      const targets = randomIntegers(4, M, -1, V);
      targets[0] = V - 1;
      for (const options of [{}, { smoothing: 0.1 }, { weights: randomFloats(5, V, 0.5, 2), smoothing: 0.2 }]) {
        const [found, expected] = [fused, separate].map((loss) =>
          differentiate(layer, (layer) => loss(layer, targets, options))
        );
        for (const name of Object.keys(expected)) {
          assertAllClose(found[name], expected[name], { tolerance: 1e-5, name: `${name} of ${M} rows, ${V} classes` });
        }
      }
    }
  }
});

Deno.test("linearCrossEntropy of no rows, or of ignored rows only, is 0 and has gradients of 0", () => {
  const engine = engineOf("plain");
  for (const M of [0, 5]) {
    const { value, ...gradients } = differentiate(
      makeLayer(engine, M, 3, 7),
      (layer) => fused(layer, new Int32Array(M).fill(-1)),
    );
    assertEquals([...value], [0]);
    for (const gradient of Object.values(gradients)) assertEquals(gradient, new Float32Array(gradient.length));
  }
});

Deno.test("two output losses on one weight, and one tied to the embedding, add up their gradients", () => {
  const engine = engineOf("plain");
  const layer = makeLayer(engine, 6, 3, 11);
  const [first, second] = [randomIntegers(6, 6, 0, 11), randomIntegers(7, 6, 0, 11)];
  const losses = (loss: Loss) => ({ weight, ...layer }: Layer): Tensor => {
    const gathered = gather(weight, first) as Layer["x"];
    const sum = add(loss({ weight, ...layer }, first), affine(loss({ weight, ...layer }, second), -0.5));
    return add(sum, loss({ ...layer, weight, x: gathered }, second));
  };
  const [found, expected] = [fused, separate].map((loss) => differentiate(layer, losses(loss)));
  for (const name of Object.keys(expected)) {
    assertAllClose(found[name], expected[name], { tolerance: 1e-5, name });
  }
});

Deno.test("an output loss borrows the memory of its weight's gradient, and leaves it to whoever needs it", () => {
  const engine = engineOf("plain");
  const targets = randomIntegers(6, 6, 0, 11);
  const uses: Record<string, (loss: Loss, layer: Layer) => Tensor> = {
    alone: (loss, layer) => loss(layer, targets),
    scaled: (loss, layer) => affine(loss(layer, targets), -0.5),
    // The backward pass reaches the sum first.
    "before a sum of the weight": (loss, layer) => add(loss(layer, targets), sum(layer.weight)),
    twice: (loss, layer) => add(loss(layer, targets), loss(layer, targets)),
    "around an inner step": (loss, layer) => {
      const value = loss(layer, targets);
      training(() => sum(layer.weight).backward(), { engine });
      return value;
    },
    "after a step that was given up": (loss, layer) => {
      training(() => loss(layer, targets), { engine });
      return loss(layer, targets);
    },
  };
  for (const [name, use] of Object.entries(uses)) {
    const [found, expected] = [fused, separate].map((loss) => {
      const layer = makeLayer(engine, 6, 3, 11);
      const slab = new Slab(Object.values(layer));
      for (let step = 0; step < 2; step++) {
        slab.zeroGradients();
        training(() => use(loss, layer).backward(), { engine });
      }
      return layer.weight.gradients();
    });
    assertAllClose(found, expected, { tolerance: 1e-5, name });
  }
});

Deno.test("an output loss that is not differentiated changes no gradient, and a frozen tensor gets none", () => {
  const engine = engineOf("plain");
  const layer = makeLayer(engine, 6, 3, 11);
  const targets = randomIntegers(6, 6, 0, 11);
  training(() => fused(layer, targets).item(), { engine });
  for (const parameter of Object.values(layer)) assert(!parameter.hasGradient);
  const all = differentiate(layer, (layer) => fused(layer, targets));
  for (const frozen of ["x", "weight", "bias"] as const) {
    const part = makeLayer(engine, 6, 3, 11);
    part[frozen].requiresGradient = false;
    const { [frozen]: none, ...others } = differentiate(part, (layer) => fused(layer, targets));
    assert(!part[frozen].hasGradient && none.every((value) => value === 0));
    for (const [name, values] of Object.entries(others)) assertSameBits(values, all[name], name);
  }
});

Deno.test("output losses have the same bits for 1, 2, 3 and 8 threads", async () => {
  const targets = randomIntegers(6, 851, -1, 10_001);
  const results: Record<string, Float32Array>[] = [];
  for (const threads of [1, 2, 3, 8]) {
    using engine = new Engine({ build: "plain", threads });
    await engine.ready();
    const layer = makeLayer(engine, 851, 3, 10_001);
    results.push(differentiate(layer, (layer) => fused(layer, targets, { smoothing: 0.1 })));
  }
  for (const result of results) {
    for (const [name, values] of Object.entries(result)) assertSameBits(values, results[0][name], name);
  }
});

Deno.test("linearScores has the losses and the largest logits of linear, for each row", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    for (const [M, V] of SIZES) {
      const layer = makeLayer(engine, M, 3, V);
      const targets = randomIntegers(4, M, -1, V);
      targets[0] = V - 1;
      inference(() => {
        const found = linearScores(layer.x, layer.weight, layer.bias, targets, 2);
        const logits = linear(layer.x, layer.weight, layer.bias);
        assertEquals(found.largest, largest(logits, 2));
        const counted = targets.filter((target) => target >= 0).length;
        const mean = found.losses.reduce((sum, loss) => sum + loss, 0) / counted;
        assertAllClose([mean], crossEntropy(logits, targets).toArray(), { tolerance: 1e-5, name: "mean" });
        targets.forEach((target, row) => target < 0 && assertEquals(found.losses[row], 0));
      }, { engine });
    }
  }
});

Deno.test("the memory of an output loss does not grow with the number of logits", () => {
  const [M, K, V] = [2000, 4, 20_000];
  const engine = Engine.shapes();
  const layer = makeLayer(engine, M, K, V);
  differentiate(layer, (layer) => fused(layer, new Int32Array(M)));
  assertLess(engine.stepBytes, 2 ** 25 + 2 ** 20);
  assertLess(8 * engine.stepBytes, M * V * 4 * 2);
});

Deno.test("blocks of rows have a multiple of 8 rows and at most 32 MiB of logits, 32 rows or 4096 rows", () => {
  for (const [M, V] of [[0, 5], [1, 5], [700, 33_278], [700, 10_000], [2048, 65], [5000, 65], [100, 10 ** 6]]) {
    const rows = blockRows(M, V, "WebAssembly");
    assertEquals(rows % 8, 0);
    assert(rows <= 4096 && (rows <= 32 || (rows - 8) * V * 4 < 2 ** 25), `${rows} rows of ${V}`);
  }
  assertEquals([blockRows(700, 33_278, "WebAssembly"), blockRows(700, 33_278, "native")], [240, 120]);
});

Deno.test("linearCrossEntropy and linearScores reject shapes, targets and counts that do not fit", () => {
  const engine = engineOf("plain");
  const { x, weight, bias } = makeLayer(engine, 2, 3, 5);
  inference(() => {
    const refuse = (call: () => unknown, message: string): unknown => assertThrows(call, RangeError, message);
    const targets = Int32Array.of(0, 4);
    refuse(() => linearCrossEntropy(x, bias, null, targets), "linear cross entropy: expected an input");
    refuse(() => linearCrossEntropy(x, weight, x, targets), "linear cross entropy: expected shape [5], found [2, 3]");
    refuse(
      () => linearCrossEntropy(x, weight, bias, Int32Array.of(0)),
      "linear cross entropy: expected 2 targets for logits [2, 5], found 1",
    );
    refuse(
      () => linearCrossEntropy(x, weight, bias, Int32Array.of(0, 5)),
      "linear cross entropy: expected targets below 5, found 5",
    );
    refuse(() => linearScores(x, weight, bias, targets, 0.5), "linear scores: expected a whole number as count");
  }, { engine });
});

Deno.test("a loss of a reshaped parameter leaves its gradient in the parameter's own memory", () => {
  const engine = engineOf("plain");
  for (const [slope, hasSlab] of [[1, false], [1, true], [3, false], [3, true]] as const) {
    const p = new Parameter([2, 4], { engine, values: randomFloats(8, 8) });
    const slab = hasSlab ? new Slab([p]) : undefined;
    for (let step = 0; step < 2; step++) {
      p.zeroGradient();
      training(() => affine(crossEntropy(reshape(p, [4, 2]), Int32Array.of(0, 1, 1, 0)), slope).backward(), { engine });
      const before = p.gradients();
      // Another step uses the memory of the first again.
      training(() => fused(makeLayer(engine, 6, 3, 11), randomIntegers(6, 6, 0, 11)).backward(), { engine });
      assertSameBits(p.gradients(), before, `step ${step}`);
      if (slab) assertSameBits(engine.floats(slab.gradients, 8).slice(), before, `slab, step ${step}`);
    }
  }
});

Deno.test("a loss in an inner step cannot compute gradients of outer tensors", () => {
  const engine = engineOf("plain");
  training(() => {
    const x = tensor(randomFloats(8, 8), [2, 4], { engine, requiresGradient: true });
    const loss = (): void => training(() => crossEntropy(x, Int32Array.of(0, 1)).backward(), { engine });
    assertThrows(loss, RangeError, "expected a tensor of the innermost open step");
  }, { engine });
});
