import { Scope } from "../../src/tensor/mod.ts";
import { add, affine, type Engine, type Tensor, tensor, training } from "../../src/nn/mod.ts";

/** Options of `adversarialLoss`. */
export interface AdversarialOptions {
  /** The engine that computes the loss. */
  readonly engine: Engine;
  /** Returns the embeddings `[T, B, E]` of a batch, recorded on the tape. */
  readonly embed: () => Tensor;
  /** Returns the loss of embeddings, recorded on the tape. */
  readonly lossOf: (embedded: Tensor) => Tensor;
  /** The number of words of each text. */
  readonly lengths: Int32Array;
  /** The norm of a text's perturbation, as a share of the norm of its embeddings. */
  readonly size: number;
}

/**
 * Computes the adversarial loss (Miyato et al. 2017, equation 5): the loss of embeddings x that are moved, for each
 * text, by r = size |x| g / |g|, where g is the gradient of the loss at x. The gradients of the loss at x itself are
 * also accumulated in the parameters, so that a step trains on both. Both passes use the same dropout masks.
 */
export function adversarialLoss({ engine, embed, lossOf, lengths, size }: AdversarialOptions): Tensor {
  const outer = Scope.of(engine, "perturb");
  const { seed, step } = outer;
  const perturbation = training(() => {
    // The members of an ensemble follow each other in a step, each with random streams of its own.
    Scope.of(engine, "perturb").skipStreams(outer.streams);
    // The copy makes sure that the gradient is kept; that of gathered rows may be added directly to the embedding
    // table.
    const embedded = affine(embed(), 1);
    lossOf(embedded).backward();
    return perturb(embedded.toArray(), embedded.gradients(), lengths, size);
  }, { engine, seed, step });
  const embedded = embed();
  return lossOf(add(embedded, tensor(perturbation, embedded.shape, { engine })));
}

/** Returns the perturbations of embeddings x `[T, B, E]` with gradients g; padding gets zeros. */
export function perturb(x: Float32Array, g: Float32Array, lengths: Int32Array, size: number): Float32Array {
  const B = lengths.length;
  const r = new Float32Array(x.length);
  const E = x.length / B / Math.max(...lengths);
  const norm = (values: Float32Array, b: number, length: number): number => {
    let squares = 0;
    for (let t = 0; t < length; t++) {
      const start = (t * B + b) * E;
      for (let i = start; i < start + E; i++) squares += values[i] * values[i];
    }
    return Math.sqrt(squares);
  };
  lengths.forEach((length, b) => {
    const slope = norm(g, b, length);
    const scale = slope === 0 ? 0 : size * norm(x, b, length) / slope;
    for (let t = 0; t < length; t++) {
      const start = (t * B + b) * E;
      for (let i = start; i < start + E; i++) r[i] = scale * g[i];
    }
  });
  return r;
}
