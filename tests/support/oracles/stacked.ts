import { row, type Values } from "./affine.ts";
import { choGru } from "./cho_gru.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { minGRU } from "./min_gru.ts";
import { qrnn } from "./qrnn.ts";
import { mogrifier } from "./mogrifier.ts";
import type { RecurrentOptions, RecurrentRun, RecurrentWeights } from "./recurrent.ts";
import { rnn } from "./rnn.ts";
import { sru } from "./sru.ts";

/** A stack of layers, optionally bidirectional; D = 2 if bidirectional, else 1; R = layers * D. */
export interface StackedOptions extends Omit<RecurrentOptions, "weights" | "reverse"> {
  cell: "rnn_tanh" | "rnn_relu" | "lstm" | "gru" | "qrnn" | "sru" | "mingru" | "mogrifier" | "chogru";
  layers: number;
  bidirectional: boolean;
  /** By PyTorch's names: weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1, ... */
  parameters: Record<string, Values>;
  /** [R, B, P or H] */
  h0?: Values | null;
  /** [R, B, H] */
  c0?: Values | null;
  /** [D, B, I] */
  x0?: Values | null;
}

/** The result of the stack. */
export interface StackedRun {
  /** [T, B, D*(P or H)]: the forward direction's outputs before the reverse one's */
  output: Float64Array;
  /** [R, B, P or H] */
  hN: Float64Array;
  /** [R, B, H]; empty if the cell has no cell state. */
  cN: Float64Array;
  /** [D, B, I]: the last inputs that each direction read. */
  xN: Float64Array;
  /** `dParameters` has the names of `parameters`. */
  backward(dOutput?: Values | null, dHN?: Values | null, dCN?: Values | null, dXN?: Values | null): {
    dx: Float64Array;
    dh0: Float64Array;
    dc0: Float64Array;
    dx0: Float64Array;
    dParameters: Record<string, Float64Array>;
  };
}

const CELLS: Record<StackedOptions["cell"], (options: RecurrentOptions) => RecurrentRun> = {
  rnn_tanh: (options) => rnn({ ...options, nonlinearity: "tanh" }),
  rnn_relu: (options) => rnn({ ...options, nonlinearity: "relu" }),
  lstm,
  gru,
  qrnn,
  sru,
  mingru: minGRU,
  mogrifier,
  chogru: choGru,
};

const GRADIENTS = {
  weight_ih: "dWeight_ih",
  weight_hh: "dWeight_hh",
  bias_ih: "dBias_ih",
  bias_hh: "dBias_hh",
  weight_hr: "dWeight_hr",
  weight_c: "dWeight_c",
  weight_q: "dWeight_q",
  weight_r: "dWeight_r",
} as const;

const WEIGHTS = Object.keys(GRADIENTS) as (keyof RecurrentWeights)[];

/** The layers of PyTorch's RNN, LSTM and GRU modules and of Mogrifier LSTM, without dropout. */
export function stacked(options: StackedOptions): StackedRun {
  const { T, B, H, P = 0, layers, bidirectional, parameters, lengths } = options;
  const directions = bidirectional ? 2 : 1, width = P || H, runs: RecurrentRun[] = [];
  let x = options.x, I = options.I;
  for (let index = 0; index < layers * directions; index++) {
    const suffix = suffixOf(index, directions);
    const weights = Object.fromEntries(WEIGHTS.map((name) => [name, parameters[name + suffix]]));
    runs.push(CELLS[options.cell]({
      ...{ x, T, B, I, H, P, lengths, reverse: index % directions === 1 },
      weights: weights as unknown as RecurrentWeights,
      h0: block(options.h0, index, B * width),
      c0: block(options.c0, index, B * H),
      x0: index < directions ? block(options.x0, index, B * I) : null,
    }));
    if (index % directions < directions - 1) continue;
    x = joinColumns(runs.slice(-directions).map((run) => run.output), T * B, width);
    I = directions * width;
  }
  return {
    output: Float64Array.from(x),
    hN: concatenate(runs.map((run) => run.hN)),
    cN: concatenate(runs.map((run) => run.cN)),
    xN: concatenate(runs.slice(0, directions).map((run) => run.xN)),
    backward(dOutput, dHN, dCN, dXN) {
      const dh0: Float64Array[] = [], dc0: Float64Array[] = [], dx0: Float64Array[] = [];
      const dParameters: Record<string, Float64Array> = {};
      let dAbove: Values | null | undefined = dOutput, dx: Float64Array | null = null;
      for (let index = runs.length - 1; index >= 0; index--) {
        const direction = index % directions;
        const dColumns = dAbove ? takeColumns(dAbove, T * B, width, direction, directions) : null;
        const dInput = index < directions ? block(dXN, index, B * options.I) : null;
        const dStates = [block(dHN, index, B * width), block(dCN, index, B * H), dInput] as const;
        const result = runs[index].backward(dColumns, ...dStates);
        if (index < directions) dx0[index] = result.dx0;
        for (const name of WEIGHTS) {
          const key = name + suffixOf(index, directions);
          if (parameters[key]) dParameters[key] = result[GRADIENTS[name]];
        }
        dh0[index] = result.dh0;
        dc0[index] = result.dc0;
        const others: Float64Array | null = dx;
        dx = others ? result.dx.map((value, i) => value + others[i]) : result.dx;
        if (direction === 0 && index > 0) {
          dAbove = dx;
          dx = null;
        }
      }
      return { dx: dx!, dh0: concatenate(dh0), dc0: concatenate(dc0), dx0: concatenate(dx0), dParameters };
    },
  };
}

function suffixOf(index: number, directions: number): string {
  return `_l${Math.floor(index / directions)}${index % directions === 1 ? "_reverse" : ""}`;
}

function block(values: Values | null | undefined, index: number, size: number): Float64Array | null {
  return values ? row(values, index, size) : null;
}

function concatenate(parts: Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}

/** Concatenates matrices [rows, width] by columns. */
function joinColumns(parts: Float64Array[], rows: number, width: number): Float64Array {
  const joined = new Float64Array(rows * width * parts.length);
  for (let r = 0; r < rows; r++) {
    parts.forEach((part, p) => {
      joined.set(part.subarray(r * width, (r + 1) * width), (r * parts.length + p) * width);
    });
  }
  return joined;
}

/** Extracts one matrix from a concatenation by columns. */
function takeColumns(joined: Values, rows: number, width: number, part: number, parts: number): Float64Array {
  const columns = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) columns.set(row(joined, r * parts + part, width), r * width);
  return columns;
}
