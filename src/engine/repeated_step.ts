import { Arena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import type { Recording } from "./recording.ts";

/**
 * A step that is run over and over on the same places, such as the next token of a text. The first run finds the memory that it needs
 * and derives from the weights what is kept; the second is recorded; from the third on only the kernel calls are
 * repeated, so that nothing is allocated and no shape is looked at. Integers are read anew from the arrays that the step
 * placed; whatever else JavaScript computes stays as it was. The step has an arena of its own.
 */
export class RepeatedStep implements Disposable {
  #engine: Engine;
  #body: () => void;
  #arena: Arena;
  #recording: Recording | undefined;
  #isWarm = false;

  /** `body` must do the same kernel calls each time, and leave nothing in the arena that a later run reads. */
  constructor(engine: Engine, body: () => void) {
    this.#engine = engine;
    this.#body = body;
    this.#arena = new Arena(engine.memory);
  }

  /** Runs the step. */
  run(): void {
    if (this.#recording) return this.#repeat(this.#recording);
    const recording: Recording | undefined = this.#isWarm ? [] : undefined;
    this.#engine.runIn(this.#arena, this.#body, recording);
    this.#recording = recording;
    this.#isWarm = true;
  }

  /** Forgets what the step did, because weights have changed or moved. */
  forget(): void {
    this.#recording = undefined;
    this.#isWarm = false;
  }

  /** Gives the arena back. */
  [Symbol.dispose](): void {
    this.forget();
    this.#arena[Symbol.dispose]();
  }

  #repeat(recording: Recording): void {
    const engine = this.#engine;
    const { memory } = engine;
    for (const entry of recording) {
      if ("kernel" in entry) engine.run(entry.kernel, ...entry.operands);
      else memory.place(entry.values, entry.address);
    }
  }
}
