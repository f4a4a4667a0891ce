import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel } from "../../../mod.ts";
import { decodePyTorch, type NamedArray } from "../../../src/formats/mod.ts";
import { inference, parameterArrays } from "../../../src/nn/mod.ts";
import { importModel } from "../../../tasks/exchange/mod.ts";
import goldens from "../../goldens/pytorch/models.json" with { type: "json" };

const tokenizer = CharTokenizer.train("abcdefghijkl");

type Tensors = Map<string, NamedArray>;

/** Reads the tensors of a golden, without the prefix of `DataParallel`. */
async function tensorsOf(name: keyof typeof goldens): Promise<Tensors> {
  const bytes = Uint8Array.from(atob(goldens[name].bytes), (character) => character.charCodeAt(0));
  const { tensors } = await decodePyTorch(bytes);
  return new Map([...tensors].map(([name, array]) => [name.replace(/^module\./, ""), array]));
}

for (const name of ["word_language_model", "tied_word_language_model", "awd_lstm"] as const) {
  Deno.test(`an imported ${name.replaceAll("_", " ")} computes PyTorch's logits`, async () => {
    const { model } = importModel(await tensorsOf(name), { task: "language-modeling", tokenizer });
    assert(model instanceof LanguageModel);
    const { ids, logits, shape } = goldens[name];
    const found = inference(() => model.network.forward(Int32Array.from(ids), shape[0], shape[1]).logits.toArray());
    logits.forEach((logit, i) => assertAlmostEquals(found[i], logit, 1e-5));
    assertEquals(model.config.tied, name !== "word_language_model");
  });
}

Deno.test("an imported classifier computes PyTorch's logits", async () => {
  const options = { task: "classification", tokenizer, labels: ["a", "b", "c"] } as const;
  const { model } = importModel(await tensorsOf("classifier"), options);
  assert(model instanceof Classifier);
  const { ids, logits } = goldens.classifier;
  const found = inference(() => model.network.forward(Int32Array.from(ids), Int32Array.of(7, 7, 7)).logits.toArray());
  logits.forEach((logit, i) => assertAlmostEquals(found[i], logit, 1e-5));
  assertEquals(model.config.labels, ["a", "b", "c"]);
});

Deno.test("every tensor is accounted for, and the network described", async () => {
  const { lines } = importModel(await tensorsOf("awd_lstm"), { task: "language-modeling", tokenizer });
  assertEquals(lines[0], "encoder.weight [12, 6] -> embedding.weight");
  assert(lines.includes("rnns.1.module.weight_hh_l0_raw [20, 5] -> rnn.weight_hh_l1"));
  assert(lines.includes("rnns.1.module.weight_hh_l0: left out, the same weights are read under another name"));
  assert(lines.includes("decoder.weight: left out, equal to encoder.weight"));
  assertEquals(
    lines.at(-1),
    "Network: cell lstm, layers 3, hidden size 7, 5, 6, embedding size 6, vocabulary 12, outputs 12, tied",
  );
});

Deno.test("models of Elman are imported as they are", () => {
  for (const cell of ["rnn", "lstm", "gru"] as const) {
    const { network } = LanguageModel.create({ tokenizer, cell, embed: 4, hidden: 5, layers: 2 });
    const tensors = new Map(parameterArrays(network).map((array) => [array.name, array]));
    const { model } = importModel(tensors, { task: "language-modeling", tokenizer });
    assertEquals(parameterArrays(model.network), parameterArrays(network));
  }
});

Deno.test("a GRU whose reset gate applies before the product is imported if its cell is given", () => {
  const { network, config } = LanguageModel.create({ tokenizer, cell: "chogru", embed: 3, hidden: 4 });
  const arrays = parameterArrays(network);
  const tensors: Tensors = new Map(arrays.map((array) => [array.name, array]));
  const options = { task: "language-modeling", tokenizer } as const;
  assertEquals(importModel(tensors, options).model.config.cell, "gru");
  const { model } = importModel(tensors, { ...options, cell: "chogru" });
  assertEquals([model.config.cell, parameterArrays(model.network)], [config.cell, arrays]);
  const words = "import a checkpoint: expected 4 blocks of 4 rows in rnn.weight_hh_l0, found [12, 4]";
  assertThrows(() => importModel(tensors, { ...options, cell: "lstm" }), RangeError, words);
});

