import { assertEquals, assertStringIncludes } from "@std/assert";
import { CharTokenizer } from "../../../mod.ts";
import { runCommandIn } from "../../support/command.ts";

const [V, E, H] = [12, 4, 5];
const WEIGHTS = [
  { name: "embedding/embeddings", shape: [V, E] },
  { name: "gru/kernel", shape: [E, 3 * H] },
  { name: "gru/recurrent_kernel", shape: [H, 3 * H] },
  { name: "gru/bias", shape: [3 * H] },
  { name: "dense/kernel", shape: [H, V] },
  { name: "dense/bias", shape: [V] },
].map((weight) => ({ ...weight, dtype: "float32" }));

/** Runs an import of a model of TensorFlow.js with a GRU. */
async function importGRU(gru: Record<string, unknown>, run: typeof runCommandIn): ReturnType<typeof runCommandIn> {
  const folder = await Deno.makeTempDir();
  try {
    const layers = [
      { class_name: "Embedding", config: { name: "embedding", input_dim: V, output_dim: E } },
      { class_name: "GRU", config: { name: "gru", units: H, return_sequences: true, reset_after: false, ...gru } },
      { class_name: "Dense", config: { name: "dense", units: V, activation: "softmax" } },
    ];
    const modelTopology = { class_name: "Sequential", config: { layers } };
    const model = { modelTopology, weightsManifest: [{ paths: ["w.bin"], weights: WEIGHTS }] };
    const count = WEIGHTS.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    await Deno.writeTextFile(`${folder}/model.json`, JSON.stringify(model));
    await Deno.writeFile(
      `${folder}/w.bin`,
      new Uint8Array(Float32Array.from({ length: count }, (_, i) => Math.sin(i)).buffer),
    );
    await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(CharTokenizer.train("abcdefghijkl")));
    const args = ["--from", "model.json", "--task", "language-modeling", "--tokenizer", "tokenizer.json", "--dry-run"];
    return await run(folder, "import", ...args);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("import makes a model of the layers of another library, with its cell", async () => {
  const { code, stdout } = await importGRU({ recurrent_activation: "sigmoid" }, runCommandIn);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Read model.json: TensorFlow.js, 7 tensors\n");
  assertStringIncludes(stdout, "dense.weight [12, 5] -> decoder.weight\n");
  assertStringIncludes(stdout, "Network: cell chogru, layers 1, hidden size 5, embedding size 4, vocabulary 12");
});

Deno.test("import refuses a layer that no model of a task has", async () => {
  const { code, stderr } = await importGRU({ recurrent_activation: "hard_sigmoid" }, runCommandIn);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "found hard sigmoids in gru; importLayers reads such a network in a program");
});
