import {
  CharTokenizer,
  Classifier,
  Forecaster,
  LanguageModel,
  MusicModel,
  PipelineTokenizer,
  presets,
  Translator,
} from "@elman/elman";
import { exportGraph, type GraphPlan } from "@elman/elman/exchange";
import { Engine, gather, Linear, LSTM, mul, sum, tensor } from "@elman/elman/nn";
import type { ExportONNXOptions } from "../../../tasks/task_model/onnx_files.ts";
import { decodeOnnx, type GraphProto, type ValueInfoProto } from "../../../src/formats/onnx/mod.ts";
import { expectOneFile } from "../../../tasks/exchange/onnx/export/export_graph.ts";
import { quantizeRows } from "../../../tasks/exchange/onnx/export/quantize.ts";
import { formatExtent, Sizes } from "../../../tasks/exchange/onnx/export/sizes.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";

const engine = new Engine();
const tokenizer = CharTokenizer.train("abcdefgh");
const small = { tokenizer, embed: 4, hidden: 4, engine } as const;

async function graphsOf(files: readonly File[]): Promise<Map<string, GraphProto>> {
  const graphs = files.filter(({ name }) => name.endsWith(".onnx"));
  const read = graphs.map(async (file): Promise<[string, GraphProto]> => {
    const { graph, opsetImport } = decodeOnnx(new Uint8Array(await file.arrayBuffer()));
    assertEquals(opsetImport?.map(({ version }) => version), [17]);
    return [file.name, graph!];
  });
  return new Map(await Promise.all(read));
}

const shapeOf = ({ name, type }: ValueInfoProto): string =>
  `${name} ${type!.tensorType!.shape!.dim!.map(({ dimValue, dimParam }) => dimParam ?? dimValue)}`;

Deno.test("a language model is exported as a graph of sequences and one of steps, with its tokenizer", async () => {
  const files = await LanguageModel.create(small).exportONNX({ name: "lm" });
  assertEquals(files.map(({ name }) => name), ["lm.onnx", "lm_step.onnx", "tokenizer.json"]);
  const graphs = await graphsOf(files);
  const { input, output, node, initializer } = graphs.get("lm.onnx")!;
  assertEquals(input!.map(shapeOf), ["ids time,batch", "h 1,batch,4", "c 1,batch,4"]);
  assertEquals(output!.map(shapeOf), [
    `logits time,batch,${tokenizer.size}`,
    "h_next 1,batch,4",
    "c_next 1,batch,4",
  ]);
  const operators = node!.map(({ opType }) => opType);
  assertEquals(operators.filter((name) => name !== "Identity"), [
    "Gather",
    "LSTM",
    "Squeeze",
    "Transpose",
    "MatMul",
    "Add",
  ]);
  assertEquals(initializer!.some(({ name }) => name === "embedding.weight"), true);
  assertEquals(graphs.get("lm_step.onnx")!.input!.map(shapeOf), ["ids batch", "h 1,batch,4", "c 1,batch,4"]);
});

Deno.test("a tied weight stands in the file once, and 8 bits make it a quarter as large", async () => {
  const model = LanguageModel.create({ ...small, tied: true, embed: 64, hidden: 64 });
  const [float, int8] = await Promise.all([model.exportONNX(), model.exportONNX({ int8: true })]);
  const matrices = (await graphsOf(float)).get("model.onnx")!.initializer!;
  assertEquals(matrices.filter(({ dims }) => String(dims) === `${tokenizer.size},64`).length, 1);
  assert(int8[0].size < float[0].size / 3.2, `${int8[0].size} of ${float[0].size}`);
  const operators = (await graphsOf(int8)).get("model.onnx")!.node!.map(({ opType }) => opType);
  for (const name of ["DynamicQuantizeLinear", "MatMulInteger", "Cast"]) assert(operators.includes(name));
});

Deno.test("a table of which rows alone are read has all 8 bits, the weights of products 7", async () => {
  const largest = async (tied: boolean): Promise<Record<string, number>> => {
    const model = LanguageModel.create({ ...small, tied });
    const { initializer } = (await graphsOf(await model.exportONNX({ int8: true }))).get("model.onnx")!;
    const own = initializer!.filter(({ name }) => /^(?:embedding|decoder).*_int8$/.test(name!));
    return Object.fromEntries(own.map(({ name, rawData }) => {
      return [name, new Int8Array(rawData!).reduce((most, value) => Math.max(most, Math.abs(value)), 0)];
    }));
  };
  assertEquals(await largest(false), { "embedding.weight_int8": 127, "decoder.weight_int8": 63 });
  assertEquals(await largest(true), { "embedding.weight_int8": 63 });
});