Deno.test("classifiers of Elman are imported with their pooling", () => {
  const options = { ...{ cell: "gru", embed: 4, hidden: 3, members: 1, wide: false } as const, labels: ["a", "b"] };
  for (const pooling of ["last", "attention", "concat"] as const) {
    const { network } = Classifier.create({ tokenizer, pooling, ...options });
    const tensors = new Map(parameterArrays(network).map((array) => [array.name, array]));
    const { model } = importModel(tensors, { task: "classification", tokenizer });
    assertEquals(parameterArrays(model.network), parameterArrays(network));
    const other = pooling === "last" ? "attention" : pooling === "concat" ? "last" : "mean";
    assertThrows(
      () => importModel(tensors, { task: "classification", tokenizer, pooling: other }),
      RangeError,
      "expected",
    );
  }
});

Deno.test("biases that a file lacks are zeros", async () => {
  const tensors = await tensorsOf("word_language_model");
  for (const name of [...tensors.keys()]) if (name.includes("bias")) tensors.delete(name);
  const { model, lines } = importModel(tensors, { task: "language-modeling", tokenizer });
  assertEquals(model.network.namedParameters().get("rnn.bias_hh_l1")!.toArray(), new Float32Array(20));
  assert(lines.includes("decoder.bias: zeros, since the file has none"));
});

Deno.test("a mapping overrides the proposal and leaves tensors out", async () => {
  const tensors = await tensorsOf("word_language_model");
  const twin = { ...tensors.get("encoder.weight")!, data: new Float32Array(72) };
  tensors.set("encoder2.weight", twin).set("step", { name: "step", shape: [1], data: Float32Array.of(3) });
  const load = (map: Record<string, string>) => importModel(tensors, { task: "language-modeling", tokenizer, map });
  assertThrows(() => load({}), RangeError, "found encoder.weight [12, 6], encoder2.weight [12, 6]; --map THEIRS=embed");
  assertThrows(() => load({ "encoder2.weight": "" }), RangeError, "found step [1]; --map step= leaves out a tensor");
  assertThrows(() => load({ none: "x" }), RangeError, "expected --map to name a tensor of the file, found none");
  const left = { "encoder2.weight": "", step: "" };
  assertThrows(
    () => load({ ...left, "decoder.bias": "decoder.bais" }),
    RangeError,
    "expected --map decoder.bias= and the name of one of embedding.weight, rnn.weight_ih_l0,",
  );
  const { model } = load({ "encoder2.weight": "embedding.weight", "encoder.weight": "", step: "" });
  assertEquals(model.network.namedParameters().get("embedding.weight")!.toArray(), new Float32Array(72));
});

Deno.test("a network with one output becomes a classifier of two labels", async () => {
  const tensors = await tensorsOf("classifier");
  const [weight, bias] = ["fc.weight", "fc.bias"].map((name) => tensors.get(name)!);
  tensors.set("fc.weight", { ...weight, shape: [1, weight.shape[1]], data: weight.data.slice(0, weight.shape[1]) });
  tensors.set("fc.bias", { ...bias, shape: [1], data: bias.data.slice(0, 1) });
  const options = { task: "classification", tokenizer, labels: ["no", "yes"] } as const;
  const words = "expected an output for each of several labels, found one output";
  assertThrows(() => importModel(tensors, { ...options, multiLabel: true }), RangeError, words);
  const { model, lines } = importModel(tensors, options);
  const { ids, logits } = goldens.classifier;
  const found = inference(() =>
    (model as Classifier).network.forward(Int32Array.from(ids), Int32Array.of(7, 7, 7)).logits.toArray()
  );
  for (let b = 0; b < 3; b++) {
    assertEquals(found[2 * b], 0);
    assertAlmostEquals(found[2 * b + 1], logits[3 * b], 1e-5);
  }
  assert(lines.includes("classifier: zeros for the first label, since the one output is the logit of the second"));
});

Deno.test("a network that reads vectors with a single 1 gets the identity as its embedding", async () => {
  const tensors = await tensorsOf("word_language_model");
  const embedding = tensors.get("encoder.weight")!;
  const input = tensors.get("rnn.weight_ih_l0")!;
  const [V, E] = embedding.shape;
  const { model } = importModel(tensors, { task: "language-modeling", tokenizer });
  // The product of the weights and the embedding reads the ids themselves.
  const data = Float32Array.from({ length: input.shape[0] * V }, (_, i) => {
    const [row, id] = [Math.floor(i / V), i % V];
    let sum = 0;
    for (let e = 0; e < E; e++) sum += Number(input.data[row * E + e]) * Number(embedding.data[id * E + e]);
    return sum;
  });
  tensors.delete("encoder.weight");
  tensors.set("rnn.weight_ih_l0", { name: "", shape: [input.shape[0], V], data });
  const { model: own, lines } = importModel(tensors, { task: "language-modeling", tokenizer });
  assert(lines.includes("embedding.weight: the identity, since the network reads vectors with a single 1"));
  const ids = Int32Array.of(0, 3, 11, 5);
  const [expected, found] = [model, own].map((model) =>
    inference(() => (model as LanguageModel).network.forward(ids, 4, 1).logits.toArray())
  );
  found.forEach((logit, i) => assertAlmostEquals(logit, expected[i], 1e-5));
});

