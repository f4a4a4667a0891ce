import { assert } from "@std/assert";
import {
  crossEntropy,
  Embedding,
  type Engine,
  GRU,
  Linear,
  LSTM,
  Module,
  persistentTensor,
  type Recurrent,
  type RecurrentState,
  RNN,
  type Tensor,
  training,
} from "../../src/nn/mod.ts";
import { Adam, SGD } from "../../src/optim/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { loadGolden, type LossCurveGolden, type LossCurveRun } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const CELLS = { lstm: LSTM, gru: GRU, rnn: RNN };

/** The language model of the goldens, with the same parameter names. */
class CharLanguageModel extends Module {
  readonly embedding: Embedding;
  readonly rnn: Recurrent;
  readonly decoder: Linear;

  constructor(cell: keyof typeof CELLS, { V, embed, hidden }: LossCurveGolden["options"], engine: Engine) {
    super();
    this.embedding = new Embedding({ engine, size: V, width: embed });
    this.rnn = new CELLS[cell]({ engine, input: embed, hidden });
    this.decoder = new Linear({ engine, input: hidden, output: V });
  }

  forward(ids: Int32Array, lead: number[], state: RecurrentState): { logits: Tensor; state: RecurrentState } {
    const { output, state: next } = this.rnn.forward(this.embedding.forward(ids, lead), { state });
    return { logits: this.decoder.forward(output), state: next };
  }
}

function train(model: CharLanguageModel, golden: LossCurveGolden, run: LossCurveRun, engine: Engine): number[] {
  const { B, T, hidden, steps } = golden.options;
  const Optimizer = { sgd: SGD, adam: Adam }[run.optimizer];
  const optimizer = new Optimizer(model.parameters(), { learningRate: run.lr });
  const carried = { h: persistentTensor([1, B, hidden], engine), c: persistentTensor([1, B, hidden], engine) };
  return Array.from({ length: steps }, (_, step) =>
    training(() => {
      optimizer.zeroGradients();
      const ids = golden.ids.data.subarray(step * T * B, (step + 1) * T * B);
      const targets = golden.ids.data.subarray((step * T + 1) * B, ((step + 1) * T + 1) * B);
      const { logits, state } = model.forward(ids, [T, B], carried);
      const loss = crossEntropy(logits, targets);
      loss.backward();
      optimizer.step({ clipNorm: run.clip });
      carried.h.assign(state.h.toArray());
      if (state.c) carried.c.assign(state.c.toArray());
      return loss.item();
    }, { engine }));
}

for (const cell of ["lstm", "gru", "rnn"] as const) {
  const golden = await loadGolden(`loss_curve_${cell}`);
  for (const run of Object.values(golden.runs)) {
    for (const build of BUILDS) {
      const title = `${cell} by ${run.optimizer}, ${build}`;
      Deno.test(`training matches PyTorch for ${title}: 50 losses and the final weights within 1e-5`, () => {
        const engine = engineOf(build);
        const model = new CharLanguageModel(cell, golden.options, engine);
        const named = model.namedParameters();
        for (const [name, parameter] of named) parameter.assign(golden.initial[name].data);
        const losses = train(model, golden, run, engine);
        assertAllClose(losses, run.losses, { tolerance: 1e-5, name: "losses" });
        assert(losses[49] < losses[0], `expected a loss below ${losses[0]}, found ${losses[49]}`);
        for (const [name, parameter] of named) {
          assertAllClose(parameter.toArray(), run.final[name].data, { tolerance: 1e-5, name });
        }
      });
    }
  }
}
