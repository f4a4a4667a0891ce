import type { Engine } from "../engine/mod.ts";
import {
  allocateTensor,
  gather,
  type Parameter,
  projectBackward,
  projectInto,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";

/** The parameters of one layer in one direction; G = 1 (RNN), 4 (LSTM) or 3 (GRU) gates. */
export interface LayerWeights {
  /** [G H, I] */
  readonly weightIH: Parameter;
  /** [G H, P] */
  readonly weightHH: Parameter;
  /** [G H] */
  readonly biasIH: Parameter | null;
  /** [G H] */
  readonly biasHH: Parameter | null;
  /** [P, H], for an LSTM with a projection. */
  readonly weightHR: Parameter | null;
}

/** What a layer gives: its hidden states [N, P] and its final states [B, P] and, for an LSTM, [B, H]. */
export interface LayerResult {
  /** The hidden states of the packed rows. */
  readonly output: Tensor;
  /** The last hidden state of every sequence. */
  readonly h: Tensor;
  /** The last cell state of every sequence. */
  readonly c?: Tensor;
}

/** Everything that a layer computes on. */
export interface LayerInput {
  /** The packed inputs [N, I]. */
  readonly x: Tensor;
  /** How they are packed. */
  readonly packing: Packing;
  /** The layer's parameters. */
  readonly weights: LayerWeights;
  /** The first hidden states [B, P], zeros where null. */
  readonly h0: Tensor | null;
  /** The first cell states [B, H] of an LSTM, null where `h0` is. */
  readonly c0: Tensor | null;
}

/** A layer's pass over a packed batch, forward and recorded for the way back, in one kernel call each. */
export type LayerFunction = (input: LayerInput) => LayerResult;

function allWeights({ weightIH, weightHH, biasIH, biasHH, weightHR }: LayerWeights): (Parameter | null)[] {
  return [weightIH, weightHH, biasIH, biasHH, weightHR];
}

/** Packs B = W^T (or B = W) of rows [first, last) of a recurrent weight for a time loop. */
function packRows(weight: Tensor, transposed: boolean, first = 0, last = weight.shape[0]): number {
  const { engine } = weight;
  const columns = weight.shape[1];
  const [k, n] = transposed ? [columns, last - first] : [last - first, columns];
  const packed = engine.arena.allocate(Math.ceil(n / 8) * 8 * k * 4);
  engine.run("pack", transposed ? 1 : 0, k, n, weight.address + first * columns * 4, columns, packed);
  return packed;
}

/** The whole recurrent weight packed for the forward loop; outside training it is kept from call to call. */
function packForward(weight: Parameter): number {
  return Scope.of(weight.engine, "recurrence").training ? packRows(weight, true) : weight.packedTransposed();
}

/** The sum of both biases, zeros without them, in the arena. */
function sumBiases(engine: Engine, n: number, ...biases: (Parameter | null)[]): number {
  const address = engine.arena.allocate(n * 4);
  engine.run("fill", n, 0, address);
  for (const bias of biases) if (bias) engine.run("add_scaled", n, 1, bias.address, address);
  return address;
}

/** The rows of the final states: the last of every sequence. */
function takeLast(packing: Packing, from: number, width: number, to: Tensor): void {
  const { engine } = to;
  engine.run("gather_rows", packing.batch, width, engine.placeIntegers(packing.last), from, to.address);
}

/** A copy of a final state's gradient, zeros where it has none: what the backward loop carries from step to step. */
function carryFrom(state: Tensor): number {
  const { engine, size } = state;
  const carry = engine.arena.allocate(size * 4);
  if (state.hasGradient) engine.run("affine", size, state.claimGradient(), 1, 0, carry);
  else engine.run("fill", size, 0, carry);
  return carry;
}

function addGradient(to: Tensor | null, from: number): void {
  if (to?.requiresGradient) to.engine.run("add_scaled", to.size, 1, from, to.zeroedGradient());
}

/** Adds the column sums of dGates[rows, n] to the gradients of both biases. */
function addBiasGradients(engine: Engine, rows: number, n: number, dGates: number, biases: (Parameter | null)[]): void {
  const wanting = biases.filter((bias) => bias?.requiresGradient) as Parameter[];
  if (wanting.length === 0) return;
  const sums = engine.arena.allocate(n * 4);
  engine.run("fill", n, 0, sums);
  engine.run("add_row_sums", rows, n, dGates, n, sums);
  for (const bias of wanting) engine.run("add_scaled", n, 1, sums, bias.zeroedGradient());
}

/** The states before every packed row of the steps after the first: the states themselves where packed is padded. */
function previousStates(packing: Packing, h: Tensor): number {
  if (packing.isDense) return h.address;
  const { engine } = h;
  const width = h.shape[1];
  const rows = packing.previous.length;
  const address = engine.arena.allocate(rows * width * 4);
  engine.run("gather_rows", rows, width, engine.placeIntegers(packing.previous), h.address, address);
  return address;
}

/** One product of the recurrent weights' gradient: rows [first, first + count) of it from columns of dGates. */
interface RecurrentGradient {
  readonly packing: Packing;
  readonly h: Tensor;
  readonly h0: Tensor | null;
  readonly previous: number;
  readonly weight: Parameter;
}

/** dW[first..first + count] += dGates^T h_{t-1}, `dGates` having rows of `pitch` floats. */
function addRecurrentGradient(
  { packing, h, h0, previous, weight }: RecurrentGradient,
  dGates: number,
  pitch: number,
  first: number,
  count: number,
): void {
  if (!weight.requiresGradient) return;
  const { engine } = h;
  const P = h.shape[1];
  const to = weight.zeroedGradient() + first * P * 4;
  const product = (rows: number, gates: number, states: number): void =>
    engine.run("matmul", 1, 0, count, P, rows, gates, pitch, states, P, to, P, 1, engine.scratch);
  if (h0) product(packing.batch, dGates, h0.address);
  const later = packing.rows - packing.batch;
  if (later > 0) product(later, dGates + packing.batch * pitch * 4, previous);
}

/** Elman's network with tanh or relu over a packed batch; see `docs/cells.md`. */
export function rnnLayer(relu: boolean): LayerFunction {
  return ({ x, packing, weights, h0 }) => {
    const { engine } = x;
    const { weightIH, weightHH, biasIH, biasHH } = weights;
    const H = weightHH.shape[1];
    const { rows, batch, sizes } = packing;
    const at = engine.placeIntegers(sizes);
    const kind = relu ? 1 : 0;
    const bias = sumBiases(engine, H, biasIH, biasHH);
    const output = allocateTensor(engine, [rows, H], "rnn");
    const h = allocateTensor(engine, [batch, H], "rnn");
    projectInto(x, weightIH, output.address);
    const start = h0?.address ?? 0;
    engine.run(
      "rnn_forward",
      kind,
      sizes.length,
      at,
      H,
      output.address,
      start,
      bias,
      packForward(weightHH),
      engine.scratch,
    );
    takeLast(packing, output.address, H, h);
    Scope.of(engine, "rnn").record([x, h0, ...allWeights(weights)], [output, h], () => {
      const dGates = engine.arena.allocate(rows * H * 4);
      const dh = carryFrom(h);
      const dOutput = output.hasGradient ? output.claimGradient() : 0;
      const packed = packRows(weightHH, false);
      const initial = h0?.requiresGradient ? 1 : 0;
      engine.run(
        "rnn_backward",
        kind,
        sizes.length,
        at,
        H,
        output.address,
        dOutput,
        dh,
        dGates,
        initial,
        packed,
        engine.scratch,
      );
      addGradient(h0, dh);
      projectBackward(x, weightIH, dGates);
      const previous = previousStates(packing, output);
      addRecurrentGradient({ packing, h: output, h0, previous, weight: weightHH }, dGates, H, 0, H);
      addBiasGradients(engine, rows, H, dGates, [biasIH, biasHH]);
    });
    return { output, h };
  };
}

/** An LSTM layer, with or without projection, over a packed batch; see `docs/cells.md`. */
export function lstmLayer({ x, packing, weights, h0, c0 }: LayerInput): LayerResult {
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH, weightHR } = weights;
  const H = weightHH.shape[0] / 4;
  const P = weightHH.shape[1];
  const { rows, batch, sizes } = packing;
  const at = engine.placeIntegers(sizes);
  const states = (width: number, count = rows): Tensor => allocateTensor(engine, [count, width], "lstm");
  const [gates, c, tanhC, output, h, cN] = [
    states(4 * H),
    states(H),
    states(H),
    states(P),
    states(P, batch),
    states(H, batch),
  ];
  const m = weightHR ? states(H) : output;
  projectInto(x, weightIH, gates.address);
  engine.run(
    "lstm_forward",
    sizes.length,
    at,
    H,
    P,
    gates.address,
    output.address,
    c.address,
    tanhC.address,
    m.address,
    h0?.address ?? 0,
    c0?.address ?? 0,
    sumBiases(engine, 4 * H, biasIH, biasHH),
    packForward(weightHH),
    weightHR ? packForward(weightHR) : 0,
    engine.scratch,
  );
  takeLast(packing, output.address, P, h);
  takeLast(packing, c.address, H, cN);
  Scope.of(engine, "lstm").record([x, h0, c0, ...allWeights(weights)], [output, h, cN], () => {
    const dh = carryFrom(h);
    const dc = carryFrom(cN);
    const dH = weightHR ? states(P).address : 0;
    const dm = weightHR ? states(H, batch).address : 0;
    const initial = h0?.requiresGradient || c0?.requiresGradient ? 1 : 0;
    engine.run(
      "lstm_backward",
      sizes.length,
      at,
      H,
      P,
      gates.address,
      c.address,
      tanhC.address,
      c0?.address ?? 0,
      output.hasGradient ? output.claimGradient() : 0,
      dh,
      dc,
      dH,
      dm,
      initial,
      packRows(weightHH, false),
      weightHR ? packRows(weightHR, false) : 0,
      engine.scratch,
    );
    addGradient(h0, dh);
    addGradient(c0, dc);
    projectBackward(x, weightIH, gates.address);
    if (weightHR?.requiresGradient) {
      const to = weightHR.zeroedGradient();
      engine.run("matmul", 1, 0, P, H, rows, dH, P, m.address, H, to, H, 1, engine.scratch);
    }
    const previous = previousStates(packing, output);
    addRecurrentGradient({ packing, h: output, h0, previous, weight: weightHH }, gates.address, 4 * H, 0, 4 * H);
    addBiasGradients(engine, rows, 4 * H, gates.address, [biasIH, biasHH]);
  });
  return { output, h, c: cN };
}

