/** Times full training steps (forward, backward, clipping, SGD) of all configurations. */
import configurations from "./configurations.json" with { type: "json" };
import { type Configuration, makeStep, nameOf, startEngine } from "./training_step.ts";

for (const threads of new Set([1, navigator.hardwareConcurrency])) {
  const engine = await startEngine({ threads, blas: "off" });
  for (const configuration of configurations as Configuration[]) {
    const group = nameOf(configuration);
    const step = makeStep(configuration, engine);
    Deno.bench({ name: `${group}, threads ${threads}`, group, baseline: threads === 1, n: 3, warmup: 2 }, step);
  }
}
