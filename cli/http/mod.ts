/**
 * HTTP on this computer: opening a port, and refusing requests that pages of other sites send. This folder must not
 * know what is answered.
 * @module
 */
export { CONNECTION_LIMITS, type ConnectionLimits } from "./connections.ts";
export { type Handler, listen, type Listener, portFault } from "./listener.ts";
export { hostInURL, isLoopback, onlyLocal } from "./local.ts";
