import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  crossEntropy,
  Embedding,
  GRU,
  inference,
  Linear,
  Module,
  Parameter,
  parameterArrays,
  Random,
  RNN,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";
import { assertAllClose } from "../support/close.ts";

/** Every kind of child that a module can have. */
class Zoo extends Module {
  readonly scale = new Parameter([1]);
  readonly nothing = null;
  readonly size = 3;
  readonly rnn = new RNN({ input: 2, hidden: 2 });
  readonly layers = [new Linear({ input: 2, output: 2 }), new Linear({ input: 2, output: 2, bias: false })];
  readonly offsets = [new Parameter([2]), new Parameter([3])];
  readonly inner = new (class extends Module {
    readonly embedding = new Embedding({ size: 2, width: 2 });
  })();
}

Deno.test("namedParameters names the parameters of all children by path, in field order", () => {
  const zoo = new Zoo();
  assertEquals([...zoo.namedParameters().keys()], [
    "scale",
    "rnn.weight_ih_l0",
    "rnn.weight_hh_l0",
    "rnn.bias_ih_l0",
    "rnn.bias_hh_l0",
    "layers.0.weight",
    "layers.0.bias",
    "layers.1.weight",
    "offsets.0",
    "offsets.1",
    "inner.embedding.weight",
  ]);
  assertEquals(zoo.parameters(), [...zoo.namedParameters().values()]);
});

const V = 5;

/** A language model that can tie its output weights to its embeddings. */
class TinyModel extends Module {
  readonly embedding: Embedding;
  readonly rnn: GRU;
  readonly decoder: Linear;

  constructor(isTied: boolean) {
    super();
    const random = new Random(4);
    this.embedding = new Embedding({ random, size: V, width: 3 });
    this.rnn = new GRU({ random, input: 3, hidden: 3 });
    this.decoder = new Linear({ random, input: 3, output: V, weight: isTied ? this.embedding.weight : undefined });
  }

  forward(ids: Int32Array): Tensor {
    return this.decoder.forward(this.rnn.forward(this.embedding.forward(ids, [4, 2])).output);
  }

  learn(): number {
    return training(() => {
      const ids = Int32Array.of(0, 1, 2, 3, 1, 1, 0, 2);
      const loss = crossEntropy(this.forward(ids), Int32Array.of(1, 2, 3, 4, 1, 0, 2, 3));
      loss.backward();
      return loss.item();
    });
  }
}

Deno.test("namedParameters lists a tied weight once, by its first name", () => {
  const tied = new TinyModel(true);
  assertStrictEquals(tied.decoder.weight, tied.embedding.weight);
  const names = [...new TinyModel(false).namedParameters().keys()];
  assertEquals([...tied.namedParameters().keys()], names.filter((name) => name !== "decoder.weight"));
});

Deno.test("the gradient of a tied weight is the sum over both uses within 1e-6", () => {
  const [tied, untied] = [new TinyModel(true), new TinyModel(false)];
  const values = tied.namedParameters();
  for (const [name, parameter] of untied.namedParameters()) {
    parameter.assign((values.get(name) ?? tied.embedding.weight).toArray());
  }
  assertEquals(tied.learn(), untied.learn());
  const [input, output] = [untied.embedding, untied.decoder].map(({ weight }) => weight.gradients());
  const options = { tolerance: 1e-6, name: "the tied gradient" };
  assertAllClose(tied.embedding.weight.gradients(), input.map((value, i) => value + output[i]), options);
  for (const name of ["rnn.weight_ih_l0", "decoder.bias"]) {
    assertEquals(values.get(name)!.gradients(), untied.namedParameters().get(name)!.gradients(), name);
  }
});

Deno.test("a model with tied weights trains: both layers see the optimizer's updates of the shared weight", () => {
  const model = new TinyModel(true);
  const optimizer = new Adam(model.parameters(), { learningRate: 0.02 });
  const losses = Array.from({ length: 60 }, () => {
    optimizer.zeroGradients();
    const loss = model.learn();
    optimizer.step();
    return loss;
  });
  assertEquals(model.decoder.weight.toArray(), model.embedding.weight.toArray());
  assertEquals(losses.at(-1)! < 0.5 * losses[0], true, `${losses[0]} to ${losses.at(-1)}`);
});

Deno.test("the fields of a subclass of a recurrent layer are children too, and a parent is visited once", () => {
  class WithStart extends GRU {
    readonly start = new Parameter([1, 1, 2]);
    readonly output = new Linear({ input: 2, output: 2, bias: false });
  }
  const names = [...new WithStart({ input: 2, hidden: 2 }).namedParameters().keys()];
  assertEquals(names.slice(-2), ["start", "output.weight"]);
  assertEquals(names.length, 6);

  class Child extends Module {
    readonly own = new Parameter([1]);
    constructor(readonly parent: Module) {
      super();
    }
  }
  class Parent extends Module {
    readonly child: Child = new Child(this);
  }
  assertEquals([...new Parent().namedParameters().keys()], ["child.own"]);
  assertEquals(parameterArrays(new Parent()).map(({ name }) => name), ["child.own"]);
});

Deno.test("a state in the place of the options of a recurrent layer is refused", () => {
  const gru = new GRU({ input: 1, hidden: 2 });
  inference(() => {
    const x = tensor([1, 2], [2, 1, 1]);
    const { state } = gru.forward(x);
    assertThrows(() => gru.forward(x, state as never), TypeError, 'unknown option "h"');
    assertThrows(() => gru.forward(x, { lenghts: [1] } as never), TypeError, "did you mean lengths?");
  });
});
