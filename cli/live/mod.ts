/**
 * The live page of a training run: what is trained with which settings, curves and samples while they come, a box to
 * try the model, and buttons to stop and to save. This folder knows the report's sections; it must not know how a model
 * is trained.
 * @module
 */
export { liveHandler } from "./handler.ts";
export { LivePage } from "./live_page.ts";
export type { LiveRun, Question, Trial } from "./live_run.ts";
export { Watch } from "./watch.ts";
