import type { LSTMOptions, Recurrent, SequenceResult, Tensor } from "../../src/nn/mod.ts";
import type { LayerCase, Named, Shapes } from "./layer_contract.ts";
import { stacked, type StackedOptions } from "./oracles/mod.ts";

/** The recurrent layer under test. */
export interface RecurrentSubject {
  /** The oracle's name of the cell. */
  readonly cell: StackedOptions["cell"];
  /** Whether the hidden states are projected, to half their size. */
  readonly isProjected?: boolean;
  /** Rounds of a Mogrifier LSTM. Default: 0, for other cells. */
  readonly rounds?: number;
  /** Makes the layer. */
  readonly make: (options: LSTMOptions) => Recurrent;
}

/** Sizes of a recurrent layer's input. */
export interface Sizes {
  /** Time steps. */
  readonly T: number;
  /** Sequences. */
  readonly B: number;
  /** Input size. */
  readonly I: number;
  /** Hidden size. */
  readonly H: number;
  /** Lengths of the sequences. Default: all T. */
  readonly lengths?: readonly number[];
  /** Whether to omit the initial state. */
  readonly isStateless?: boolean;
}

/** Variants of a recurrent layer. */
export interface Variant {
  /** Number of stacked layers. Default: 1. */
  readonly layers?: number;
  /** Whether the layer is bidirectional. */
  readonly bidirectional?: boolean;
  /** Whether the layer has biases. Default: true. */
  readonly bias?: boolean;
}

const GATES = { rnn_tanh: 1, rnn_relu: 1, lstm: 4, gru: 3, qrnn: 3, mingru: 2, mogrifier: 4, chogru: 3 };

/** The cells whose gates have no product with h. */
const LINEAR: readonly string[] = ["qrnn", "sru", "mingru"];
/** The cells whose states have cell states. */
const WITH_CELLS: readonly string[] = ["lstm", "mogrifier"];

/** Options of layers of one size. */
type LayerOptions = LSTMOptions & { readonly hidden: number };

/** Returns a layer's options. A projected layer has at least two hidden units. */
export function optionsOf({ isProjected }: RecurrentSubject, variant: Variant, { I, H }: Sizes): LayerOptions {
  if (!isProjected) return { ...variant, input: I, hidden: H };
  const hidden = Math.max(2, H);
  return { ...variant, input: I, hidden, projection: Math.floor(hidden / 2) };
}

/** Makes a case for `layerContract`. The oracle is the float64 stack. */
export function recurrentCase(subject: RecurrentSubject, variant: Variant, sizes: Sizes): LayerCase {
  const { cell } = subject;
  const { T, B, I, lengths, isStateless } = sizes;
  const options = optionsOf(subject, variant, sizes);
  const { hidden: H, projection: P } = options;
  const { layers = 1, bidirectional = false } = variant;
  const directions = bidirectional ? 2 : 1;
  const states = {
    h: [layers * directions, B, P ?? H],
    ...(WITH_CELLS.includes(cell) && { c: [layers * directions, B, H] }),
    ...(cell === "qrnn" && { xN: [directions, B, I] }),
  } as { h: number[]; c?: number[]; xN?: number[] };
  const { h: h0, c: c0, xN: x0 } = states;
  return {
    inputs: { x: [T, B, I], ...!isStateless && { h0, ...c0 && { c0 }, ...x0 && { x0 } } },
    parameters: parameterShapes(subject, variant, options),
    outputs: { output: [T, B, directions * (P ?? H)], ...states } as Shapes,
    // The slope is not continuous at 0.
    eps: cell === "rnn_relu" || cell === "mingru" ? 1e-6 : undefined,
    make: (common) => {
      const module = subject.make({ ...options, ...common });
      const run = ({ x, h0, c0, x0 }: Named<Tensor>): Named<Tensor> =>
        tensorsOf(module.forward(x, { lengths, state: h0 && { h: h0, c: c0, x: x0 } }));
      return { module, run };
    },
    twin: ({ x, h0, c0, x0, ...parameters }) => {
      const run = stacked({ cell, T, B, I, H, P, lengths, layers, bidirectional, parameters, x, h0, c0, x0 });
      return {
        outputs: { output: run.output, h: run.hN, ...(states.c && { c: run.cN }), ...(states.xN && { xN: run.xN }) },
        backward: ({ output, h, c, xN }) => {
          const { dx, dh0, dc0, dx0, dParameters } = run.backward(output, h, c, xN);
          return { x: dx, h0: dh0, c0: dc0, x0: dx0, ...dParameters };
        },
      };
    },
  };
}

/** Lists the output and the states by name. */
export function tensorsOf({ output, state: { h, c, x } }: Omit<SequenceResult, "last">): Named<Tensor> {
  return { output, h, ...(c && { c }), ...(x && { xN: x }) };
}

function parameterShapes({ cell, rounds = 0 }: RecurrentSubject, variant: Variant, options: LayerOptions): Shapes {
  const { layers = 1, bidirectional = false, bias = true } = variant;
  const { input, hidden: H, projection: P } = options;
  const width = P ?? H;
  const suffixes = bidirectional ? ["", "_reverse"] : [""];
  const shapes: Named<number[]> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const direction of suffixes) {
      const suffix = `_l${layer}${direction}`;
      const I = layer === 0 ? input : suffixes.length * width;
      const gates = cell === "sru" ? (I === H ? 3 : 4) : GATES[cell];
      const biasIH = [(cell === "sru" ? 2 : gates) * H];
      shapes[`weight_ih${suffix}`] = [gates * H, cell === "qrnn" && layer === 0 ? 2 * I : I];
      if (cell === "sru") shapes[`weight_c${suffix}`] = [2 * H];
      if (!LINEAR.includes(cell)) shapes[`weight_hh${suffix}`] = [gates * H, width];
      if (bias) shapes[`bias_ih${suffix}`] = biasIH;
      if (bias && !LINEAR.includes(cell)) shapes[`bias_hh${suffix}`] = biasIH;
      if (P) shapes[`weight_hr${suffix}`] = [P, H];
      if (rounds > 0) shapes[`weight_q${suffix}`] = [Math.ceil(rounds / 2) * I, H];
      if (rounds > 1) shapes[`weight_r${suffix}`] = [Math.floor(rounds / 2) * H, I];
    }
  }
  return shapes;
}
