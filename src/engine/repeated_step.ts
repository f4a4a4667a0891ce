import { Arena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import type { Recording } from "./recording.ts";

/**
 * Repeats a step at fixed addresses, such as the generation of the next token. The first run allocates memory and
 * caches what is derived from the weights; the second is recorded; from the third on, only the kernel calls are
 * replayed, without allocations or shape checks. Integer arrays placed by the step are read again each time; all other
 * values computed in JavaScript stay the same. The step has its own arena.
 */
export class RepeatedStep implements Disposable {
  #engine: Engine;
  #body: () => void;
  #arena: Arena;
  #recording: Recording | undefined;
  #isWarm = false;

  /**
   * `body` must make the same kernel calls each time, and a run must not read what an earlier one left in the arena.
   */
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

  /** Discards the recording, because weights have changed or moved. */
  forget(): void {
    this.#recording = undefined;
    this.#isWarm = false;
  }

  /** Frees the arena. */
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
