import { assert, assertEquals, assertRejects } from "@std/assert";
import { isInputError } from "../../../../errors.ts";
import { encodeOnnx, type NodeProto, type TensorProto } from "../../../../src/formats/onnx/mod.ts";
import { importLayers, type ImportLayersOptions } from "../../../../tasks/exchange/mod.ts";
import HDF5 from "../../../goldens/exchange/hdf5.json" with { type: "json" };
import { KERAS_GOLDENS, TENSORFLOW_JS_GOLDENS, unpackFile } from "../../../support/exchange_goldens.ts";

type Bytes = Uint8Array<ArrayBuffer>;

async function refuses(source: Bytes | string, expected: string, options?: ImportLayersOptions): Promise<void> {
  const error = await assertRejects(() => importLayers(source, options), Error, expected);
  assert(isInputError(error) && !error.message.includes("\n"), error.message);
}

const utf8 = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value));

/** A TensorFlow.js model of one layer whose weights have the given shapes. */
function model(className: string, config: Record<string, unknown>, shapes: Record<string, number[]>): Bytes {
  const layer = { class_name: className, config: { name: "a", ...config } };
  const weights = Object.entries(shapes).map(([name, shape]) => ({ name: `a/${name}`, shape, dtype: "float32" }));
  return utf8({
    modelTopology: { class_name: "Sequential", config: { layers: [layer] } },
    weightsManifest: [{ paths: ["w.bin"], weights }],
  });
}

function zeros(shapes: Record<string, number[]>): ImportLayersOptions {
  const count = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return { readFile: () => Promise.resolve(new Uint8Array(count * 4)) };
}

const LSTM = { kernel: [2, 12], recurrent_kernel: [3, 12], bias: [12] };

/** An ONNX file of one node with weights of an LSTM. */
function graph(node: NodeProto, ...initializer: TensorProto[]): Bytes {
  return encodeOnnx({
    irVersion: 8,
    producerName: "test",
    opsetImport: [{ version: 14 }],
    graph: { node: [node], initializer },
  });
}

const floats = (name: string, dims: number[]): TensorProto => {
  return { name, dims, dataType: 1, floatData: new Float32Array(dims.reduce((a, b) => a * b, 1)) };
};
const [W, R] = [floats("W", [1, 12, 2]), floats("R", [1, 12, 3])];
const lstm = (attribute: NodeProto["attribute"] = [], input = ["X", "W", "R"]): NodeProto => {
  return {
    opType: "LSTM",
    name: "a",
    input,
    output: ["Y"],
    attribute: [{ name: "hidden_size", i: 3, type: 2 }, ...attribute],
  };
};

Deno.test("files of other kinds are recognized by their first bytes", async () => {
  const name = "model.h5";
  await refuses(Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), "read model.h5: expected a model of Keras, Tensor", {
    name,
  });
  await refuses(new TextEncoder().encode("a poem\n"), "found a text file");
  const deep = new TextEncoder().encode(`{"a":${"[".repeat(300)}`);
  await refuses(deep, "expected JSON, found lists or objects more than 256 deep");
  await refuses(utf8({ a: 1 }), "expected a TensorFlow.js model, found JSON without modelTopology");
  await refuses("no/such/file.keras", "read no/such/file.keras: expected a file, found none");
  await refuses(Uint8Array.of(0x50, 0x4b, 3, 4, 0), "read a model: expected a zip archive, found no list of files");
  const [, { files }] = KERAS_GOLDENS[0];
  await refuses(unpackFile(files.keras).slice(0, -100), "read a model: expected a zip archive, found");
});

