import { assertEquals, assertThrows } from "@std/assert";
import { CharTokenizer } from "../../../mod.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import { networkTensors } from "../../../tasks/exchange/import/network_file.ts";
import { findStack } from "../../../tasks/exchange/import/stacks.ts";
import { type ImportedLayer, ImportedNetwork, importModel, type LayerTensor } from "../../../tasks/exchange/mod.ts";

const zeros = (name: string, ...shape: number[]): [string, LayerTensor] => [
  name,
  { name, shape, data: new Float32Array(shape.reduce((a, b) => a * b)) },
];

const EMBEDDING: ImportedLayer = {
  ...{ kind: "embedding", name: "embedding", size: 3, width: 2 },
  tensors: new Map([zeros("weight", 3, 2)]),
};
const RNN: ImportedLayer = {
  ...{ kind: "recurrent", name: "rnn", cell: "rnn", activation: "tanh", input: 2, hidden: 2, direction: "forward" },
  ...{ merge: "concat", returns: "last", batchFirst: true },
  tensors: new Map([zeros("weight_ih_l0", 2, 2), zeros("weight_hh_l0", 2, 2)]),
};
const DENSE: ImportedLayer = {
  ...{ kind: "linear", name: "dense", input: 2, output: 1 },
  tensors: new Map([zeros("weight", 1, 2)]),
};
const activation = (name: "relu" | "sigmoid" | "softmax"): ImportedLayer => {
  return { kind: "activation", name, activation: name, tensors: new Map() };
};

function read(task: "language-modeling" | "classification", ...layers: ImportedLayer[]): string[] {
  return [
    ...networkTensors(new ImportedNetwork({ format: "keras", layers, notes: [] }), task, "read x").tensors.keys(),
  ];
}

Deno.test("a network of the layers of a model is read by the names of its layers", () => {
  const names = ["embedding.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "dense.weight"];
  assertEquals(read("language-modeling", EMBEDDING, RNN, DENSE, activation("softmax")), names);
  assertEquals(read("classification", EMBEDDING, RNN, DENSE, activation("sigmoid")), names);
  assertEquals(read("language-modeling", RNN, DENSE), names.slice(1));
});

Deno.test("the kinds of a file's layers tell the embedding from the output layer, whatever their names and sizes", () => {
  const tokenizer = CharTokenizer.train("abc");
  const [table, output] = [{ ...EMBEDDING, name: "Gather_1" }, { ...DENSE, name: "MatMul_3", output: 3 }].map(
    (layer, i): ImportedLayer => {
      const weight = { name: "weight", shape: [3, 2], data: new Float32Array(6).fill(i + 1) };
      return { ...layer, tensors: new Map([["weight", weight]]) } as ImportedLayer;
    },
  );
  const { tensors, cells, map } = networkTensors(
    new ImportedNetwork({ format: "onnx", layers: [table, RNN, output], notes: [] }),
    "language-modeling",
    "read x",
  );
  const { model } = importModel(tensors, {
    task: "language-modeling",
    tokenizer,
    cells,
    map: Object.fromEntries(map),
  });
  const parameters = model.network.namedParameters();
  const found = ["embedding.weight", "decoder.weight"].map((name) => parameters.get(name)!.toArray()[0]);
  assertEquals(found, [1, 2]);
});

Deno.test("numbers that a network reads are not taken for ids of its output layer's rows", () => {
  const output = { ...DENSE, output: 3, tensors: new Map([zeros("weight", 3, 2)]) };
  const network = new ImportedNetwork({ format: "onnx", layers: [RNN, output], notes: [] });
  const { tensors, cells, map } = networkTensors(network, "language-modeling", "read x");
  const tokenizer = CharTokenizer.train("abc");
  const options = { task: "language-modeling", tokenizer, cells, map: Object.fromEntries(map) } as const;
  assertThrows(() => importModel(tensors, options), RangeError, "expected one tensor [V, 2] for the embedding, found");
});

Deno.test("a network with other layers or functions in between is refused", () => {
  const refuses = (message: string, ...layers: ImportedLayer[]) => {
    assertThrows(() => read("language-modeling", ...layers), RangeError, message);
  };
  refuses("found dense after relu; importLayers reads", EMBEDDING, RNN, activation("relu"), DENSE);
  refuses("found rnn after dense", EMBEDDING, DENSE, RNN);
  refuses("expected an output layer, found none", EMBEDDING, RNN);
  refuses("found dense after dense", EMBEDDING, RNN, DENSE, DENSE);
  refuses(
    "expected a softmax, or no function, after the output layer, found sigmoid",
    RNN,
    DENSE,
    activation("sigmoid"),
  );
  assertThrows(
    () => read("classification", EMBEDDING, { ...RNN, returns: "sequence" }, DENSE),
    RangeError,
    "found rnn, which returns those of all steps",
  );
});

Deno.test("the layers of a file keep their order, whatever they are called, and have one cell", () => {
  const layer = (name: string, rows: number): readonly (readonly [string, NamedArray])[] =>
    ["weight_ih", "weight_hh"].map((own) => {
      const array = { name: `${name}.${own}`, shape: [rows, 2], data: new Float32Array(2 * rows) };
      return [array.name, array] as const;
    });
  const tensors = new Map([...layer("lower", 6), ...layer("above", 6)]);
  const stack = findStack(tensors, "import", { cells: new Map([["lower", "gru"], ["above", "gru"]]) });
  assertEquals(stack.tensors.get("weight_ih_l0")!.name, "lower.weight_ih");
  const other = findStack(tensors, "import");
  assertEquals(other.tensors.get("weight_ih_l0")!.name, "above.weight_ih");
  const cells = new Map([["lower", "gru"], ["above", "chogru"]] as const);
  assertThrows(
    () => findStack(tensors, "import", { cells }),
    RangeError,
    "expected layers of one cell, found gru, chogru",
  );
});
