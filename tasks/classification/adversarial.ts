import { Scope } from "../../src/tensor/mod.ts";
import { add, affine, type Engine, type Tensor, tensor, training } from "../../src/nn/mod.ts";

/** What is perturbed, and by how much. */
export interface AdversarialOptions {
  /** The engine in whose memory all this happens. */
  readonly engine: Engine;
  /** Makes the vectors [T, B, E] of a batch's words, on the tape. */
  readonly embed: () => Tensor;
  /** The loss of such vectors, on the tape. */
  readonly lossOf: (embedded: Tensor) => Tensor;
  /** Each text's number of words. */
  readonly lengths: Int32Array;
  /** The length of a text's perturbation as a share of that of its vectors. */
  readonly size: number;
}

/**
 * The loss of vectors that are moved by r = size |x| g / |g| for each text, g being the gradient of the loss at its vectors x: the direction in
 * which the loss grows fastest (Miyato et al. 2017, equation 5). The gradients of the loss at x itself are added to the parameters' at
 * once, so that both are learned. Dropout is the same for both.
 */
export function adversarialLoss({ engine, embed, lossOf, lengths, size }: AdversarialOptions): Tensor {
  const { seed, step } = Scope.of(engine, "perturb");
  const perturbation = training(() => {
    // A tensor of its own keeps its gradient, where that of gathered rows may go straight to their table.
    const embedded = affine(embed(), 1);
    lossOf(embedded).backward();
    return perturb(embedded.toArray(), embedded.gradients(), lengths, size);
  }, { engine, seed, step });
  const embedded = embed();
  return lossOf(add(embedded, tensor(perturbation, embedded.shape, { engine })));
}

/** The perturbations of vectors x [T, B, E] with the gradients g; zeros beyond a text's length. */
export function perturb(x: Float32Array, g: Float32Array, lengths: Int32Array, size: number): Float32Array {
  const B = lengths.length;
  const r = new Float32Array(x.length);
  const E = x.length / B / Math.max(...lengths);
  lengths.forEach((length, b) => {
    const starts = Array.from({ length }, (_, t) => (t * B + b) * E);
    const norm = (values: Float32Array): number =>
      Math.hypot(...starts.map((start) => Math.hypot(...values.subarray(start, start + E))));
    const slope = norm(g);
    const scale = slope === 0 ? 0 : size * norm(x) / slope;
    for (const start of starts) for (let i = start; i < start + E; i++) r[i] = scale * g[i];
  });
  return r;
}
