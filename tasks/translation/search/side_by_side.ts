import type { StepModel, StepOutput } from "./hypothesis.ts";

/** The search for one sequence. */
export interface Search {
  /** The hypotheses that go on: the last symbol of each, and which of those before it continues. None where the search is done. */
  readonly live: readonly { readonly symbol: number; readonly parent: number }[];
  /** Takes what the model says of every live hypothesis; the sequence has this place among those of the model. */
  advance(output: StepOutput, place: number): void;
}

/** The share of searches that is done before the model is told to leave them out, as that costs a copy of what it looks at. */
const DONE_SHARE = 1 / 8;

/** What is awaited between two steps. */
export type Pause = () => Promise<void>;

/** Runs a search for each of the model's sequences until all are done. */
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
      // Rows without a hypothesis go on with whatever stood in the first one.
      symbols[row] = hypothesis?.symbol ?? model.boundary;
      parents[row] = (hypothesis?.parent ?? 0) * before + kept[place];
    }
    await pause?.();
  }
}
