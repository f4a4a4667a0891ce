// Builds a recurrent cell from operations and trains it to remember: do a string's first and last bit agree?
// deno run examples/scripts/custom_cell.ts

import { add, crossEntropy, Linear, Module, Random, slice, tanh, type Tensor, tensor, training } from "@elman/elman/nn";
import { Adam } from "@elman/elman/optim";

/** Elman's network: h[t] = tanh(W x[t] + U h[t - 1] + b), then a score for each answer. */
class ElmanNetwork extends Module {
  readonly input = new Linear({ input: 1, output: 16 });
  readonly recurrent = new Linear({ input: 16, output: 16, bias: false });
  readonly output = new Linear({ input: 16, output: 2 });

  /** x[T, B, 1] to scores [1, B, 2]. Gradients need no code: the tape records each operation. */
  forward(x: Tensor): Tensor {
    const projected = this.input.forward(x);
    let h = tanh(slice(projected, 0, 0, 1));
    for (let t = 1; t < x.shape[0]; t++) h = tanh(add(slice(projected, 0, t, t + 1), this.recurrent.forward(h)));
    return this.output.forward(h);
  }
}

/** Trains on random strings of six bits and prints the share of right answers now and then. */
export function main(): void {
  const [T, B, random] = [6, 32, new Random(1)];
  const model = new ElmanNetwork();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  for (let step = 1, right = 0; step <= 400; step++) {
    const bits = Float32Array.from(random.uniform(T * B, -1, 1), Math.sign);
    const agree = Int32Array.from({ length: B }, (_, i) => bits[i] === bits[(T - 1) * B + i] ? 1 : 0);
    optimizer.zeroGradients();
    training(() => {
      const scores = model.forward(tensor(bits, [T, B, 1]));
      crossEntropy(scores, agree).backward();
      const found = scores.toArray();
      right += agree.filter((answer, i) => answer === (found[2 * i + 1] > found[2 * i] ? 1 : 0)).length;
    });
    optimizer.step({ clipNorm: 1 });
    if (step % 100 > 0) continue;
    console.log(`steps ${step - 99} to ${step}: ${(right / B).toFixed(0)} % right`);
    right = 0;
  }
}

if (import.meta.main) main();
