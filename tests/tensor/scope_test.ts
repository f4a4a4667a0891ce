import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  add,
  affine,
  broadcastTo,
  concat,
  crossEntropy,
  dropout,
  exp,
  gather,
  inference,
  layerNorm,
  linear,
  lockedDropout,
  matmul,
  mean,
  mul,
  Parameter,
  permute,
  persistentTensor,
  relu,
  reshape,
  Scope,
  slice,
  softmax,
  sum,
  tanh,
  type Tensor,
  tensor,
  training,
  transpose,
} from "../../src/tensor/mod.ts";
import { Engine } from "../../src/engine/mod.ts";
import { CarriedState, GRU } from "../../src/nn/mod.ts";

const engine = new Engine();

function makeParameter(...values: number[]): Parameter {
  return new Parameter([values.length], { engine, values });
}

Deno.test("a tensor throws when it is used after its step", () => {
  for (const scope of [training, inference]) {
    const left = scope(() => tensor([1], [1], { engine }), { engine });
    const touches = [
      () => left.toArray(),
      () => left.item(),
      () => left.gradients(),
      () => left.assign([2]),
      () => left.address,
      () => left.claimGradient(),
      () => reshape(left, []),
      () => inference(() => tanh(left), { engine }),
      () => training(() => add(left, makeParameter(1)), { engine }),
    ];
    for (const touch of touches) {
      assertThrows(touch, RangeError, "use a tensor [1]: expected its step to be open, found that it has ended");
    }
  }
});

Deno.test("results of operations and their views end with the step", () => {
  const p = makeParameter(1, 2);
  const [y, view] = training(() => {
    const y = tanh(p);
    return [y, reshape(y, [2, 1])];
  }, { engine });
  for (const left of [y, view]) assertThrows(() => left.toArray(), RangeError, "found that it has ended");
});

Deno.test("operations outside a step throw a clear error and allocate nothing", () => {
  const p = new Parameter([2, 2], { engine });
  const one = new Parameter([2], { engine });
  const index = Int32Array.of(0, 1);
  const calls: (() => Tensor)[] = [
    () => tensor([1], [1], { engine }),
    () => exp(p),
    () => affine(p, 2),
    () => add(p, one),
    () => matmul(p, p),
    () => linear(p, p, one),
    () => permute(p, [1, 0]),
    () => transpose(p),
    () => slice(p, 0, 0, 1),
    () => concat([p, p], 0),
    () => gather(p, index),
    () => broadcastTo(one, [3, 2]),
    () => sum(p),
    () => mean(p, 1),
    () => softmax(p),
    () => crossEntropy(p, index),
    () => layerNorm(p, one, one),
    () => dropout(p, 0.5),
    () => lockedDropout(p, 0.5),
  ];
  const before = engine.arena.mark();
  for (const call of calls) {
    assertThrows(call, RangeError, "expected to run inside training() or inference(), found no open scope");
  }
  assertEquals(engine.arena.mark(), before);
});

Deno.test("a step returns what its body returns", () => {
  assertEquals(training(() => 42, { engine }), 42);
  assertEquals(inference(() => "text", { engine }), "text");
});

Deno.test("a body that throws ends its step", () => {
  const before = engine.arena.mark();
  let left: Tensor | undefined;
  assertThrows(
    () =>
      training(() => {
        left = tensor([1, 2], [2], { engine });
        throw new SyntaxError("inside");
      }, { engine }),
    SyntaxError,
    "inside",
  );
  assertEquals(engine.arena.mark(), before);
  assertEquals(Scope.current(engine), undefined);
  assertThrows(() => left!.toArray(), RangeError, "found that it has ended");
});

Deno.test("an asynchronous body throws and ends its step", async () => {
  for (const scope of [training, inference]) {
    let late: Promise<unknown> | undefined;
    assertThrows(
      () => scope(() => late = Promise.resolve().then(() => tensor([1], [1], { engine })), { engine }),
      TypeError,
      "expected a synchronous function, found a promise",
    );
    assertEquals(Scope.current(engine), undefined);
    const error = await late!.catch((error) => error);
    assert(error instanceof RangeError && error.message.includes("found no open scope"));
  }
});

