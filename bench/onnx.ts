/**
 * Times the generation of one text, token by token, in ONNX Runtime and in Elman: `deno task bench:onnx`. Creates
 * untrained models, exports their step graphs, and runs both in turn on one thread. Writes `results/onnx.md`.
 */
// deno-lint-ignore no-import-prefix
import { InferenceSession, Tensor as OrtTensor } from "npm:onnxruntime-node@1.24.3";
import { CharTokenizer, Engine, LanguageModel } from "../mod.ts";
import type { Cell, Precision } from "../src/nn/mod.ts";
import { TokenStep } from "../tasks/language_modeling/token_step.ts";
import { readProcessor } from "./peers/processor.ts";
import { machine, median } from "./support.ts";

/** The models: vocabulary, embedding, hidden size, layers. */
const MODELS: readonly (readonly [cell: Cell, V: number, E: number, H: number, layers: number])[] = [
  ["lstm", 65, 64, 128, 1],
  ["lstm", 65, 128, 256, 2],
  ["gru", 65, 128, 256, 2],
  ["rnn", 65, 128, 256, 2],
  ["sru", 65, 128, 256, 2],
  ["lstm", 10000, 650, 650, 2],
];
/** Seconds of each measurement, and how many there are. */
const [SECONDS, ROUNDS] = [0.3, 5];

type Step = () => void | Promise<unknown>;

async function tokensPerSecond(step: Step): Promise<number> {
  const start = performance.now();
  let tokens = 0;
  while (performance.now() - start < SECONDS * 1000) {
    for (let i = 0; i < 10; i++) await step();
    tokens += 10;
  }
  return tokens / (performance.now() - start) * 1000;
}

function ownStep(model: LanguageModel, precision: Precision): Step {
  model.network.setPrecision(precision);
  const step = new TokenStep(model.network, 1);
  return () => {
    step.ids[0] = (step.ids[0] + 1) % 65;
    step.run();
  };
}

async function onnxStep(model: LanguageModel, int8: boolean): Promise<Step> {
  const file = (await model.exportONNX({ int8 })).find(({ name }) => name === "model_step.onnx")!;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const shapes = Object.entries(model.network.rnn.stateShapes(1));
  let states = shapes.map(([name, shape]): [string, OrtTensor] => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return [name, new OrtTensor("float32", new Float32Array(size), shape)];
  });
  let id = 0;
  return async () => {
    id = (id + 1) % 65;
    const ids = new OrtTensor("int64", BigInt64Array.of(BigInt(id)), [1]);
    const found = await session.run({ ids, ...Object.fromEntries(states) });
    states = states.map(([name]) => [name, found[`${name}_next`] as OrtTensor]);
  };
}

async function measure([cell, V, embed, hidden, layers]: typeof MODELS[number], int8: boolean): Promise<string> {
  const symbols = Array.from({ length: V }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
  const tokenizer = CharTokenizer.train(symbols);
  using model = LanguageModel.create({ tokenizer, cell, embed, hidden, layers, engine: new Engine({ threads: 1 }) });
  const steps = [ownStep(model, int8 ? "int8" : "float32"), await onnxStep(model, int8)];
  const speeds: number[][] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, step] of steps.entries()) {
      const speed = await tokensPerSecond(step);
      if (round > 0) speeds[i].push(speed);
    }
  }
  const [own, other] = speeds.map(median);
  const cells = [cell, V, embed, hidden, layers, int8 ? "8 bits" : "float32"];
  return `| ${[...cells, Math.round(own), Math.round(other), (own / other).toFixed(2)].join(" | ")} |`;
}

if (import.meta.main) {
  const rows: string[] = [];
  for (const int8 of [false, true]) {
    for (const model of MODELS) {
      rows.push(await measure(model, int8));
      console.log(rows.at(-1));
    }
  }
  const { os, arch, cores, deno } = machine();
  const { processor, extensions } = await readProcessor();
  const page = `# Generation in ONNX Runtime and in Elman

Tokens a second of one text, on one thread, in WebAssembly and in ONNX Runtime 1.24.3 with the exported step graph, both
called from Deno. Each number is the median of ${ROUNDS} measurements, taken in turn. \`deno task bench:onnx\`,
${processor}, ${cores} cores, ${os} ${arch}, Deno ${deno}. Vector extensions: ${extensions.join(", ")}.
The machine is shared: speeds differ between runs by a factor of up to two, ratios by less.

| cell | V | E | H | layers | weights | Elman | ONNX Runtime | ratio |
| ---- | -: | -: | -: | -----: | ------- | ----: | -----------: | ----: |
${rows.join("\n")}
`;
  await Deno.writeTextFile(new URL("results/onnx.md", import.meta.url), page);
}
