import { InputRangeError } from "../../errors.ts";
import { type Address, type Block, type Engine, offset as addressAt } from "../engine/mod.ts";
import { addSpan, type Spans } from "./gradient.ts";
import type { Parameter } from "./parameter.ts";
import { sumSquares } from "./sum_squares.ts";
import { engineOf } from "./tensor.ts";

/** Floats per cache line; parameters are aligned to lines. */
const LINE = 16;

/** Number of floats that a parameter of a size takes up in a slab. */
export function slabSize(size: number): number {
  return Math.ceil(size / LINE) * LINE;
}

/** The place of a parameter in a slab. */
export interface Place {
  /** The parameter. */
  readonly parameter: Parameter;
  /** Offset of the first float from the beginning of the slab. */
  readonly offset: number;
}

/**
 * Stores the values of parameters in one contiguous run and their gradients in another, so that clipping, an optimizer
 * step or a checkpoint is a single pass. The gaps between parameters are zeros.
 */
export class Slab {
  /** The engine that holds the slab. */
  readonly engine: Engine;
  /** The parameters, in order. */
  readonly places: readonly Place[];
  /** The length of the run, in floats. */
  readonly size: number;
  #values: Block;
  #gradients: Block;

  /** Moves distinct parameters into a new slab. Throws `RangeError` if there are none. */
  constructor(parameters: readonly Parameter[]) {
    if (parameters.length === 0) throw new InputRangeError("make a slab: expected at least one parameter, found none");
    this.engine = engineOf("make a slab", ...parameters);
    const places: Place[] = [];
    let offset = 0;
    for (const parameter of parameters) {
      places.push({ parameter, offset });
      offset += slabSize(parameter.size);
    }
    this.places = places;
    this.size = offset;
    // Values first, then gradients, so that the gradients may reuse the memory that the values leave.
    this.#values = this.engine.allocate(offset * 4);
    for (const { parameter, offset } of places) parameter.relocateValues(this.#values, offset);
    this.#gradients = this.engine.allocate(offset * 4);
    for (const { parameter, offset } of places) parameter.relocateGradient(this.#gradients, offset);
  }

  /** Throws `RangeError` if a later slab has taken over some of the parameters. */
  expectParameters(action: string): void {
    if (this.places.every(({ parameter, offset }) => parameter.address === addressAt(this.values, offset))) return;
    const expected = "parameters that only this optimizer owns";
    const found = "some moved by a later optimizer; make one optimizer, or drop the old one";
    throw new InputRangeError(`${action}: expected ${expected}, found ${found}`);
  }

  /** Address of the values. */
  get values(): Address {
    return this.#values.address;
  }

  /** Address of the gradients, after writing the zeros that stand for what no step has computed. */
  get gradients(): Address {
    for (const { parameter } of this.places) parameter.zeroedGradient();
    return this.#gradients.address;
  }

  /**
   * Address of the gradients, of which only `gradientSpans` and the gaps between parameters hold what counts.
   * @internal
   */
  get sparseGradients(): Address {
    return this.#gradients.address;
  }

  /**
   * The floats of the gradients that have been computed, for some of the parameters in order; neighbors are joined.
   * @internal
   */
  gradientSpans(places: readonly Place[] = this.places): Spans {
    const spans: number[] = [];
    for (const { parameter, offset } of places) {
      const own = parameter.gradient.spans;
      for (let i = 0; i < own.length; i += 2) {
        // A span that reaches the end of a parameter takes in the gap, which holds zeros.
        const end = own[i + 1] === parameter.size ? slabSize(parameter.size) : own[i + 1];
        addSpan(spans, offset + own[i], offset + end);
      }
    }
    return spans;
  }

  /** Sets all gradients to zero. It writes nothing: what is computed next overwrites them. */
  zeroGradients(): void {
    for (const { parameter } of this.places) parameter.zeroGradient();
  }

  /** Computes the Euclidean norm of all gradients together; not finite if any gradient is not. */
  gradientNorm(): number {
    const [known, others] = [true, false].map((isKnown) =>
      this.places.filter(({ parameter }) => (parameter.gradient.squares !== undefined) === isKnown)
    );
    const sum = known.reduce((sum, { parameter }) => sum + parameter.gradient.squares!, 0);
    return Math.sqrt(sum + sumSquares(this.engine, this.#gradients.address, this.size, this.gradientSpans(others)));
  }

  /** Clamps every gradient to [-limit, limit]. */
  clampGradients(limit: number): void {
    for (const { parameter } of this.places) parameter.gradient.forgetSquares();
    const spans = this.gradientSpans();
    for (let i = 0; i < spans.length; i += 2) {
      const address = addressAt(this.#gradients.address, spans[i]);
      this.engine.run("clamp", spans[i + 1] - spans[i], -limit, limit, address);
    }
  }

  /** Marks the values of all parameters as changed. */
  touch(): void {
    for (const { parameter } of this.places) parameter.touch();
  }
}
