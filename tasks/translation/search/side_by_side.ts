import type { StepModel, StepOutput } from "./hypothesis.ts";

/** The search for one sequence. */
export interface Search {
  /** The live hypotheses: the last symbol of each and the hypothesis that it continues. Empty if the search is done. */
  readonly live: readonly { readonly symbol: number; readonly parent: number }[];
  /** Advances by one step from the model's output; `place` is the index of the sequence in the model. */
  advance(output: StepOutput, place: number): void;
}

/**
 * Share of searches that must be done before the model drops their sequences, since dropping copies the encoder's
 * states.
 */
const DONE_SHARE = 1 / 8;

/** A function that is awaited between two steps. */
export type Pause = () => Promise<void>;

/** Runs one search for each sequence of the model, in parallel, until all are done. */
export async function searchSideBySide(model: StepModel, searches: readonly Search[], pause?: Pause): Promise<void> {
  let going = searches;
  let symbols = new Int32Array(going.length).fill(model.boundary);
  let parents = Int32Array.from(symbols, (_, place) => place);
  for (;;) {
    const output = model.step(symbols, parents);
    const before = going.length;
    going.forEach((search, place) => search.live.length > 0 && search.advance(output, place));
    const places = Int32Array.from(going.keys()).filter((place) => going[place].live.length > 0);
    if (places.length === 0) return;
    const kept = before - places.length >= DONE_SHARE * before ? places : Int32Array.from(going.keys());
    if (kept.length < before) model.select(kept);
    going = Array.from(kept, (place) => going[place]);
    const width = Math.max(...going.map(({ live }) => live.length));
    symbols = new Int32Array(width * kept.length).fill(model.boundary);
    parents = new Int32Array(width * kept.length);
    for (let row = 0; row < symbols.length; row++) {
      const [k, place] = [Math.floor(row / kept.length), row % kept.length];
      const hypothesis = going[place].live[k];
      // Rows without a hypothesis continue the first one; their output is ignored.
      symbols[row] = hypothesis?.symbol ?? model.boundary;
      parents[row] = (hypothesis?.parent ?? 0) * before + kept[place];
    }
    await pause?.();
  }
}