Deno.test("layers and options of Keras that Elman lacks are refused by name", async () => {
  const refusal = (
    className: string,
    config: Record<string, unknown>,
    expected: string,
    shapes = LSTM as Record<string, number[]>,
  ) => refuses(model(className, config, shapes), expected, zeros(shapes));
  await refusal("Conv1D", {}, "found the Conv1D a, a layer of Conv1D");
  await refusal(
    "LSTM",
    { units: 3, activation: "selu" },
    "sigmoid, tanh, relu as activation of the LSTM a, found selu",
  );
  await refusal("GRU", { units: 3, recurrent_activation: "elu" }, "recurrent_activation of the GRU a, found elu");
  await refusal(
    "LSTM",
    { units: 3, return_state: true },
    "expected return_state to be false of the LSTM a, found true",
  );
  await refusal("LSTM", { units: 3, go_backwards: true, return_sequences: true }, "found return_sequences");
  await refusal("Dense", { units: 3, activation: "elu" }, "as activation of the Dense a, found elu", {
    kernel: [2, 3],
    bias: [3],
  });
  await refusal("LSTM", { units: 4 }, "expected the kernel of the LSTM a to be [2, 16], found [2, 12]");
  await refusal("LSTM", { units: 3 }, "the recurrent kernel of the LSTM a, found none", { kernel: [2, 12] });
  const layer = { class_name: "LSTM", config: { units: 3 } };
  await refusal("Bidirectional", { merge_mode: null, layer }, "as merge_mode of the Bidirectional a, found null", {
    ...LSTM,
    ...Object.fromEntries(Object.entries(LSTM).map(([name, shape]) => [`b/${name}`, shape])),
  });
});

