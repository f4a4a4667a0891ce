import { type Address, type Engine, offset } from "../engine/mod.ts";
import { convert } from "./convert.ts";
import type { Tensor } from "./tensor.ts";

/** Rows in memory, `pitch` floats apart. */
export interface Rows {
  /** Address of the first row. */
  readonly address: Address;
  /** Floats from one row to the next. */
  readonly pitch: number;
}

/** An operand of a product. */
export interface Matrix extends Rows {
  /** Returns the address of the same rows as bfloat16 numbers, `pitch` numbers apart. */
  readonly half: () => Address;
}

/** Which operands are stored transposed: `NT` is A B^T, `TN` is A^T B. */
export type Transposition = "NN" | "NT" | "TN";

/** Returns the rows of a tensor as an operand. */
export function matrixOf(x: Tensor, pitch: number = x.shape.at(-1) ?? 1): Matrix {
  return { address: x.address, pitch, half: () => x.half() };
}

/** Returns `rows` rows in memory as an operand; they are converted at most once, into the step's memory. */
export function matrixAt(engine: Engine, address: Address, rows: number, pitch: number): Matrix {
  let converted: Address | 0 = 0;
  const half = (): Address => converted ||= convert(engine, rows * pitch, address);
  return { address, pitch, half };
}

/** Returns an operand from its row `first` on. */
export function rowsFrom({ address, pitch, half }: Matrix, first: number): Matrix {
  return { address: offset(address, first * pitch), pitch, half: () => offset(half(), first * pitch, 2) };
}

/** Returns an operand from its column `first` on. */
export function columnsFrom({ address, pitch, half }: Matrix, first: number): Matrix {
  return { address: offset(address, first), pitch, half: () => offset(half(), first, 2) };
}

/**
 * Computes C[M, N] (+)= op(A)[M, K] op(B)[K, N]. If the engine multiplies bfloat16 numbers, the operands are rounded to
 * them; sums are floats.
 */
export function multiply(
  engine: Engine,
  transposition: Transposition,
  [M, N, K]: readonly [M: number, N: number, K: number],
  a: Matrix,
  b: Matrix,
  c: Rows,
  accumulate = false,
): void {
  const forms = [transposition[0] === "T" ? 1 : 0, transposition[1] === "T" ? 1 : 0] as const;
  const add = accumulate ? 1 : 0;
  if (engine.precision === "bf16") {
    engine.run("matmul_half", ...forms, M, N, K, a.half(), a.pitch, b.half(), b.pitch, c.address, c.pitch, add);
  } else {
    engine.run("matmul", ...forms, M, N, K, a.address, a.pitch, b.address, b.pitch, c.address, c.pitch, add);
  }
}
