import { row, type Values } from "./affine.ts";

/** One layer's parameters in one direction; G is the number of gates (RNN 1, LSTM 4, GRU 3). */
export interface RecurrentWeights {
  /** [G*H, I] */
  weight_ih: Values;
  /** [G*H, P, or H without projection]; not of cells without a product with h */
  weight_hh?: Values;
  /** [G*H] */
  bias_ih?: Values | null;
  /** [G*H] */
  bias_hh?: Values | null;
  /** [P, H]; LSTM with projection only */
  weight_hr?: Values | null;
  /** [2*H]; SRU only */
  weight_c?: Values | null;
  /** [ceil(rounds / 2)*I, H]; Mogrifier LSTM only */
  weight_q?: Values | null;
  /** [floor(rounds / 2)*H, I]; Mogrifier LSTM only */
  weight_r?: Values | null;
}

/** One layer in one direction over a whole batch of sequences. */
export interface RecurrentOptions {
  /** [T, B, I] */
  x: Values;
  T: number;
  B: number;
  I: number;
  H: number;
  /** Size of the projected output of an LSTM. Default: 0, no projection. */
  P?: number;
  weights: RecurrentWeights;
  /** [B, P or H]. Default: zeros. */
  h0?: Values | null;
  /** [B, H]; LSTM only. Default: zeros. */
  c0?: Values | null;
  /** [B, I]: the inputs before the first step; QRNN with two inputs only. Default: zeros. */
  x0?: Values | null;
  /** Number of valid steps of each sequence, 0 to T, in any order. Default: all T. */
  lengths?: readonly number[] | null;
  /** Whether to run from each sequence's last step to its first. */
  reverse?: boolean;
}

/** Gradients of all inputs and parameters, or empty arrays for those that are missing. Gradients of padding are 0. */
export interface RecurrentGradients {
  dx: Float64Array;
  dh0: Float64Array;
  dc0: Float64Array;
  dx0: Float64Array;
  dWeight_ih: Float64Array;
  dWeight_hh: Float64Array;
  dBias_ih: Float64Array;
  dBias_hh: Float64Array;
  dWeight_hr: Float64Array;
  dWeight_c: Float64Array;
  dWeight_q: Float64Array;
  dWeight_r: Float64Array;
}

/** The result of a layer. */
export interface RecurrentRun {
  /** [T, B, P or H]; 0 beyond the end of each sequence. */
  output: Float64Array;
  /** [B, P or H]: the state after the last valid step; h0 if the length is 0. */
  hN: Float64Array;
  /** [B, H]; empty if the cell has no cell state. */
  cN: Float64Array;
  /** [B, I]: the last valid input; x0 if the length is 0. */
  xN: Float64Array;
  /** Omitted gradients are zeros. The padding of `dOutput` is not read. */
  backward(
    dOutput?: Values | null,
    dHN?: Values | null,
    dCN?: Values | null,
    dXN?: Values | null,
  ): RecurrentGradients;
}

/** The state of one sequence. `c` is empty if the cell has no cell state. */
export interface State {
  h: Float64Array;
  c: Float64Array;
}

/**
 * One step of one sequence. `backward` accumulates the weights' gradients; `dState.h` includes the gradient of the
 * output, unless the step has an output that is not h.
 */
export interface CellStep {
  state: State;
  output?: Float64Array;
  backward(
    dState: State,
    gradients: RecurrentGradients,
    dOutput: Float64Array,
  ): { dx: Float64Array; dState: State; dBefore?: Float64Array };
}

/** Runs `cell` over every sequence separately, so that neither other sequences nor padding can affect it. */
export function recurrent(
  options: RecurrentOptions,
  cell: (x: Float64Array, state: State, before: Float64Array) => CellStep,
  { stateSize, cellSize }: { stateSize: number; cellSize: number },
): RecurrentRun {
  const { x, T, B, I, lengths, reverse = false } = options;
  const output = new Float64Array(T * B * stateSize);
  const hN = new Float64Array(B * stateSize), cN = new Float64Array(B * cellSize), xN = new Float64Array(B * I);
  const taken: { position: number; step: CellStep }[][] = [];
  for (let b = 0; b < B; b++) {
    const length = lengths ? lengths[b] : T;
    let state = { h: rowOrZeros(options.h0, b, stateSize), c: rowOrZeros(options.c0, b, cellSize) };
    let before = rowOrZeros(options.x0, b, I);
    taken[b] = [];
    for (let i = 0; i < length; i++) {
      const position = (reverse ? length - 1 - i : i) * B + b;
      const step = cell(row(x, position, I), state, before);
      state = step.state;
      before = row(x, position, I);
      output.set(step.output ?? state.h, position * stateSize);
      taken[b].push({ position, step });
    }
    hN.set(state.h, b * stateSize);
    cN.set(state.c, b * cellSize);
    xN.set(before, b * I);
  }
  return {
    output,
    hN,
    cN,
    xN,
    backward(dOutput, dHN, dCN, dXN) {
      const gradients = zeroGradients(options, B * stateSize, B * cellSize);
      for (let b = 0; b < B; b++) {
        let dState = { h: rowOrZeros(dHN, b, stateSize), c: rowOrZeros(dCN, b, cellSize) };
        let dBefore = rowOrZeros(dXN, b, I);
        for (const { position, step } of taken[b].toReversed()) {
          const dOut = rowOrZeros(dOutput, position, stateSize);
          const dh = step.output ? dState.h : dState.h.map((d, i) => d + dOut[i]);
          const result = step.backward({ h: dh, c: dState.c }, gradients, dOut);
          gradients.dx.set(result.dx.map((d, i) => d + dBefore[i]), position * I);
          dState = result.dState;
          dBefore = result.dBefore ?? new Float64Array(I);
        }
        gradients.dx0.set(dBefore, b * I);
        gradients.dh0.set(dState.h, b * stateSize);
        gradients.dc0.set(dState.c, b * cellSize);
      }
      return gradients;
    },
  };
}

function rowOrZeros(matrix: Values | null | undefined, n: number, width: number): Float64Array {
  return matrix ? row(matrix, n, width) : new Float64Array(width);
}

function zeroGradients({ T, B, I, weights }: RecurrentOptions, hSize: number, cSize: number): RecurrentGradients {
  const zeros = (values?: Values | null) => new Float64Array(values?.length ?? 0);
  return {
    dx: new Float64Array(T * B * I),
    dh0: new Float64Array(hSize),
    dc0: new Float64Array(cSize),
    dx0: new Float64Array(B * I),
    dWeight_ih: zeros(weights.weight_ih),
    dWeight_hh: zeros(weights.weight_hh),
    dBias_ih: zeros(weights.bias_ih),
    dBias_hh: zeros(weights.bias_hh),
    dWeight_hr: zeros(weights.weight_hr),
    dWeight_c: zeros(weights.weight_c),
    dWeight_q: zeros(weights.weight_q),
    dWeight_r: zeros(weights.weight_r),
  };
}
