import { type Engine, persistentTensor, type Recurrent, type RecurrentState, type Tensor } from "../../src/nn/mod.ts";

/** A recurrent state as plain numbers. */
export interface StateArrays {
  /** Hidden states [layers, B, H]. */
  readonly h: Float32Array;
  /** Cell states [layers, B, H] of an LSTM. */
  readonly c?: Float32Array;
}

/** The recurrent state of B streams that is carried from window to window. */
export class CarriedState implements RecurrentState {
  /** Hidden states [layers, B, H]. */
  readonly h: Tensor;
  /** Cell states [layers, B, H] of an LSTM. */
  readonly c: Tensor | undefined;

  /** Zeros for B streams. */
  constructor(engine: Engine, layers: Recurrent, B: number) {
    this.h = persistentTensor([layers.layers, B, layers.projected], engine);
    this.c = layers.hasCells ? persistentTensor([layers.layers, B, layers.hidden], engine) : undefined;
  }

  /** Takes over the numbers of a state that is about to go. */
  carry({ h, c }: RecurrentState): void {
    const { engine } = this.h;
    engine.run("affine", h.size, h.address, 1, 0, this.h.address);
    if (this.c && c) engine.run("affine", c.size, c.address, 1, 0, this.c.address);
  }

  /** Sets all states to zero. */
  clear(): void {
    for (const states of [this.h, this.c]) if (states) states.engine.run("fill", states.size, 0, states.address);
  }

  /** A copy of the numbers. */
  toArrays(): StateArrays {
    return this.c ? { h: this.h.toArray(), c: this.c.toArray() } : { h: this.h.toArray() };
  }

  /** Takes over numbers. Throws a RangeError where they are not as many. */
  restore({ h, c }: StateArrays): void {
    this.h.assign(h);
    if (this.c) this.c.assign(c ?? []);
  }
}
