import type { Engine } from "./engine.ts";
import type { Recording } from "./recording.ts";

/**
 * Repeats a step at fixed addresses, such as the generation of the next token. The first run allocates memory and
 * caches what is derived from the weights; the second is recorded; from the third on, only the kernel calls are
 * replayed, without allocations or shape checks. Integer arrays placed by the step are read again each time; all other
 * values computed in JavaScript stay the same. All steps of an engine use its `stepArena`, so a step that does not run
 * holds no memory.
 */
export class RepeatedStep {
  #engine: Engine;
  #body: () => void;
  #recording: Recording | undefined;
  #isWarm = false;
  /** The value of `moves` of the arena when the step was recorded. */
  #moves = 0;

  /**
   * `body` must make the same kernel calls each time, and a run must not read what an earlier one left in the arena.
   */
  constructor(engine: Engine, body: () => void) {
    this.#engine = engine;
    this.#body = body;
  }

  /** Runs the step. */
  run(): void {
    const arena = this.#engine.stepArena;
    if (this.#recording && this.#moves === arena.moves) return this.#repeat(this.#recording);
    arena.join();
    this.#moves = arena.moves;
    this.#recording = undefined;
    const recording: Recording | undefined = this.#isWarm ? [] : undefined;
    this.#engine.runIn(arena, this.#body, recording);
    if (this.#moves === arena.moves) this.#recording = recording;
    this.#isWarm = true;
  }

  /** Discards the recording, because weights have changed or moved. */
  forget(): void {
    this.#recording = undefined;
    this.#isWarm = false;
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