Deno.test("an inner step's tensors end with it, the outer step's remain, and the memory is reused", () => {
  inference(() => {
    const outer = tensor([1, 2], [2], { engine });
    const addresses = [3, 4].map((value) =>
      inference(() => {
        const inner = mul(outer, tensor([value], [1], { engine }));
        assertEquals(inner.toArray(), Float32Array.of(value, 2 * value));
        return inner.address;
      }, { engine })
    );
    assertEquals(addresses[0], addresses[1]);
    assertEquals(outer.toArray(), Float32Array.of(1, 2));
    const left = inference(() => tanh(outer), { engine });
    assertThrows(() => left.toArray(), RangeError, "found that it has ended");
  }, { engine });
});

Deno.test("operations of an inner inference step are not recorded", () => {
  const p = makeParameter(2);
  training(() => {
    const target = inference(() => mul(p, p).item(), { engine });
    assertEquals(target, 4);
    sum(mul(p, tensor([target], [1], { engine }))).backward();
  }, { engine });
  assertEquals(p.gradients(), Float32Array.of(4));
});

Deno.test("an inner training step has its own tape", () => {
  const [p, q] = [makeParameter(3), makeParameter(5)];
  training(() => {
    const loss = sum(mul(p, p));
    training(() => sum(mul(q, q)).backward(), { engine });
    assertEquals([p.hasGradient, ...q.gradients()], [false, 10]);
    loss.backward();
  }, { engine });
  assertEquals([...p.gradients(), ...q.gradients()], [6, 10]);
});

Deno.test("dropout follows the innermost step", () => {
  training(() => {
    const x = tensor([1, 2], [2], { engine });
    inference(() => assertStrictEquals(dropout(x, 0.5), x), { engine });
    assert(dropout(x, 0.5) !== x);
  }, { engine });
});

Deno.test("each engine has its own steps, and tensors of two engines do not mix", () => {
  const other = new Engine();
  const p = new Parameter([1], { engine: other, values: [1] });
  training(() => {
    assertThrows(() => tanh(p), RangeError, "found no open scope");
    const x = tensor([1], [1], { engine });
    inference(() => {
      assertThrows(() => add(x, p), RangeError, "expected tensors of one engine, found tensors of two");
    }, { engine: other });
  }, { engine });
});

Deno.test("backward rejects anything but a scalar that depends on a parameter", () => {
  const p = makeParameter(1, 2);
  training(() => {
    assertThrows(() => tanh(p).backward(), RangeError, "backward: expected a scalar, found [2]");
    const constant = sum(tensor([1, 2], [2], { engine }));
    assertThrows(() => constant.backward(), RangeError, "expected a loss that depends on a parameter");
  }, { engine });
  inference(() => {
    assertThrows(() => sum(p).backward(), RangeError, "expected a loss that depends on a parameter");
  }, { engine });
  assertThrows(() => makeParameter(1).backward(), RangeError, "found no open scope");
  assertEquals(p.hasGradient, false);
});

Deno.test("backward must run in the step of its loss", () => {
  const p = makeParameter(2);
  training(() => {
    const loss = sum(mul(p, p));
    for (const scope of [training, inference]) {
      scope(() => {
        assertThrows(() => loss.backward(), RangeError, "backward: expected a loss of the innermost open step");
      }, { engine });
    }
    loss.backward();
  }, { engine });
  assertEquals(p.gradients(), Float32Array.of(4));
});

Deno.test("an inner step cannot compute gradients of outer tensors", () => {
  training(() => {
    const x = tensor([2], [1], { engine, requiresGradient: true });
    training(() => {
      const loss = sum(mul(x, x));
      assertThrows(
        () => loss.backward(),
        RangeError,
        "allocate a gradient: expected a tensor of the innermost open step",
      );
    }, { engine });
    assertEquals(x.hasGradient, false);
  }, { engine });
});

