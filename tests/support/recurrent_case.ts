import type { LSTMOptions, Recurrent, SequenceResult, Tensor } from "../../src/nn/mod.ts";
import type { LayerCase, Named, Shapes } from "./layer_contract.ts";
import { stacked, type StackedOptions } from "./oracles/mod.ts";

/** The recurrent layer under test. */
export interface RecurrentSubject {
  /** The oracle's name of the cell. */
  readonly cell: StackedOptions["cell"];
  /** Whether the hidden states are projected, to half their size. */
  readonly isProjected?: boolean;
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

const GATES = { rnn_tanh: 1, rnn_relu: 1, lstm: 4, gru: 3 };

/** Returns a layer's options. A projected layer has at least two hidden units. */
export function optionsOf({ isProjected }: RecurrentSubject, variant: Variant, { I, H }: Sizes): LSTMOptions {
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
    ...(cell === "lstm" && { c: [layers * directions, B, H] }),
  } as { h: number[]; c?: number[] };
  return {
    inputs: { x: [T, B, I], ...(!isStateless && { h0: states.h }), ...(!isStateless && states.c && { c0: states.c }) },
    parameters: parameterShapes(subject, variant, options),
    outputs: { output: [T, B, directions * (P ?? H)], ...states } as Shapes,
    eps: cell === "rnn_relu" ? 1e-6 : undefined,
    make: (common) => {
      const module = subject.make({ ...options, ...common });
      const run = ({ x, h0, c0 }: Named<Tensor>): Named<Tensor> =>
        tensorsOf(module.forward(x, { lengths, state: h0 && { h: h0, c: c0 } }));
      return { module, run };
    },
    twin: ({ x, h0, c0, ...parameters }) => {
      const run = stacked({ cell, T, B, I, H, P, lengths, layers, bidirectional, parameters, x, h0, c0 });
      return {
        outputs: { output: run.output, h: run.hN, ...(states.c && { c: run.cN }) },
        backward: ({ output, h, c }) => {
          const { dx, dh0, dc0, dParameters } = run.backward(output, h, c);
          return { x: dx, h0: dh0, c0: dc0, ...dParameters };
        },
      };
    },
  };
}

/** Lists the output and the states by name. */
export function tensorsOf({ output, state: { h, c } }: SequenceResult): Named<Tensor> {
  return { output, h, ...(c && { c }) };
}

function parameterShapes({ cell }: RecurrentSubject, variant: Variant, options: LSTMOptions): Shapes {
  const { layers = 1, bidirectional = false, bias = true } = variant;
  const { input, hidden: H, projection: P } = options;
  const width = P ?? H;
  const suffixes = bidirectional ? ["", "_reverse"] : [""];
  const shapes: Named<number[]> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const direction of suffixes) {
      const suffix = `_l${layer}${direction}`;
      shapes[`weight_ih${suffix}`] = [GATES[cell] * H, layer === 0 ? input : suffixes.length * width];
      shapes[`weight_hh${suffix}`] = [GATES[cell] * H, width];
      for (const name of bias ? ["bias_ih", "bias_hh"] : []) shapes[name + suffix] = [GATES[cell] * H];
      if (P) shapes[`weight_hr${suffix}`] = [P, H];
    }
  }
  return shapes;
}
