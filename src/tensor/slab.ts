import type { Block, Engine } from "../engine/mod.ts";
import type { Parameter } from "./parameter.ts";

/** Floats in a cache line: parameters begin at whole lines. */
const LINE = 16;

/** Where a parameter stands in a slab, in floats from its beginning. */
export interface Place {
  /** The parameter. */
  readonly parameter: Parameter;
  /** Its first float. */
  readonly offset: number;
}

/**
 * Parameters in one contiguous run of values and another of gradients, so that clipping, an optimizer step or a checkpoint is one pass
 * over one run of floats. The gaps between parameters are zeros.
 */
export class Slab {
  /** The engine in whose memory the slab lives. */
  readonly engine: Engine;
  /** The parameters in order. */
  readonly places: readonly Place[];
  /** Floats in the run. */
  readonly size: number;
  #values: Block;
  #gradients: Block;

  /** Moves the parameters, each named once, into a new slab. Throws a RangeError where there are none. */
  constructor(parameters: readonly Parameter[]) {
    if (parameters.length === 0) throw new RangeError("make a slab: expected at least one parameter, found none");
    this.engine = parameters[0].engine;
    const places: Place[] = [];
    let offset = 0;
    for (const parameter of parameters) {
      places.push({ parameter, offset });
      offset += Math.ceil(parameter.size / LINE) * LINE;
    }
    this.places = places;
    this.size = offset;
    // One after the other, so that the gradients may stand where the values stood.
    this.#values = this.engine.allocate(offset * 4);
    for (const { parameter, offset } of places) parameter.relocateValues(this.#values, offset);
    this.#gradients = this.engine.allocate(offset * 4);
    for (const { parameter, offset } of places) parameter.relocateGradient(this.#gradients, offset);
  }

  /** Where the values begin. */
  get values(): number {
    return this.#values.address;
  }

  /** Where the gradients begin. */
  get gradients(): number {
    return this.#gradients.address;
  }

  /** Sets every gradient to zero. */
  zeroGradients(): void {
    this.engine.run("fill", this.size, 0, this.gradients);
  }

  /** The Euclidean norm of all gradients together; not finite where one of them is not. */
  gradientNorm(): number {
    const parts = Math.ceil(this.size / 4096);
    const mark = this.engine.arena.mark();
    const address = this.engine.arena.allocate(parts * 8);
    this.engine.run("sum_squares", this.size, this.gradients, address);
    const sums = this.engine.memory.doubles(address, parts);
    const total = sums.reduce((sum, part) => sum + part, 0);
    this.engine.arena.reset(mark);
    return Math.sqrt(total);
  }

  /** Limits every gradient to [-limit, limit]. */
  clampGradients(limit: number): void {
    this.engine.run("clamp", this.size, -limit, limit, this.gradients);
  }

  /** Says that all values have changed. */
  touch(): void {
    for (const { parameter } of this.places) parameter.touch();
  }
}