/** A network whose inputs, states and outputs have the size of the vocabulary, with a matrix of that size. */
function squareNetwork(name: string): Tensors {
  const shapes = { "rnn.weight_ih_l0": [48, 12], "rnn.weight_hh_l0": [48, 12], [name]: [12, 12] };
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      return [name, { name, shape, data: Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i)) }];
    }),
  );
}

Deno.test("an output layer is not taken for an embedding, though its states have the vocabulary's size", () => {
  const load = (name: string, task: "language-modeling" | "classification", map: Record<string, string> = {}) => {
    const tensors = squareNetwork(name);
    const { model } = importModel(tensors, { task, tokenizer, map });
    const parameters = model.network.namedParameters();
    const given = tensors.get(name)!.data;
    const [own, ...output] = ["embedding.weight", "decoder.weight", "classifier.weight"].map((name) => {
      return parameters.get(name)?.toArray();
    });
    return { isIdentity: own!.every((x, i) => x === (i % 13 ? 0 : 1)), output: output.find(Boolean), given };
  };
  const read = (...args: Parameters<typeof load>): void => {
    const { isIdentity, output, given } = load(...args);
    assertEquals([isIdentity, output], [true, given]);
  };
  read("fc.weight", "language-modeling");
  read("fc.weight", "classification");
  read("w", "classification");
  read("w", "language-modeling", { w: "decoder.weight" });
  assertThrows(
    () => load("w", "language-modeling"),
    RangeError,
    "found w [12, 12] alone; --map w=embedding.weight takes it for both, --map w=decoder.weight for the output",
  );
  assertEquals(load("w", "language-modeling", { w: "embedding.weight" }).isIdentity, false);
  assertEquals(load("encoder.weight", "language-modeling").isIdentity, false);
});

Deno.test("64-bit numbers are rounded to 32 bits, which a line says", async () => {
  const tensors = await tensorsOf("word_language_model");
  tensors.set("decoder.bias", { name: "decoder.bias", shape: [12], data: new Float64Array(12).fill(0.1) });
  const { model, lines } = importModel(tensors, { task: "language-modeling", tokenizer });
  assert(lines.includes("decoder.bias: rounded to 32 bits"));
  assertEquals(model.network.namedParameters().get("decoder.bias")!.toArray()[0], Math.fround(0.1));
});

/** Changes a golden and imports it. */
async function refused(
  change: (tensors: Tensors) => void,
  message: string,
  { name = "word_language_model" as keyof typeof goldens, task = "language-modeling" as const, own = tokenizer } = {},
): Promise<void> {
  const tensors = await tensorsOf(name);
  change(tensors);
  assertThrows(() => importModel(tensors, { task, tokenizer: own }), RangeError, message);
}

/** Gives a tensor another shape of zeros. */
function reshape(tensors: Tensors, name: string, ...shape: number[]): void {
  tensors.set(name, { name, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
}

Deno.test("wrong shapes are refused with both", async () => {
  await refused(
    (t) => reshape(t, "encoder.weight", 12, 9),
    "expected one tensor [V, 6] for the embedding, found encoder.weight [12, 9]",
  );
  await refused((t) => reshape(t, "decoder.weight", 13, 5), "expected decoder.weight to be [12, 5], found [13, 5]");
  await refused(
    (t) => reshape(t, "rnn.weight_ih_l1", 20, 7),
    "expected rnn.weight_ih_l1 to be [20, 5], since the layer",
  );
  await refused(
    (t) => reshape(t, "rnn.weight_hh_l0", 10, 5),
    "expected 1, 3 or 4 blocks of 5 rows in rnn.weight_hh_l0",
  );
  await refused((t) => reshape(t, "rnn.bias_ih_l0", 19), "rnn.bias_ih_l0 to be [20], found [19]");
});

Deno.test("what a model cannot have, or lacks, is refused", async () => {
  await refused((t) => t.clear(), "expected recurrent layers with names such as rnn.weight_ih_l0, found none");
  await refused((t) => t.delete("rnn.weight_hh_l1"), "expected a matrix for rnn.weight_hh_l1, found none");
  await refused((t) => reshape(t, "rnn.weight_hr_l0", 3, 5), "expected layers without projections");
  await refused(() => {}, "expected a language model that reads forward, found layers of two directions", {
    name: "classifier",
  });
  const own = CharTokenizer.train("abc");
  await refused(() => {}, "expected a tokenizer of 12 tokens, as many as encoder.weight has rows, found one of 3", {
    own,
  });
});
