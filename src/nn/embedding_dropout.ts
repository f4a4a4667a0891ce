import { dropout, mul, Scope, type Tensor, tensor } from "../tensor/mod.ts";

/**
 * In training, zeroes the vectors `[..., E]` of random ids among `size`, wherever they occur, and scales the others by
 * 1 / (1 - rate) (Gal and Ghahramani 2016). Negative ids stand for zeros.
 */
export function dropEmbeddings(vectors: Tensor, ids: Int32Array, size: number, rate: number): Tensor {
  const { engine, shape } = vectors;
  if (rate === 0 || !Scope.of(engine, "embed").dropout) return vectors;
  const mask = dropout(tensor(new Float32Array(size).fill(1), [size], { engine }), rate).toArray();
  const factors = Float32Array.from(ids, (id) => id < 0 ? 0 : mask[id]);
  return mul(vectors, tensor(factors, [...shape.slice(0, -1), 1], { engine }));
}
