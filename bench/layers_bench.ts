/** Times recurrent layers over a whole sequence: forward outside training, and forward plus backward. */
import { type Engine, GRU, inference, LSTM, RNN, sum, tensor, training } from "../src/nn/mod.ts";
import { startEngine } from "./training_step.ts";

const [T, B, I, H] = [64, 32, 128, 256];
const LAYERS = { RNN, GRU, LSTM };
const values = Float32Array.from({ length: T * B * I }, (_, i) => Math.sin(i));

for (const threads of new Set([1, navigator.hardwareConcurrency])) {
  const engine: Engine = await startEngine({ threads, blas: "off" });
  for (const [name, Layer] of Object.entries(LAYERS)) {
    const layer = new Layer({ input: I, hidden: H, engine });
    const input = (requiresGradient: boolean) => tensor(values, [T, B, I], { engine, requiresGradient });
    const add = (group: string, body: () => void): void =>
      Deno.bench({
        name: `${name} ${group}, T ${T}, B ${B}, I ${I}, H ${H}, threads ${threads}`,
        group: `${group}, threads ${threads}`,
        baseline: name === "RNN",
        n: 10,
        warmup: 3,
      }, body);
    add("forward", () => void inference(() => layer.forward(input(false)), { engine }));
    add("forward and backward", () => training(() => sum(layer.forward(input(true)).output).backward(), { engine }));
  }
}
