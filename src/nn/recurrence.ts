import { type Address, type Engine, offset } from "../engine/mod.ts";
import {
  allocateTensor,
  type DenseRows,
  gather,
  type Matrix,
  matrixAt,
  matrixOf,
  multiply,
  Parameter,
  rowsFrom,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";

/** Parameters of one layer in one direction, with G = 1 (RNN), 4 (LSTM) or 3 (GRU) gates. */
export interface LayerWeights {
  /** `[G H, I]` */
  readonly weightIH: Parameter;
  /** `[G H, P]`; in training with weight dropout, a copy of the parameter with a mask. */
  readonly weightHH: Tensor;
  /** `[G H]` */
  readonly biasIH: Parameter | null;
  /** `[G H]` */
  readonly biasHH: Parameter | null;
  /** `[P, H]`, for an LSTM with a projection. */
  readonly weightHR: Parameter | null;
  /** `[2 H]`, for an SRU: the factors of c_{t-1} in its gates. */
  readonly weightC?: Parameter;
  /** `[ceil(rounds / 2) I, H]`, for a Mogrifier LSTM: the matrices of the rounds that scale x. */
  readonly weightQ?: Parameter;
  /** `[floor(rounds / 2) H, I]`, for a Mogrifier LSTM of two rounds or more: those that scale h. */
  readonly weightR?: Parameter;
}

/** Parameters of a layer whose gates have no product with h_{t-1}. */
export type LinearWeights = Pick<LayerWeights, "weightIH" | "biasIH" | "weightC">;

/** The sizes of a layer in one direction, and the maker of its parameters. */
export interface LayerPlan {
  /** Makes and names a parameter, with numbers from uniform(-1/sqrt(H), 1/sqrt(H)). */
  readonly make: (name: string, ...shape: number[]) => Parameter;
  /** Index of the layer. */
  readonly layer: number;
  /** Size of the layer's input. */
  readonly input: number;
  readonly hidden: number;
  readonly bias: boolean;
}

/** The result of one layer's pass over N packed rows. */
export interface LayerResult {
  /** Hidden states of the packed rows `[N, P]`. */
  readonly output: Tensor;
  /** Last hidden state of every sequence `[B, P]`. */
  readonly h: Tensor;
  /** Last cell state of every sequence `[B, H]`, for an LSTM. */
  readonly c?: Tensor;
  /** Last output of every sequence `[B, P]`, if it is not `h`. */
  readonly last?: Tensor;
  /** Last input of every sequence `[B, I]`, if the next step reads it. */
  readonly x?: Tensor;
}

/** The inputs of one layer's pass. */
export interface LayerInput {
  /** Packed inputs `[N, I]`. */
  readonly x: Tensor;
  /** The packing of `x`. */
  readonly packing: Packing;
  readonly weights: LayerWeights;
  /** Initial hidden states `[B, P]`; null for zeros. */
  readonly h0: Tensor | null;
  /** Initial cell states `[B, H]` of an LSTM; null if and only if `h0` is. */
  readonly c0: Tensor | null;
  /** Inputs before the first step `[B, I]` of a first QRNN layer; null for zeros. */
  readonly x0: Tensor | null;
}

/** The inputs of a pass of a layer whose gates have no product with h_{t-1}. */
export interface LinearInput extends Omit<LayerInput, "weights" | "c0"> {
  readonly weights: LinearWeights;
}

/** Runs a layer over a packed batch and records its backward pass, with one kernel call for each direction. */
export type LayerFunction = (input: LayerInput) => LayerResult;

export function allWeights(weights: LayerWeights): (Tensor | null)[] {
  const { weightIH, weightHH, biasIH, biasHH, weightHR, weightQ = null, weightR = null } = weights;
  return [weightIH, weightHH, biasIH, biasHH, weightHR, weightQ, weightR];
}

/** Returns rows [first, last) of a recurrent weight W, packed for the backward loop. */
export function packBackward(weight: Tensor, first = 0, last: number = weight.shape[0]): Address {
  const { engine } = weight;
  const columns = weight.shape[1];
  const packed = engine.arena.allocate(engine.packedBytes(last - first, columns));
  engine.run("pack_weights", 0, last - first, columns, rowAt(weight, first), columns, packed);
  return packed;
}

/**
 * Returns W^T of rows [first, last) of a recurrent weight W, packed for the forward loop. Outside training the result
 * is cached.
 */
export function packForward(weight: Tensor, first = 0, last: number = weight.shape[0]): Address {
  const { engine } = weight;
  const columns = weight.shape[1];
  const count = last - first;
  const rows = rowAt(weight, first);
  const { training } = Scope.of(engine, "recurrence");
  const bytes = engine.packedBytes(columns, count);
  const write = (to: Address): void => engine.run("pack_weights", 1, columns, count, rows, columns, to);
  if (!training) return weight.derived(`${engine.packing} ${first} ${last}`, bytes, write);
  const packed = engine.arena.allocate(bytes);
  write(packed);
  return packed;
}

/** Returns the address of row `index` of a matrix. */
export function rowAt({ address, shape }: Tensor, index: number): Address {
  return offset(address, index * shape[1]);
}

/** Allocates `count` bfloat16 numbers for a kernel to write; null if the engine multiplies floats. */
export function allocateHalf(engine: Engine, count: number): Address | 0 {
  return engine.precision === "bf16" ? engine.arena.allocate(count * 2) : 0;
}

/** Returns the address of initial states as bfloat16 numbers; null if there are none or the engine multiplies floats. */
export function halfOf(states: Tensor | null): Address | 0 {
  return states?.engine.precision === "bf16" ? states.half() : 0;
}

/** Returns the address of initial states in the form that the time loop multiplies; null if there are none. */
export function operandOf(states: Tensor | null): Address | 0 {
  return halfOf(states) || (states?.address ?? 0);
}

/** Returns a kernel's result as an operand, with the bfloat16 numbers that the kernel wrote beside it. */
export function withHalf(address: Address, pitch: number, half: Address | 0): Matrix {
  return { address, pitch, half: () => half as Address };
}

/** Runs a time loop, then frees the arena memory it took, such as packed weights, which nothing else reads. */
export function withLoan(engine: Engine, loop: () => void): void {
  engine.arena.lend(loop);
}

/**
 * Whether to run the loop step by step, with separate recurrent products: for a single step, so that threads can share
 * the product of one row, and for 8-bit weights.
 */
export function isStepwise({ sizes }: Packing, { weightHH }: LayerWeights): boolean {
  if (Scope.of(weightHH.engine, "recurrence").training) return false;
  return sizes.length === 1 || weightHH instanceof Parameter && weightHH.precision === "int8";
}

/** One step of a loop over a packed batch. */
export interface LoopStep {
  /** Index of the step, from 0. */
  readonly t: number;
  /** Number of rows. */
  readonly rows: number;
  /** Index of its first packed row. */
  readonly first: number;
  /** Address of the previous step's rows of `states` `[N, width]`, or of `initial` at step 0; 0 if there are none. */
  readonly before: (states: Tensor, initial: Tensor | null) => Address | 0;
}

/** Yields the steps of a packed batch in order. */
export function* loopSteps({ sizes }: Packing): Generator<LoopStep> {
  let first = 0;
  for (let t = 0; t < sizes.length; t++) {
    const previous = t === 0 ? -1 : first - sizes[t - 1];
    const before = (states: Tensor, initial: Tensor | null): Address | 0 =>
      previous < 0 ? initial?.address ?? 0 : rowAt(states, previous);
    yield { t, rows: sizes[t], first, before };
    first += sizes[t];
  }
}

/** Lets `sum` write n floats derived from both biases; outside training the result is cached until a bias changes. */
export function deriveBiases(
  engine: Engine,
  n: number,
  [biasIH, biasHH]: readonly (Parameter | null)[],
  sum: (to: Address) => void,
): Address {
  if (biasIH && !Scope.of(engine, "recurrence").training) {
    return biasIH.derived("biases", n * 4, sum, biasHH ?? undefined);
  }
  const address = engine.arena.allocate(n * 4);
  sum(address);
  return address;
}

/** Returns the sum of both biases, or zeros if there are none. */
export function sumBiases(engine: Engine, n: number, ...biases: (Parameter | null)[]): Address {
  return deriveBiases(engine, n, biases, (to) => {
    engine.run("fill", n, 0, to);
    for (const bias of biases) if (bias) engine.run("add_scaled", n, 1, bias.address, to);
  });
}

/** Returns the last state of every sequence `[B, width]`: after a single step, the states themselves. */
export function takeLast(packing: Packing, states: Tensor): Tensor {
  const { engine } = states;
  if (packing.isDense && packing.sizes.length === 1 && !Scope.of(engine, "recurrence").training) return states;
  const [, width] = states.shape;
  const last = allocateTensor(engine, [packing.batch, width], "recurrence");
  engine.run("gather_rows", packing.batch, width, engine.placeIntegers(packing.last), states.address, last.address);
  return last;
}

/** Copies the gradient of a final state, or zeros if it has none, as the start of the backward loop. */
export function carryFrom(state: Tensor): Address {
  const { engine, size } = state;
  const carry = engine.arena.allocate(size * 4);
  if (state.hasGradient) engine.run("affine", size, state.claimGradient(), 1, 0, carry);
  else engine.run("fill", size, 0, carry);
  return carry;
}

export function addGradient(to: Tensor | null, from: Address): void {
  if (to?.requiresGradient) to.engine.run("add_scaled", to.size, 1, from, to.zeroedGradient());
}

/** Returns the column sums of rows of n floats. */
export function sumRows(engine: Engine, n: number, { rows, address }: DenseRows): Address {
  const sums = engine.arena.allocate(n * 4);
  engine.run("fill", n, 0, sums);
  engine.run("add_row_sums", rows, n, address, n, sums);
  return sums;
}

/** Adds the column sums of rows of n floats to the gradients of both biases. */
export function addBiasGradients(engine: Engine, n: number, dGates: DenseRows, biases: (Parameter | null)[]): void {
  const wanting = biases.filter((bias) => bias?.requiresGradient) as Parameter[];
  if (wanting.length === 0) return;
  const sums = sumRows(engine, n, dGates);
  for (const bias of wanting) engine.run("add_scaled", n, 1, sums, bias.zeroedGradient());
}

/** Returns the previous state of every packed row after the first step: the states themselves in a dense batch. */
export function previousStates(packing: Packing, h: Tensor): Matrix {
  if (packing.isDense) return matrixOf(h);
  const { engine } = h;
  const width = h.shape[1];
  const rows = packing.previous.length;
  const address = engine.arena.allocate(rows * width * 4);
  engine.run("gather_rows", rows, width, engine.placeIntegers(packing.previous), h.address, address);
  return matrixAt(engine, address, rows, width);
}

/** Inputs to the gradient of a recurrent weight. */
export interface RecurrentGradient {
  readonly packing: Packing;
  readonly h: Tensor;
  readonly h0: Tensor | null;
  readonly previous: Matrix;
  readonly weight: Tensor;
}

/** Adds dGates^T h_{t-1} to dW, part by part: the first `count` columns of `dGates` belong to the next rows of W. */
export function addRecurrentGradient(
  { packing, h, h0, previous, weight }: RecurrentGradient,
  ...parts: readonly (readonly [dGates: Matrix, count: number])[]
): void {
  if (!weight.requiresGradient) return;
  const { engine } = h;
  const P = h.shape[1];
  const later = packing.rows - packing.batch;
  // Without a product, the gradient is zero.
  const hadGradient = weight.hasGradient || (!h0 && later === 0);
  let to = hadGradient ? weight.zeroedGradient() : weight.claimGradient();
  for (const [dGates, count] of parts) {
    const product = (rows: number, gates: Matrix, states: Matrix, add: boolean): void =>
      multiply(engine, "TN", [count, P, rows], gates, states, { address: to, pitch: P }, add);
    if (h0) product(packing.batch, dGates, matrixOf(h0), hadGradient);
    if (later > 0) product(later, rowsFrom(dGates, packing.batch), previous, hadGradient || h0 !== null);
    to = offset(to, count * P);
  }
}

/** Makes a layer read each sequence from its end to its beginning. */
export function reversed(layer: LayerFunction): LayerFunction {
  return (input) => {
    const { reversed } = input.packing;
    const { output, ...states } = layer({ ...input, x: gather(input.x, reversed) });
    return { output: gather(output, reversed), ...states };
  };
}
