/**
 * Model cards: pages that say what a model is, in the form that Hugging Face's hub reads.
 *
 * @module
 */
export { modelCard } from "./model_card.ts";
export type { ModelCardOptions } from "../../task_model/model_card.ts";
