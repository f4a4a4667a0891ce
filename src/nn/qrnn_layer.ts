import {
  allocateTensor,
  concat,
  gather,
  matrixAt,
  projectBackward,
  projectInto,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";
import {
  addBiasGradients,
  addGradient,
  carryFrom,
  type LayerResult,
  type LinearInput,
  takeLast,
} from "./recurrence.ts";

/**
 * Runs a QRNN layer over a packed batch, with a filter of width 1 or, if the weight is so wide, 2; see `docs/cells.md`.
 */
export function qrnnLayer({ x, x0, ...input }: LinearInput): LayerResult {
  const { packing, weights: { weightIH } } = input;
  if (weightIH.shape[1] === x.shape[1]) return pool({ ...input, x, x0: null });
  const pairs = concat([inputsBefore(x, x0, packing), x], 1);
  return { ...pool({ ...input, x: pairs, x0: null }), x: gather(x, packing.last) };
}

/** Returns the input before each packed row: at the first step `x0`, or zeros. */
function inputsBefore(x: Tensor, x0: Tensor | null, { rows, batch, previous }: Packing): Tensor {
  if (x0) return rows === batch ? x0 : concat([x0, gather(x, previous)], 0);
  const before = new Int32Array(rows).fill(-1);
  before.set(previous, batch);
  return gather(x, before);
}

/** Runs the gates and fo-pooling. */
function pool({ x, packing, weights, h0 }: LinearInput): LayerResult {
  const { engine } = x;
  const { weightIH, biasIH } = weights;
  const H = weightIH.shape[0] / 3;
  const { rows, sizes } = packing;
  const states = (width: number): Tensor => allocateTensor(engine, [rows, width], "qrnn");
  const [gates, c, output] = [states(3 * H), states(H), states(H)];
  projectInto(x, weightIH, gates.address);
  const [initial, bias] = [h0?.address ?? 0, biasIH?.address ?? 0] as const;
  const written = [gates.address, c.address, output.address] as const;
  engine.run("qrnn_forward", sizes.length, engine.placeIntegers(sizes), H, ...written, initial, bias);
  const h = takeLast(packing, c);
  Scope.of(engine, "qrnn").record("recurrentLayer", [x, h0, weightIH, biasIH], [output, h], () => {
    const dc = carryFrom(h);
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    const saved = [gates.address, c.address, initial] as const;
    engine.run("qrnn_backward", sizes.length, engine.placeIntegers(sizes), H, ...saved, dOutput, dc);
    addGradient(h0, dc);
    const summands = projectBackward(x, weightIH, matrixAt(engine, gates.address, rows, 3 * H));
    addBiasGradients(engine, 3 * H, summands, [biasIH]);
  }, { cell: "qrnn" });
  return { output, h, last: gather(output, packing.last) };
}
