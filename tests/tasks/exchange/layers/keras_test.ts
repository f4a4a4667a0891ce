import { assertEquals, assertRejects } from "@std/assert";
import { importLayers, type RecurrentLayer } from "../../../../tasks/exchange/mod.ts";
import { assertSameOutputs, KERAS_GOLDENS, unpackFile } from "../../../support/exchange_goldens.ts";

for (const [name, golden] of KERAS_GOLDENS) {
  Deno.test(`a network of Keras computes what Keras does within 1e-5: ${name}`, async () => {
    for (const [kind, file] of Object.entries(golden.files)) {
      if (kind.startsWith("weights")) continue;
      assertSameOutputs(await importLayers(unpackFile(file)), golden, `${name}, ${kind}`);
    }
  });
}

const FILES = Object.fromEntries(KERAS_GOLDENS.map(([name, { files }]) => [name, files]));

Deno.test("layers of weights alone follow from their names and shapes", async () => {
  const gru = await importLayers(unpackFile(FILES.gru.weights));
  assertEquals(gru.layers.map(({ kind, name }) => [kind, name]), [["recurrent", "gru"]]);
  const golden = KERAS_GOLDENS.find(([name]) => name === "gru")![1];
  assertSameOutputs(gru, golden, "gru");
  const { layers, notes } = await importLayers(unpackFile(FILES.bidirectional.weights));
  const recurrent = layers.filter((layer) => layer.kind === "recurrent") as RecurrentLayer[];
  assertEquals(recurrent.map(({ cell, direction }) => [cell, direction]), [
    ["chogru", "bidirectional"],
    ["lstm", "bidirectional"],
  ]);
  assertEquals(notes.length, 1);
  await assertRejects(() => importLayers(unpackFile(FILES.gru.weights3)), RangeError, "weights without the network");
});

Deno.test("layers have PyTorch's names, and notes say what was left out", async () => {
  const { format, layers, notes } = await importLayers(unpackFile(FILES.lstm_last.keras));
  assertEquals([format, layers.map(({ kind }) => kind)], ["keras", ["embedding", "recurrent", "linear", "activation"]]);
  assertEquals([...layers[1].tensors.values()].map(({ name, shape }) => [name, shape]), [
    ["weight_ih_l0", [12, 3]],
    ["weight_hh_l0", [12, 3]],
    ["bias_ih_l0", [12]],
    ["bias_hh_l0", [12]],
  ]);
  assertEquals(notes.length, 1);
});