Deno.test("backward runs at most once per step", () => {
  const p = makeParameter(3);
  training(() => {
    const shared = mul(p, p);
    const losses = [sum(shared), sum(tanh(shared))];
    losses[0].backward();
    assertThrows(() => losses[1].backward(), RangeError, "backward: expected one call per step, found a second");
  }, { engine });
  assertEquals(p.gradients(), Float32Array.of(6));
});

Deno.test("gradients accumulate over steps until they are set to zero", () => {
  const p = makeParameter(3, -1);
  const step = () => training(() => sum(mul(p, p)).backward(), { engine });
  step();
  assertEquals(p.gradients(), Float32Array.of(6, -2));
  step();
  assertEquals(p.gradients(), Float32Array.of(12, -4));
  p.zeroGradient();
  assertEquals(p.gradients(), Float32Array.of(0, 0));
  step();
  assertEquals(p.gradients(), Float32Array.of(6, -2));
});

Deno.test("tensors that the loss does not depend on get no gradient", () => {
  const [used, unused] = [makeParameter(2), makeParameter(5)];
  training(() => {
    const branch = tanh(mul(used, unused));
    const loss = sum(mul(used, used));
    sum(branch);
    loss.backward();
    assertEquals(branch.hasGradient, false);
  }, { engine });
  assertEquals(used.gradients(), Float32Array.of(4));
  assertEquals([unused.hasGradient, ...unused.gradients()], [false, 0]);
});

Deno.test("backward refuses an operation whose tensors have been assigned since", () => {
  const weight = new Parameter([2], { values: [3, 4] });
  const input = persistentTensor([2]);
  const product = (change: (y: Tensor) => void, of = (x: Tensor) => mul(weight, x)): void =>
    training(() => {
      input.assign([1, 2]);
      const y = of(input);
      change(y);
      sum(y).backward();
    });
  const message = "backward: expected the tensors of the operation mul as they were";
  assertThrows(() => product(() => input.assign([5, 6])), RangeError, message);
  assertThrows(() => product(() => reshape(input, [2, 1]).assign([5, 6])), RangeError, message);
  assertThrows(() => product(() => weight.assign([5, 6])), RangeError, message);
  // These do not read them again.
  training(() => {
    const [x, y] = [mul(weight, weight), relu(weight)];
    const loss = add(sum(relu(x)), add(sum(mul(y, y)), crossEntropy(reshape(x, [1, 2]), Int32Array.of(0))));
    x.assign([5, 6]);
    loss.backward();
  });
  weight.zeroGradient();
  product(() => input.assign([5, 6]), (x) => add(weight, x));
  product(() => input.assign([5, 6]), (x) => tanh(add(weight, x)));
  assertThrows(() => product((y) => y.assign([5, 6]), (x) => tanh(add(weight, x))), RangeError, "operation tanh");
  weight.zeroGradient();
  training(() => {
    input.assign([1, 2]);
    const y = mul(weight, affine(input, 1));
    input.assign([5, 6]);
    sum(y).backward();
  });
  assertEquals([...weight.gradients()], [1, 2]);
});

Deno.test("a carried state that is carried on before backward is refused where it is read again, not where it is copied", () => {
  const carried = new CarriedState<{ h: Tensor }>({ h: [1, 2] });
  const weight = new Parameter([2, 2], { values: [1, 2, 3, 4] });
  carried.restore({ h: Float32Array.of(1, 1) });
  const step = (): void =>
    training(() => {
      const h = tanh(matmul(carried.state.h, weight));
      carried.carry({ h });
      sum(h).backward();
    });
  assertThrows(step, RangeError, "operation matmul");
  const gru = new GRU({ input: 1, hidden: 2 });
  const states = CarriedState.zeros(gru, 1);
  training(() => {
    const { output, state } = gru.step(tensor([1], [1, 1]), states.state);
    states.carry(state);
    sum(output).backward();
  });
});

Deno.test("a training step needs a whole number as step and as seed, and a finite slope", () => {
  for (const options of [{ step: NaN }, { step: 1.5 }, { step: 2 ** 32 }, { seed: -1 }, { slope: NaN }]) {
    assertThrows(() => training(() => 1, options), RangeError);
  }
});
