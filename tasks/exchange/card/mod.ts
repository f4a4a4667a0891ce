/**
 * Model cards: pages that say what a model is, in the form that Hugging Face's hub reads.
 *
 * @module
 */
export { modelCard, type ModelCardOptions } from "./model_card.ts";
