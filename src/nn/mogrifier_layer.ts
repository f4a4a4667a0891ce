import { type Address, type Engine, offset } from "../engine/mod.ts";
import {
  allocateTensor,
  type Matrix,
  matrixOf,
  multiply,
  multiplyKept,
  type Parameter,
  rowsFrom,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import { checkOptions, checkSize } from "./checks.ts";
import {
  addBiasGradients,
  addGradient,
  allWeights,
  carryFrom,
  isStepwise,
  type LayerFunction,
  type LayerInput,
  type LayerResult,
  loopSteps,
  packBackward,
  packForward,
  rowAt,
  sumBiases,
  takeLast,
  withLoan,
} from "./recurrence.ts";
import { Recurrent } from "./recurrent.ts";
import { MAKE, RECURRENT_KINDS, type RecurrentOptions } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";

/** The rounds of one kind, those that scale x or those that scale h. */
interface Rounds {
  /** The matrices `[count width, K]` of the rounds, one below the other; undefined if there are no rounds. */
  readonly weight: Parameter | undefined;
  readonly count: number;
  /** Size of what the rounds scale: E for x, H for h. */
  readonly width: number;
  /** The logistic functions of the rounds `[count N, width]`; the backward loop replaces them by gradients. */
  readonly scales: Tensor;
  /** Results of the rounds `[count N, width]`, for h behind its value before them `[N, H]`. */
  readonly results: Tensor;
}

/** Buffers of a pass over N packed rows. */
interface States {
  readonly x: Rounds;
  readonly h: Rounds;
  readonly gates: Tensor;
  readonly output: Tensor;
  readonly c: Tensor;
  readonly tanhC: Tensor;
  readonly h0: Tensor;
  readonly c0: Tensor;
}

/** Allocates the buffers of a pass. Initial states that are not given are zeros. */
function allocateStates({ x, packing, weights, h0, c0 }: LayerInput): States {
  const { engine } = x;
  const { rows, batch } = packing;
  const { weightHH, weightQ, weightR } = weights;
  const [E, H] = [x.shape[1], weightHH.shape[1]];
  const make = (count: number, width: number): Tensor => allocateTensor(engine, [count, width], "mogrifier");
  const rounds = (weight: Parameter | undefined, width: number, given: number): Rounds => {
    const count = (weight?.shape[0] ?? 0) / width;
    return { weight, count, width, scales: make(count * rows, width), results: make((given + count) * rows, width) };
  };
  const zeros = (): Tensor => {
    const states = make(batch, H);
    engine.run("fill", states.size, 0, states.address);
    return states;
  };
  return {
    x: rounds(weightQ, E, 0),
    h: rounds(weightR, H, 1),
    ...{ gates: make(rows, 4 * H), output: make(rows, H), c: make(rows, H), tanhC: make(rows, H) },
    ...{ h0: h0 ?? zeros(), c0: c0 ?? zeros() },
  };
}

/** Packs the matrices of rounds one behind the other, `size` floats apart; the address is 0 if there are none. */
function packRounds({ weight, count, width }: Rounds, transposed: 0 | 1): readonly [packed: Address, size: number] {
  if (!weight) return [0 as Address, 0];
  const { engine } = weight;
  const K = weight.shape[1];
  const [k, n] = transposed ? [K, width] : [width, K];
  const size = Math.ceil(engine.packedBytes(k, n) / 64) * 16;
  const write = (to: Address): void => {
    for (let i = 0; i < count; i++) {
      engine.run("pack_weights", transposed, k, n, rowAt(weight, i * width), K, offset(to, i * size));
    }
  };
  const { training } = Scope.of(engine, "mogrifier");
  if (!training) return [weight.derived(`${engine.packing} rounds`, count * size * 4, write), size];
  const packed = engine.arena.allocate(count * size * 4);
  write(packed);
  return [packed, size];
}

/** Allocates room for the bfloat16 inputs of a product; null if the engine multiplies floats. */
function allocateRoom(engine: Engine, batch: number, E: number, H: number): Address | 0 {
  return engine.precision === "bf16" ? engine.arena.allocate(batch * (4 * H + E) * 2) : 0;
}

/** Runs the whole time loop in one call. */
function runLoop({ x, packing, weights }: LayerInput, states: States): void {
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const { gates, output, c, tanhC, h0, c0 } = states;
  const [E, H] = [states.x.width, states.h.width];
  engine.run(
    "mogrifier_forward",
    packing.sizes.length,
    engine.placeIntegers(packing.sizes),
    E,
    H,
    states.x.count + states.h.count,
    x.address,
    states.x.results.address,
    states.h.results.address,
    states.x.scales.address,
    states.h.scales.address,
    ...[gates.address, output.address, c.address, tanhC.address, h0.address, c0.address] as const,
    sumBiases(engine, 4 * H, biasIH, biasHH),
    packForward(weightIH),
    packForward(weightHH),
    ...packRounds(states.x, 1),
    ...packRounds(states.h, 1),
    allocateRoom(engine, packing.batch, E, H),
  );
}

/** Runs a round on rows from the packed row `first` on, outside training; returns where its result is. */
function runRound(
  { weight, width, scales, results }: Rounds,
  [rows, first, index]: readonly [rows: number, first: number, index: number],
  from: Address,
  by: Address,
): Address {
  const { engine, shape: [, pitch] } = weight!;
  const [s, to] = [rowAt(scales, first), rowAt(results, first)];
  const part = [index * width, (index + 1) * width] as const;
  multiplyKept(rows, { address: by, pitch }, weight!, { address: s, pitch: width }, false, part);
  engine.run("mogrify", rows * width, s, from, to);
  return to;
}

/** Runs the time loop with a call for every product, outside training. */
function runSteps({ x, packing, weights }: LayerInput, states: States): void {
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const { gates, output, c, tanhC, h0, c0 } = states;
  const [E, H] = [states.x.width, states.h.width];
  const at = engine.placeIntegers(packing.sizes);
  const bias = sumBiases(engine, 4 * H, biasIH, biasHH);
  for (const { t, rows, first, before } of loopSteps(packing)) {
    const previous = [before(output, h0), before(c, c0)] as const;
    let [nowX, nowH] = [rowAt(x, first), previous[0] as Address];
    for (let index = 0; index < states.x.count; index++) {
      nowX = runRound(states.x, [rows, first, index], nowX, nowH);
      if (index < states.h.count) nowH = runRound(states.h, [rows, first, index], nowH, nowX);
    }
    const sums = rowAt(gates, first);
    multiplyKept(rows, { address: nowX, pitch: E }, weightIH, { address: sums, pitch: 4 * H }, false);
    multiplyKept(rows, { address: nowH, pitch: H }, weightHH, { address: sums, pitch: 4 * H }, true);
    const [h, cells] = [rowAt(output, first), [rowAt(c, first), rowAt(tanhC, first)] as const];
    engine.run("lstm_forward", 1, offset(at, t), H, H, sums, h, ...cells, h, ...previous, bias, 0, 0, 0, 0);
  }
}

/** Adds dGates^T inputs to the gradient of a weight, for each of its `count` blocks of rows. */
function addWeightGradient(
  weight: Tensor | undefined,
  count: number,
  dGates: Matrix,
  inputs: Matrix,
  N: number,
): void {
  if (!weight?.requiresGradient) return;
  const { engine, shape: [rows, K] } = weight;
  const add = weight.hasGradient;
  const to = weight.claimGradient();
  const n = rows / count;
  for (let i = 0; i < count; i++) {
    const at = { address: offset(to, i * n * K), pitch: K };
    multiply(engine, "TN", [n, K, N], rowsFrom(dGates, i * N), rowsFrom(inputs, i * N), at, add);
  }
}

/** The tensors that a pass returns. */
type Result = Required<Pick<LayerResult, "output" | "h" | "c">>;

/** Runs the backward loop, then adds the gradients of all inputs and weights. */
function runBackward(input: LayerInput, states: States, { output, h, c }: Result): void {
  const { x, packing, weights, h0, c0 } = input;
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const { gates, tanhC } = states;
  const [E, H, N] = [states.x.width, states.h.width, packing.rows];
  const [dh, dc, dx] = [carryFrom(h), carryFrom(c), engine.arena.allocate(N * E * 4)];
  const dOutput = output.hasGradient ? output.claimGradient() : 0;
  withLoan(engine, () =>
    engine.run(
      "mogrifier_backward",
      packing.sizes.length,
      engine.placeIntegers(packing.sizes),
      E,
      H,
      states.x.count + states.h.count,
      states.x.results.address,
      states.h.results.address,
      states.x.scales.address,
      states.h.scales.address,
      ...[gates.address, states.c.address, tanhC.address, states.c0.address, dOutput, dh, dc, dx] as const,
      packBackward(weightIH),
      packBackward(weightHH),
      ...packRounds(states.x, 0),
      ...packRounds(states.h, 0),
      allocateRoom(engine, packing.batch, E, H),
    ));
  addGradient(x, dx);
  addGradient(h0, dh);
  addGradient(c0, dc);
  const [xs, hs, dGates] = [matrixOf(states.x.results), matrixOf(states.h.results), matrixOf(gates)];
  addWeightGradient(weightIH, 1, dGates, rowsFrom(xs, (states.x.count - 1) * N), N);
  addWeightGradient(weightHH, 1, dGates, rowsFrom(hs, states.h.count * N), N);
  addWeightGradient(states.x.weight, states.x.count, matrixOf(states.x.scales), hs, N);
  addWeightGradient(states.h.weight, states.h.count, matrixOf(states.h.scales), xs, N);
  addBiasGradients(engine, 4 * H, { rows: N, address: gates.address }, [biasIH, biasHH]);
}

/** Runs a Mogrifier LSTM layer over a packed batch; see `docs/cells.md`. */
export function mogrifierLayer(input: LayerInput): LayerResult {
  const { x, packing, weights, h0, c0 } = input;
  const { engine } = x;
  const states = allocateStates(input);
  withLoan(engine, () => isStepwise(packing, weights) ? runSteps(input, states) : runLoop(input, states));
  const result = { output: states.output, h: takeLast(packing, states.output), c: takeLast(packing, states.c) };
  Scope.of(engine, "mogrifier").record(
    "recurrentLayer",
    [x, h0, c0, ...allWeights(weights)],
    Object.values(result),
    () => {
      runBackward(input, states, result);
    },
    { cell: "mogrifier" },
  );
  return result;
}

/** The default number of rounds. */
export const USUAL_ROUNDS = 5;

/** Options of `MogrifierLSTM`. */
export interface MogrifierOptions extends RecurrentOptions {
  /** Number of rounds in which the input and the hidden state scale each other before a step. Default: 5. */
  readonly rounds?: number;
}

/**
 * Mogrifier LSTM (Melis et al. 2020): before each step of an LSTM, its input and its hidden state scale each other in
 * several rounds, so that what an input means depends on what was read before. Gate order: i, f, g, o.
 *
 * @example
 * ```ts
 * import { inference, MogrifierLSTM, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const lstm = new MogrifierLSTM({ input: 3, hidden: 4, rounds: 3 });
 * inference(() => {
 *   const { output } = lstm.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 * });
 * ```
 */
export class MogrifierLSTM extends Recurrent {
  /** Always true: the state has cell states. */
  readonly hasCells = true;
  #rounds: number;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: MogrifierOptions) {
    const { rounds = USUAL_ROUNDS } = checkOptions(MAKE, options, { ...RECURRENT_KINDS, rounds: "number" });
    checkSize(MAKE, "a number of rounds", rounds);
    super(options, 4, undefined, rounds);
    this.#rounds = rounds;
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "mogrifier", rounds: this.#rounds };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return mogrifierLayer;
  }
}
