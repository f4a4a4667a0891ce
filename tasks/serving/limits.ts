import { integer, number, type Schema } from "../../src/schema/mod.ts";

/** The limits of a server. */
export interface ServeLimits {
  /** Maximum size of a request's body in bytes. Default: 262144. */
  readonly maxBody: number;
  /** Maximum size of a request with a sound in bytes. Default: 4194304. */
  readonly maxSound: number;
  /**
   * Maximum number of tokens of a prompt or a text. Frames of a sequence and values of a series count as tokens.
   * Default: 8192.
   */
  readonly maxPromptTokens: number;
  /** Maximum number of tokens that a request may ask for. Default: 4096. */
  readonly maxNewTokens: number;
  /** Maximum number of bars, or time steps of piano rolls, that a request may ask for or harmonize. Default: 512. */
  readonly maxBars: number;
  /** Maximum number of texts and pieces of music that are generated at a time; other requests wait. Default: 64. */
  readonly maxRunning: number;
  /** Maximum number of requests that wait. Default: 256. */
  readonly maxQueue: number;
  /** Seconds that a request may wait. Default: 30. */
  readonly queueTimeout: number;
  /** Seconds that the body of a request may take to arrive. Default: 60. */
  readonly bodyTimeout: number;
  /** Seconds that a request may take, the arrival of its body and its wait included. Default: 300. */
  readonly requestTimeout: number;
  /** Maximum number of sessions; the least recently used one is dropped. With 0, they are refused. Default: 1000. */
  readonly maxSessions: number;
  /** Seconds after which an unused session is dropped. Default: 3600. */
  readonly sessionTimeout: number;
}

/** Maximum number of seconds that a timer of JavaScript can wait. */
export const MAX_SECONDS = 2_147_483;

const seconds = (declared: { readonly default: number; readonly help: string }) =>
  number({ group: "run", above: 0, max: MAX_SECONDS, value: "S", ...declared });

/** Schema of the limits. */
export const LIMITS: Schema<ServeLimits> = {
  maxBody: integer({ group: "run", min: 1, default: 262_144, help: "Maximum size of a request in bytes." }),
  maxSound: integer({
    group: "run",
    min: 1,
    default: 4_194_304,
    help: "Maximum size of a request with a sound in bytes.",
  }),
  maxPromptTokens: integer({
    group: "run",
    min: 1,
    default: 8192,
    help: "Maximum number of tokens of a prompt or text, frames of a sequence, or values of a series.",
  }),
  maxNewTokens: integer({
    group: "run",
    min: 1,
    default: 4096,
    help: "Maximum number of tokens that a request may ask for.",
  }),
  maxBars: integer({
    group: "run",
    min: 1,
    default: 512,
    help: "Maximum number of bars or time steps of a piece of music.",
  }),
  maxRunning: integer({
    group: "run",
    min: 1,
    max: 4096,
    default: 64,
    help: "Maximum number of texts that are generated at a time.",
  }),
  maxQueue: integer({ group: "run", min: 0, default: 256, help: "Maximum number of requests that wait." }),
  queueTimeout: seconds({ default: 30, help: "Seconds that a request may wait." }),
  bodyTimeout: seconds({ default: 60, help: "Seconds that the body of a request may take to arrive." }),
  requestTimeout: seconds({ default: 300, help: "Seconds that a request may take, its wait included." }),
  maxSessions: integer({ group: "run", min: 0, default: 1000, help: "Maximum number of sessions; 0 refuses them." }),
  sessionTimeout: seconds({ default: 3600, help: "Seconds after which an unused session is dropped." }),
};