Deno.test("files of weights that are missing, short or outside the folder are refused", async () => {
  const [, { model: golden }] = TENSORFLOW_JS_GOLDENS[0];
  const bytes = utf8(golden);
  await refuses(bytes, "expected readFile, which reads ./weights.bin, found none");
  await refuses(bytes, "bytes of weights by weightsManifest, found 3 in its files", {
    readFile: () => Promise.resolve(new Uint8Array(3)),
  });
  await refuses(utf8({ ...golden, format: "graph-model" }), "found a graph model");
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/model.json`;
    await Deno.writeFile(path, bytes);
    await refuses(path, `expected the file ${folder}/weights.bin beside it, found none`);
    for (const place of ["../weights.bin", "/etc/hostname", "https://example.com/w.bin", "a\\..\\..\\b"]) {
      await Deno.writeFile(path, utf8({ ...golden, weightsManifest: [{ paths: [place], weights: [] }] }));
      await refuses(path, "expected files in its own folder, found");
    }
    await Deno.mkdir(`${folder}/inner`);
    await Deno.writeTextFile(`${folder}/outside.bin`, "");
    await Deno.symlink(`${folder}/outside.bin`, `${folder}/inner/link.bin`);
    await Deno.writeFile(
      `${folder}/inner/model.json`,
      utf8({ ...golden, weightsManifest: [{ paths: ["link.bin"], weights: [] }] }),
    );
    await refuses(`${folder}/inner/model.json`, 'expected files in its own folder, found "link.bin" outside of it');
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("attributes and operators of ONNX that Elman lacks are refused by name", async () => {
  const text = (value: string): Bytes => new TextEncoder().encode(value);
  const refusal = (attribute: NodeProto["attribute"], expected: string) =>
    refuses(graph(lstm(attribute), W, R), expected);
  await refusal([{ name: "clip", f: -3, type: 1 }], "expected clip to be above 0 in the LSTM a, found -3");
  await refusal([{ name: "input_forget", i: 1, type: 2 }], "expected input_forget to be 0 in the LSTM a");
  const functions = (...names: string[]) => ({ name: "activations", strings: names.map(text), type: 8 });
  await refusal([functions("Affine", "Tanh", "Tanh")], "in the LSTM a, found affine, tanh, tanh");
  await refusal([functions("Sigmoid", "HardSigmoid", "Tanh")], "in the LSTM a, found sigmoid, hardsigmoid, tanh");
  await refusal([functions("Sigmoid", "Tanh")], "expected 3 activations in the LSTM a, found sigmoid, tanh");
  const middle = [functions("HardSigmoid", "Tanh", "Tanh"), { name: "activation_beta", floats: [0.25], type: 6 }];
  await refusal(middle, "expected 0.5 as activation_beta in the LSTM a, found 0.25");
  await refusal(
    [{ name: "activation_alpha", floats: [1], type: 6 }],
    "expected no activation_alpha of these functions in the LSTM a, found 1",
  );
  await refusal([{ name: "direction", s: text("up"), type: 3 }], 'as direction in the LSTM a, found "up"');
  await refusal([{ name: "speed", i: 1, type: 2 }], "in the LSTM a, found speed");
  const P = floats("P", [1, 9]);
  await refuses(
    graph(lstm([], ["X", "W", "R", "", "", "", "", "P"]), W, R, P),
    "expected no peepholes (input P) in the LSTM a",
  );
  await refuses(graph(lstm(), W), "expected a constant R of the LSTM a, found one that is computed");
  await refuses(
    graph(lstm(), W, floats("R", [1, 12, 4])),
    "expected R of the LSTM a to be [1, 12, 3], found [1, 12, 4]",
  );
  await refuses(graph({ opType: "Conv", name: "c", input: ["X"], output: ["Y"] }), "found Conv in the node c");
  await refuses(
    graph(lstm(), { ...W, floatData: new Float32Array(3) }, R),
    "expected 24 values in the tensor W [1, 12, 2], found 3",
  );
});

Deno.test("values of ONNX outside the file are read from its folder alone", async () => {
  const outer = await Deno.makeTempDir();
  try {
    const folder = `${outer}/inner`;
    await Deno.mkdir(folder);
    const path = `${folder}/model.onnx`;
    const external = (location: string, offset = 4): TensorProto => ({
      ...{ name: "W", dims: [1, 12, 2], dataType: 1, dataLocation: 1 },
      externalData: [{ key: "location", value: location }, { key: "offset", value: `${offset}` }],
    });
    const write = (tensor: TensorProto) => Deno.writeFile(path, graph(lstm(), tensor, R));
    const values = Float32Array.from({ length: 25 }, (_, i) => i);
    await Deno.writeFile(`${folder}/w.bin`, new Uint8Array(values.buffer));
    await write(external("w.bin"));
    const { layers: [layer] } = await importLayers(path);
    assertEquals([...layer.tensors.get("weight_ih_l0")!.data.slice(0, 8)], [1, 2, 3, 4, 5, 6, 13, 14]);
    await write(external("../w.bin"));
    await refuses(path, 'expected files in its own folder, found "../w.bin" outside of it');
    await write(external("w.bin", 50));
    await refuses(path, "expected 96 bytes of the tensor W at byte 50 of w.bin, found a file of 100 bytes");
    await Deno.symlink(`${outer}/outside.bin`, `${folder}/link.bin`);
    await Deno.writeTextFile(`${outer}/outside.bin`, "");
    for (const place of ["link.bin", `${folder}/w.bin`, "a/../../w.bin"]) {
      await write(external(place));
      await refuses(path, `expected files in its own folder, found "${place}" outside of it`);
    }
    await write(external("none.bin"));
    await refuses(path, `expected the file ${folder}/none.bin beside it, found none`);
  } finally {
    await Deno.remove(outer, { recursive: true });
  }
});

Deno.test("damaged HDF5 files are refused in one line", async () => {
  const file = unpackFile(KERAS_GOLDENS.find(([name]) => name === "lstm")![1].files.h5);
  await refuses(file.slice(0, 1000), "read a model: expected an HDF5 file, found a damaged one");
  await refuses(file.slice(0, 20), "read a model: expected an HDF5 file, found a damaged one");
});

Deno.test("HDF5 files that are whole but not read are refused with the reason", async () => {
  const [layer] = (await importLayers(unpackFile(HDF5.plain))).layers;
  assertEquals([...layer.tensors.get("weight")!.data], [1, 2]);
  await refuses(
    unpackFile(HDF5.compressed),
    "read a model: expected tensors that are not compressed, found dense/kernel:0",
  );
  await refuses(unpackFile(HDF5.integers), "read a model: expected floats in dense/kernel:0, found the type <i4");
});

Deno.test("values that many tensors share are read once", async () => {
  const external = (name: string, dims: number[]): TensorProto => ({
    ...{ name, dims, dataType: 1, dataLocation: 1 },
    externalData: [{ key: "location", value: "w.bin" }],
  });
  const names: string[] = [];
  const readFile = (name: string): Promise<Bytes> => {
    names.push(name);
    return Promise.resolve(new Uint8Array(144));
  };
  await importLayers(graph(lstm(), external("W", [1, 12, 2]), external("R", [1, 12, 3])), { readFile });
  assertEquals(names, ["w.bin"]);
});