/** The GRU's two bias vectors for the kernel: b_ih + b_hh for r and z with b_in, and b_hn apart. */
function gruBiases(engine: Engine, H: number, biasIH: Parameter | null, biasHH: Parameter | null): [number, number] {
  const bias = sumBiases(engine, 3 * H, biasIH);
  const biasHN = engine.arena.allocate(H * 4);
  engine.run("fill", H, 0, biasHN);
  if (biasHH) {
    engine.run("add_scaled", 2 * H, 1, biasHH.address, bias);
    engine.run("add_scaled", H, 1, biasHH.address + 2 * H * 4, biasHN);
  }
  return [bias, biasHN];
}

/** W_hh^T packed for the forward loop: the part of r and z, and the part of n, which is a run of whole panels where H is a multiple of 4. */
function packGruForward(weight: Parameter, H: number): [number, number] {
  if (H % 4 !== 0) return [packRows(weight, true, 0, 2 * H), packRows(weight, true, 2 * H)];
  const packed = packForward(weight);
  return [packed, packed + 2 * H * H * 4];
}

/** A GRU layer, reset gate after the recurrent product, over a packed batch; see `docs/cells.md`. */
export function gruLayer({ x, packing, weights, h0 }: LayerInput): LayerResult {
  const { engine } = x;
  const { weightIH, weightHH, biasIH, biasHH } = weights;
  const H = weightHH.shape[1];
  const { rows, batch, sizes } = packing;
  const at = engine.placeIntegers(sizes);
  const gates = allocateTensor(engine, [rows, 3 * H], "gru");
  const hn = allocateTensor(engine, [rows, H], "gru");
  const output = allocateTensor(engine, [rows, H], "gru");
  const h = allocateTensor(engine, [batch, H], "gru");
  projectInto(x, weightIH, gates.address);
  engine.run(
    "gru_forward",
    sizes.length,
    at,
    H,
    gates.address,
    hn.address,
    output.address,
    h0?.address ?? 0,
    ...gruBiases(engine, H, biasIH, biasHH),
    ...packGruForward(weightHH, H),
    engine.scratch,
  );
  takeLast(packing, output.address, H, h);
  Scope.of(engine, "gru").record([x, h0, ...allWeights(weights)], [output, h], () => {
    const dh = carryFrom(h);
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    engine.run(
      "gru_backward",
      sizes.length,
      at,
      H,
      gates.address,
      hn.address,
      output.address,
      h0?.address ?? 0,
      dOutput,
      dh,
      h0?.requiresGradient ? 1 : 0,
      packRows(weightHH, false, 0, 2 * H),
      packRows(weightHH, false, 2 * H),
      engine.scratch,
    );
    addGradient(h0, dh);
    projectBackward(x, weightIH, gates.address);
    const recurrent = { packing, h: output, h0, previous: previousStates(packing, output), weight: weightHH };
    addRecurrentGradient(recurrent, gates.address, 3 * H, 0, 2 * H);
    addRecurrentGradient(recurrent, hn.address, H, 2 * H, H);
    addBiasGradients(engine, rows, 3 * H, gates.address, [biasIH]);
    if (biasHH?.requiresGradient) {
      const to = biasHH.zeroedGradient();
      engine.run("add_row_sums", rows, 2 * H, gates.address, 3 * H, to);
      engine.run("add_row_sums", rows, H, hn.address, H, to + 2 * H * 4);
    }
  });
  return { output, h };
}

/** Runs a layer from each sequence's end to its beginning. */
export function reversed(layer: LayerFunction): LayerFunction {
  return (input) => {
    const { reversed } = input.packing;
    const { output, h, c } = layer({ ...input, x: gather(input.x, reversed) });
    return { output: gather(output, reversed), h, c };
  };
}
