import { assertEquals, assertRejects } from "@std/assert";
import { encodeOnnx, type NodeProto, type TensorProto } from "../../../../src/formats/onnx/mod.ts";
import { importLayers } from "../../../../tasks/exchange/mod.ts";

const H = 2;

function zeros(name: string, ...dims: number[]): TensorProto {
  return { name, dims, dataType: 1, floatData: new Float32Array(dims.reduce((a, b) => a * b)) };
}

/** A graph of an RNN of `H` units over vectors of `H` numbers, and further nodes. */
function graph(node: readonly NodeProto[], constants: readonly TensorProto[] = []): Uint8Array<ArrayBuffer> {
  const attribute = [{ name: "hidden_size", i: H, type: 2 }];
  const rnn = { opType: "RNN", name: "a", input: ["X", "W", "R"], output: ["Y", "Y_h"], attribute };
  return encodeOnnx({
    irVersion: 8,
    opsetImport: [{ version: 13 }],
    graph: {
      node: [rnn, { opType: "Squeeze", input: ["Y", "one"], output: ["y"] }, ...node],
      initializer: [zeros("W", 1, H, H), zeros("R", 1, H, H), {
        ...{ name: "one", dims: [1], dataType: 7, int64Data: [1] },
      }, ...constants],
      input: [{ name: "X" }],
      output: [{ name: "z" }],
    },
  });
}

const transpose = (from: string, to: string): NodeProto => {
  return { opType: "Transpose", input: [from], output: [to], attribute: [{ name: "perm", ints: [1, 0, 2], type: 7 }] };
};
const rnn = (from: string): NodeProto => ({ opType: "RNN", name: "b", input: [from, "W", "R"], output: ["z"] });

Deno.test("layers of ONNX read each other's steps, not each other's sequences", async () => {
  const { layers } = await importLayers(graph([transpose("y", "t"), transpose("t", "u"), rnn("u")]));
  assertEquals(layers.map(({ kind }) => kind), ["recurrent", "recurrent"]);
  const swapped = graph([transpose("y", "t"), rnn("t")]);
  await assertRejects(() => importLayers(swapped), RangeError, "found the node b, which reads its sequences");
});

Deno.test("the last step of ONNX is taken along the time", async () => {
  const gather = (from: string, axis: number): NodeProto => {
    return { opType: "Gather", input: [from, "end"], output: ["z"], attribute: [{ name: "axis", i: axis, type: 2 }] };
  };
  const end: TensorProto = { name: "end", dims: [], dataType: 7, int64Data: [-1] };
  for (const nodes of [[gather("y", 0)], [transpose("y", "t"), gather("t", 1)]]) {
    const [layer] = (await importLayers(graph(nodes, [end]))).layers;
    assertEquals(layer.kind === "recurrent" && layer.returns, "last");
  }
  await assertRejects(() => importLayers(graph([gather("y", 1)], [end])), RangeError, "or of the last step, found");
});

Deno.test("a layer that reads more than the one before returns is refused with both sizes", async () => {
  const product: NodeProto = { opType: "MatMul", name: "c", input: ["y", "M"], output: ["z"] };
  await assertRejects(
    () => importLayers(graph([product], [zeros("M", 6, 3)])),
    RangeError,
    "expected c to read the 2 outputs of a, found 6 inputs",
  );
});
