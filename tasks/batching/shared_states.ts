import { type Communicator, rangeOf } from "../../src/distributed/mod.ts";
import { CarriedState, type Recurrent } from "../../src/nn/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { joinRows, rowsOf, type StateShape } from "./state_rows.ts";

/** The sequences whose states `SharedStates` has. */
export interface SharedSequences {
  /** Their number. */
  readonly size: number;
  /** The noun for them in messages, such as "streams". */
  readonly noun: string;
}

/** The recurrent states of sequences that are read side by side, window by window; each rank carries those of some. */
export class SharedStates {
  /** The sequences of this rank: the first, and that behind the last. */
  readonly columns: readonly [first: number, end: number];
  /** Their states. */
  readonly own: CarriedState;
  #size: number;
  #communicator: Communicator;
  /** The states of all ranks, when they were last collected. */
  #collected: Record<string, Float32Array> | undefined;

  /** Makes zero states. Throws `RangeError` if there are fewer sequences than ranks. */
  constructor(layers: Recurrent, { size, noun }: SharedSequences, communicator: Communicator) {
    if (size < communicator.size) {
      refuse("fit", "batch", `at least ${communicator.size} ${noun}, one for each rank`, size);
    }
    this.#size = size;
    this.#communicator = communicator;
    this.columns = rangeOf(size, communicator);
    this.own = CarriedState.zeros(layers, this.columns[1] - this.columns[0]);
  }

  /** Is called on all ranks before `toArrays`, to collect the states of each. */
  async collect(): Promise<void> {
    const own = Object.entries({ ...this.own.toArrays() }).map(([name, values]) => [name, Array.from(values)] as const);
    const all = await this.#communicator.gather(Object.fromEntries(own));
    const joined = own.map(([name]) => [name, joinRows(all.map((states) => states[name]), this.#shapeOf(name))]);
    this.#collected = Object.fromEntries(joined);
  }

  /** Copies the states of all sequences. */
  toArrays(): Record<string, Float32Array> {
    const collected = this.#collected;
    this.#collected = undefined;
    return collected ?? { ...this.own.toArrays() };
  }

  /** Restores what `toArrays` returned, whatever the number of ranks then was. */
  restore(states: Readonly<Record<string, Float32Array>>): void {
    const isAlone = this.#communicator.size === 1;
    const own = isAlone ? states : Object.fromEntries(
      Object.entries(states).map(([name, values]) => [name, rowsOf(values, this.columns, this.#shapeOf(name))]),
    );
    this.own.restore({ h: new Float32Array(), ...own });
  }

  #shapeOf(name: string): StateShape {
    const states: Readonly<Record<string, { readonly shape: readonly number[] } | undefined>> = { ...this.own.state };
    return { size: this.#size, width: states[name]?.shape.at(-1) ?? 1 };
  }
}
