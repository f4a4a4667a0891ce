import { allocateTensor, matrixAt, projectBackward, projectInto, Scope } from "../tensor/mod.ts";
import {
  addBiasGradients,
  addGradient,
  carryFrom,
  type LayerResult,
  type LinearInput,
  takeLast,
} from "./recurrence.ts";

/** Runs a minGRU layer over a packed batch; see `docs/cells.md`. */
export function minGruLayer({ x, packing, weights, h0 }: LinearInput): LayerResult {
  const { engine } = x;
  const { weightIH, biasIH } = weights;
  const H = weightIH.shape[0] / 2;
  const { rows, sizes } = packing;
  const gates = allocateTensor(engine, [rows, 2 * H], "min_gru");
  const output = allocateTensor(engine, [rows, H], "min_gru");
  projectInto(x, weightIH, gates.address);
  const initial = h0?.address ?? 0;
  const states = [H, gates.address, output.address, initial] as const;
  engine.run("min_gru_forward", sizes.length, engine.placeIntegers(sizes), ...states, biasIH?.address ?? 0);
  const h = takeLast(packing, output);
  Scope.of(engine, "min_gru").record("recurrentLayer", [x, h0, weightIH, biasIH], [output, h], () => {
    const dh = carryFrom(h);
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    engine.run("min_gru_backward", sizes.length, engine.placeIntegers(sizes), ...states, dOutput, dh);
    addGradient(h0, dh);
    const summands = projectBackward(x, weightIH, matrixAt(engine, gates.address, rows, 2 * H));
    addBiasGradients(engine, 2 * H, summands, [biasIH]);
  }, { cell: "mingru" });
  return { output, h };
}