Deno.test("the rounds of a Mogrifier LSTM are products in 8 bits too", async () => {
  const files = await LanguageModel.create({ ...small, cell: "mogrifier" }).exportONNX({ int8: true });
  const { initializer } = (await graphsOf(files)).get("model.onnx")!;
  const matrices = initializer!.filter(({ dims }) => dims?.length === 2);
  assert(matrices.some(({ name }) => /weight_q_l0_round_1_int8$/.test(name!)));
  assertEquals(matrices.filter(({ name }) => !name!.endsWith("_int8")), []);
});

Deno.test("a cell without an operator is a loop over steps, in each direction", async () => {
  const options = { ...small, labels: ["a", "b"], architecture: "network", bidirectional: true } as const;
  const [graph] = (await graphsOf(await Classifier.create({ ...options, cell: "sru" }).exportONNX())).values();
  assertEquals(graph.node!.filter(({ opType }) => opType === "Scan").length, 2);
  assertEquals(graph.input!.map(shapeOf), ["ids time,batch", "lengths batch"]);
});

Deno.test("a translator is exported as an encoder and a step of the decoder", async () => {
  const { tokenizer: sourceTokenizer, ...sizes } = small;
  const graphs = await graphsOf(await Translator.create({ sourceTokenizer, ...sizes }).exportONNX());
  assertEquals([...graphs.keys()], ["model_encoder.onnx", "model_decoder.onnx"]);
  const outputs = graphs.get("model_encoder.onnx")!.output!.map(({ name }) => name);
  assertEquals(outputs.slice(0, 2), ["memory_keys", "memory_values"]);
  const inputs = new Set(graphs.get("model_decoder.onnx")!.input!.map(({ name }) => name));
  for (const name of outputs) assert(inputs.has(name));
});

Deno.test("a music model of piano rolls is exported as a graph of pieces, one of a step and one of its tokens", async () => {
  const rolls = await PipelineTokenizer.train(["."], presets.steps({ lowest: 60, highest: 62 }));
  const model = MusicModel.create({ tokenizer: rolls, cell: "gru", embed: 4, hidden: 4, engine });
  const { vocabSize: V, features: C } = model.notation.rules;
  const graphs = await graphsOf(await model.exportONNX());
  const shapes = [...graphs].map(([name, { input, output }]) => [name, input!.map(shapeOf), output!.map(shapeOf)]);
  assertEquals(shapes, [
    [
      "model.onnx",
      ["ids time,batch", `features time,batch,${C}`, "h 1,batch,4", "rows tokens", "inside tokens,3"],
      [`logits tokens,${V}`, "h_next 1,batch,4"],
    ],
    ["model_step.onnx", ["ids batch", `features batch,${C}`, "h 1,batch,4"], ["hidden batch,4", "h_next 1,batch,4"]],
    ["model_token.onnx", ["hidden batch,4", "inside batch,3"], [`logits batch,${V}`]],
  ]);
});

Deno.test("a classifier with a linear model reads features too, unless its network is asked for alone", async () => {
  const options = { tokenizer, labels: ["bad", "good"], hidden: 4, embed: 4, engine } as const;
  const texts = ["ab", "abc", "gh", "fgh"].map((text, i) => ({ text, label: i < 2 ? "bad" : "good" }));
  const linear = Classifier.create({ ...options, architecture: "linear" });
  await linear.fit(texts);
  await assertRejects(() => linear.exportONNX({ networkAlone: true }), RangeError, "found a linear model alone");
  const features = ["features batch,features", "feature_values batch,features"];
  assertEquals((await graphsOf(await linear.exportONNX())).get("model.onnx")!.input!.map(shapeOf), features);
  const both = Classifier.create({ ...options, wide: true });
  await both.fit(texts, { epochs: 1 });
  const inputsOf = async (options: ExportONNXOptions): Promise<string[]> => {
    return (await graphsOf(await both.exportONNX(options))).get("model.onnx")!.input!.map(shapeOf);
  };
  assertEquals(await inputsOf({}), ["ids time,batch", "lengths batch", ...features]);
  assertEquals(await inputsOf({ networkAlone: true }), ["ids time,batch", "lengths batch"]);
  const names = (await both.exportONNX({ name: "my-reviews" })).map(({ name }) => name);
  assertEquals(names, ["my-reviews.onnx", "tokenizer.json", "my_reviews_features.py"]);
  const untrained = Classifier.create({ ...options, architecture: "linear" });
  await assertRejects(() => untrained.exportONNX(), RangeError, "expected a linear model that is trained");
});

