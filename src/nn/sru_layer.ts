import { offset } from "../engine/mod.ts";
import { allocateTensor, gather, matrixAt, projectBackward, projectInto, Scope, type Tensor } from "../tensor/mod.ts";
import { addGradient, carryFrom, type LayerResult, type LinearInput, takeLast } from "./recurrence.ts";

/** The factor of the skipped input, with which the outputs begin with the variance of the inputs (Lei et al. 2018). */
export const SRU_SCALE: number = Math.sqrt(3);

/** Runs an SRU layer over a packed batch; see `docs/cells.md`. */
export function sruLayer({ x, packing, weights, h0 }: LinearInput): LayerResult {
  const { engine } = x;
  const { weightIH, biasIH, weightC } = weights;
  const H = weightC!.size / 2;
  const G = weightIH.shape[0] / H;
  const { rows, sizes } = packing;
  const states = (width: number): Tensor => allocateTensor(engine, [rows, width], "sru");
  const [gates, c, output] = [states(G * H), states(H), states(H)];
  projectInto(x, weightIH, gates.address);
  const initial = h0?.address ?? 0;
  // With three blocks, x itself is added to the output.
  const skips = G === 3;
  const others = [initial, skips ? x.address : 0, skips ? SRU_SCALE : 1, weightC!.address] as const;
  const written = [gates.address, c.address, output.address] as const;
  engine.run(
    "sru_forward",
    sizes.length,
    engine.placeIntegers(sizes),
    H,
    G,
    ...written,
    ...others,
    biasIH?.address ?? 0,
  );
  const h = takeLast(packing, c);
  Scope.of(engine, "sru").record("recurrentLayer", [x, h0, weightIH, biasIH, weightC!], [output, h], () => {
    const dc = carryFrom(h);
    const dOutput = output.hasGradient ? output.claimGradient() : 0;
    const dx = skips && x.requiresGradient ? x.zeroedGradient() : 0;
    const dV = weightC!.requiresGradient ? weightC!.zeroedGradient() : 0;
    const saved = [gates.address, c.address, ...others] as const;
    engine.run("sru_backward", sizes.length, engine.placeIntegers(sizes), H, G, ...saved, dOutput, dc, dx, dV);
    addGradient(h0, dc);
    const summands = projectBackward(x, weightIH, matrixAt(engine, gates.address, rows, G * H));
    if (!biasIH?.requiresGradient) return;
    const gateSlopes = offset(summands.address, H);
    engine.run("add_row_sums", summands.rows, 2 * H, gateSlopes, G * H, biasIH.zeroedGradient());
  }, { cell: "sru" });
  return { output, h, last: gather(output, packing.last) };
}
