// Runs ONNX's own tests of RNN, GRU and LSTM: folders with `model.onnx` and `test_data_set_*`, each with `input_*.pb`
// and `output_*.pb`. Many versions of the PyPI package `onnx` have them, in `onnx/backend/test/data/node`; the others
// write them with `python -m onnx.backend.test.cmd_tools generate-data -o FOLDER`, in `FOLDER/node`.

import { type ImportedRecurrent, importLayers, type RecurrentLayer } from "../../tasks/exchange/mod.ts";
import { decodeOnnx, type TensorProto } from "../../src/formats/onnx/mod.ts";
import type { NamedArray } from "../../src/formats/mod.ts";
import { inference, permute, reshape, type Tensor, tensor } from "../../src/nn/mod.ts";
import { readOnnxTensor } from "../../tasks/exchange/layers/onnx_tensors.ts";
import { isInputError } from "../../errors.ts";

/** The result of a test: the largest difference of its outputs, or why the model was refused. */
export interface NodeTest {
  readonly name: string;
  readonly difference?: number;
  readonly refused?: string;
}

/** Reads a tensor that stands in a file of its own, as the only constant of a graph. */
async function readTensor(path: string): Promise<NamedArray> {
  const wrap = (field: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const length: number[] = [];
    let rest = bytes.length;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push(rest % 128 | 128);
    return Uint8Array.of(field * 8 + 2, ...length, rest, ...bytes);
  };
  const model = decodeOnnx(wrap(7, wrap(5, await Deno.readFile(path))), path);
  const refuse = () => Promise.reject(new RangeError(`read ${path}: expected values, found the name of a file`));
  return await readOnnxTensor(model.graph!.initializer![0] as TensorProto, refuse, `read ${path}`);
}

async function readTensors(folder: string, kind: string): Promise<NamedArray[]> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.startsWith(`${kind}_`));
  return await Promise.all(names.map((_, i) => readTensor(`${folder}/${kind}_${i}.pb`)));
}

/** Returns the outputs Y, Y_h and Y_c of a node in its own order of dimensions. */
function run(
  layer: RecurrentLayer,
  module: ImportedRecurrent,
  { shape, data }: NamedArray,
): (Float32Array | undefined)[] {
  const { batchFirst, direction, hidden: H, returns } = layer;
  const D = direction === "bidirectional" ? 2 : 1;
  return inference(() => {
    const given = tensor(data as Float32Array, shape);
    const x = batchFirst ? permute(given, [1, 0, 2]) : given;
    const [T, B] = x.shape;
    const { output, state } = module.forward(x);
    const states = (states: Tensor | undefined): Float32Array | undefined =>
      states && (batchFirst ? permute(states, [1, 0, 2]) : states).toArray();
    const steps = (): Float32Array =>
      permute(reshape(output, [T, B, D, H]), batchFirst ? [1, 0, 2, 3] : [0, 2, 1, 3]).toArray();
    return [returns === "sequence" ? steps() : undefined, states(state.h), states(state.c)];
  });
}

/** Runs one test. */
export async function runNodeTest(folder: string): Promise<NodeTest> {
  const name = folder.split("/").at(-1)!;
  const path = `${folder}/model.onnx`;
  const { graph } = decodeOnnx(await Deno.readFile(path), path);
  const [node] = graph!.node!;
  let difference = 0;
  for (const { name: set } of Deno.readDirSync(folder)) {
    if (!set.startsWith("test_data_set_")) continue;
    const inputs = await readTensors(`${folder}/${set}`, "input");
    const given = graph!.input!.map(({ name = "" }, i) => [name, inputs[i]] as const);
    const x = given.find(([name]) => name === node.input![0])!;
    const values = new Map(given.filter((pair) => pair !== x));
    const outputs = await readTensors(`${folder}/${set}`, "output");
    try {
      const network = await importLayers(path, { values });
      const [layer] = network.layers;
      const found = run(layer as RecurrentLayer, network.modules.get(layer) as ImportedRecurrent, x[1]);
      for (const [i, expected] of outputs.entries()) {
        const actual = found[node.output!.indexOf(graph!.output![i].name!)];
        if (actual?.length !== expected.data.length) return { name, difference: Infinity };
        actual.forEach((value, j) => difference = Math.max(difference, Math.abs(value - Number(expected.data[j]))));
      }
    } catch (error) {
      if (!isInputError(error)) throw error;
      return { name, refused: error.message };
    }
  }
  return { name, difference };
}

/** Runs all tests of recurrent nodes in a folder. */
export async function runNodeTests(folder: string): Promise<NodeTest[]> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    /^test_(simple_)?(rnn|gru|lstm)_/.test(name)
  );
  const results: NodeTest[] = [];
  for (const name of names.sort()) results.push(await runNodeTest(`${folder}/${name}`));
  return results;
}

/** Ends the program with a line about its argument. */
function refuse(found: string): never {
  console.error(`run ONNX's tests: expected a folder with test_lstm_defaults and others, found ${found}`);
  Deno.exit(2);
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) refuse("no argument");
  const stats = await Deno.stat(folder).catch(() => undefined);
  if (!stats?.isDirectory) refuse(stats ? `the file ${folder}` : `no folder ${folder}`);
  const results = await runNodeTests(folder);
  if (results.length === 0) refuse(`none of them in ${folder}`);
  for (const { name, difference, refused } of results) {
    const isRight = refused === undefined && difference! <= 1e-5;
    console.log(
      `${refused ? "refused" : isRight ? "passed" : "FAILED"}  ${name}  ${refused ?? difference!.toExponential(1)}`,
    );
  }
  const failed = results.filter(({ difference = 0 }) => !(difference <= 1e-5)).length;
  console.log(`${results.length - failed} of ${results.length} passed or were refused by name`);
  if (failed > 0) Deno.exit(1);
}
