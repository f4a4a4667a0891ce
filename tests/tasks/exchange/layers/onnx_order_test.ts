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

Deno.test("both directions of ONNX are joined where they stand side by side", async () => {
  const move = (opType: string, from: string, to: string, perm: number[] = []): NodeProto => ({
    ...{ opType, name: to, input: opType === "Reshape" ? [from, "flat"] : [from], output: [to] },
    attribute: perm.length > 0 ? [{ name: "perm", ints: perm, type: 7 }] : [],
  });
  const flat: TensorProto = { name: "flat", dims: [2], dataType: 7, int64Data: [-1, 2 * H] };
  const read = (layout: number, ...nodes: NodeProto[]) => {
    const product: NodeProto = { opType: "MatMul", name: "c", input: [nodes.at(-1)!.output![0], "M"], output: ["z"] };
    const attribute = [
      { name: "hidden_size", i: H, type: 2 },
      { name: "layout", i: layout, type: 2 },
      { name: "direction", s: new TextEncoder().encode("bidirectional"), type: 3 },
    ];
    return importLayers(encodeOnnx({
      irVersion: 8,
      opsetImport: [{ version: 14 }],
      graph: {
        node: [{ opType: "RNN", input: ["X", "W", "R"], output: ["Y", "Y_h"], attribute }, ...nodes, product],
        initializer: [zeros("W", 2, H, H), zeros("R", 2, H, H), zeros("M", 2 * H, 3), flat],
        input: [{ name: "X" }],
      },
    }));
  };
  const [outputs, states] = [move("Transpose", "Y", "t", [0, 2, 1, 3]), move("Transpose", "Y_h", "t", [1, 0, 2])];
  const join = move("Reshape", "t", "j");
  const again = [move("Transpose", "j", "u", [1, 0, 2]), move("Reshape", "u", "v")];
  for (const nodes of [[outputs, join], [states, join], [outputs, join, ...again]]) {
    assertEquals((await read(0, ...nodes)).layers.length, 2);
  }
  for (const from of ["Y", "Y_h"]) {
    assertEquals((await read(1, move("Reshape", from, "j"))).layers.length, 2);
    const apart = "expected both directions of a step side by side, found another order before the node j";
    await assertRejects(() => read(0, move("Reshape", from, "j")), RangeError, apart);
    const unjoined = "expected both directions in the last dimension, found one of their own before the node r";
    await assertRejects(() => read(0, move("Relu", from, "r")), RangeError, unjoined);
  }
});
