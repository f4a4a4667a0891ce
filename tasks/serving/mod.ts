/**
 * Serving models over HTTP: a handler from requests to responses in the form of OpenAI's interface. This folder knows
 * requests, limits and sessions; it must not open ports or read files.
 * @module
 */
export type { RequestRecord } from "./call.ts";
export type { ServeLimits } from "./limits.ts";
export { ModelServer, type ServeOptions } from "./server.ts";
export type { ServedModel } from "./serving.ts";