Deno.test("an option of exportONNX that models of the task do not have is refused", async () => {
  const data = {
    series: [{ id: "a", values: Float64Array.from({ length: 40 }, (_, t) => t % 7) }],
    ...{ period: 7, targetName: "y", knownNames: [], observedNames: [], staticNames: [] },
  };
  const forecaster = Forecaster.create({ data: data as never, horizon: 2, hidden: 4, engine });
  const refused = async (name: "logProbabilities" | "networkAlone", flag: string): Promise<void> => {
    await assertRejects(
      () => forecaster.exportONNX({ [name]: true }),
      RangeError,
      `export a forecaster as ONNX: expected a model of a task that has ${name} (${flag}), found one of forecasting`,
    );
  };
  await refused("logProbabilities", "--log-probabilities");
  await refused("networkAlone", "--network-alone");
  await assertRejects(() => LanguageModel.create(small).exportONNX({ networkAlone: true }), RangeError, "networkAlone");
});

Deno.test("an unknown option of exportONNX, or a wrong one, is refused", async () => {
  const model = LanguageModel.create(small);
  await assertRejects(() => model.exportONNX({ int4: true } as never), TypeError, "int4");
  await assertRejects(() => model.exportONNX({ int8: "yes" } as never), TypeError, "int8");
});

/** A plan that maps x [batch, 3] by a function. */
function planOf(run: (x: Float32Array, batch: number) => ReturnType<typeof sum>): GraphPlan {
  return {
    suffix: "",
    summary: "",
    sizes: ["batch"],
    run({ batch }) {
      const values = new Float32Array(batch * 3);
      return {
        inputs: [{ name: "x", values, shape: [batch, 3], help: "" }],
        outputs: [{ name: "y", tensor: run(values, batch), help: "" }],
      };
    },
  };
}

Deno.test("what a graph cannot have is refused: sizes that were computed, and cells of one's own", () => {
  const network = new Linear({ input: 3, output: 2, engine });
  const refuse = (run: Parameters<typeof planOf>[0], message: string): void => {
    assertThrows(() => exportGraph(planOf(run), { engine, network }), RangeError, message);
  };
  const place = (values: ArrayLike<number>, shape: number[]) => tensor(values, shape, { engine });
  refuse(
    (values, batch) =>
      mul(place(values, [batch, 3]), place(Float32Array.from({ length: batch }, (_, i) => i), [batch, 1])),
    "values that are an input or do not depend on sizes",
  );
  refuse(
    (values, batch) => gather(place(values, [batch, 3]), Int32Array.from({ length: batch }, (_, i) => i)),
    "whole numbers that are an input or do not depend on one",
  );
  refuse(
    (values, batch) => batch > 5 ? sum(place(values, [batch, 3])) : sum(place(values, [batch, 3]), 0),
    "the same operations for inputs of all sizes",
  );
  refuse(
    (values, batch) => mul(place(values, [batch, 3]), gather(network.weight, Int32Array.of(batch % 2))),
    "whole numbers that are an input or do not depend on one",
  );
  class Own extends LSTM {
    protected override cellAttributes(): { cell: string } {
      return { cell: "Own" };
    }
  }
  const own = new Own({ input: 3, hidden: 3, engine });
  refuse((values, batch) => own.forward(place(values, [1, batch, 3])).output, "a cell of the library, found Own");
});

Deno.test("weights that no file of ONNX holds are refused", () => {
  const part = { rawData: { length: 2 ** 29 } as Uint8Array };
  expectOneFile([part, part, part, {}], false);
  const found = "less than 2 GiB, the most that an ONNX file has, found 2.0 GiB; int8 (--int8) writes about a quarter";
  assertThrows(() => expectOneFile([part, part, part, part], false), RangeError, found);
});

Deno.test("sizes find the product that a number follows from", () => {
  const sizes = new Sizes();
  sizes.add("time", [5, 11, 6]);
  sizes.add("batch", [3, 2, 7]);
  const format = (vector: number[]): string => formatExtent(sizes.extentOf(vector, "a number"));
  assertEquals(format([4, 4, 4]), "4");
  assertEquals(format([10, 22, 12]), "2*time");
  assertEquals(format([15, 22, 42]), "time*batch");
  assertThrows(() => sizes.extentOf([1, 2, 3], "an extent"), RangeError, "an extent to be a product of sizes");
  assertThrows(() => sizes.add("twice", [10, 22, 12]), RangeError, "otherwise than by a factor");
});

Deno.test("rows are rounded to 8 bits with a factor each, and zeros stay zeros", () => {
  const { values, scales } = quantizeRows(Float32Array.of(-2, 1, 0.5, 0, 0, 0, 127, -64, 1), 3, 3);
  assertEquals(values, Int8Array.of(-127, 64, 32, 0, 0, 0, 127, -64, 1));
  assertEquals([...scales], [Math.fround(2 / 127), 1, 1]);
});
