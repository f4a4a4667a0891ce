/**
 * What every training loop needs: the best parameters so far, checkpoints of parameters, metrics, and pauses for the event
 * loop. This layer knows modules and files; it must not know what is learned.
 * @module
 */
export { Best } from "./best.ts";
export { Breather } from "./breather.ts";
export { refuseNonFinite } from "./finite.ts";
export { bitsPerCharacter, perplexity, Throughput } from "./metrics.ts";
export { loadParameters, parameterArrays } from "./parameters.ts";
