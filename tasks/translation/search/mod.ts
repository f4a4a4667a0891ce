/**
 * Greedy search and beam search for the best sequence, over any model that gives the probabilities of the next symbol.
 * This folder handles symbols and probabilities; it must not depend on what computes them, or on text.
 * @module
 */
export { searchBeams } from "./beam.ts";
export { searchGreedily } from "./greedy.ts";
export type { Hypothesis, StepModel, StepOutput } from "./hypothesis.ts";
export type { Pause } from "./side_by_side.ts";
export { checkSearch, LENGTH_NORMS, type LengthNorm, MAX_BEAM, score, type SearchSettings } from "./settings.ts";
