/**
 * How the best sequence is looked for: greedy search and beam search over any model that says, step by step, how likely each symbol is. This folder
 * knows probabilities and symbols; it must not know what computes them, nor texts.
 * @module
 */
export { searchBeams } from "./beam.ts";
export { searchGreedily } from "./greedy.ts";
export type { Hypothesis, StepModel, StepOutput } from "./hypothesis.ts";
export type { Pause } from "./side_by_side.ts";
export { checkSearch, LENGTH_NORMS, type LengthNorm, score, type SearchSettings, WIDEST } from "./settings.ts";
