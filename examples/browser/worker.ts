/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The worker of the page: answers its calls with the models that it holds, so that the page stays responsive.
 * @module
 */
import { isInputError } from "@elman/elman";
import type { CallName, Calls, FromWorker, ToWorker } from "./messages.ts";
import { Session } from "./session.ts";

/** The connection of a call to the page. */
export interface CallContext<Name extends CallName> {
  /** Tells the page about the progress. */
  readonly tell: (event: Calls[Name]["event"]) => void;
  /** Aborted when the page does not want the answer any more. */
  readonly signal: AbortSignal;
}

const session = new Session();
const running = new Map<number, AbortController>();

const post = (message: FromWorker): void => self.postMessage(message);

async function answer<Name extends CallName>(id: number, name: Name, input: Calls[Name]["input"]): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const context: CallContext<Name> = { tell: (event) => post({ id, event }), signal: controller.signal };
    const call = session[name] as (input: unknown, context: unknown) => Promise<Calls[Name]["answer"]>;
    post({ id, answer: await call.call(session, input, context) });
  } catch (error) {
    if (!controller.signal.aborted && !isInputError(error)) console.error(error);
    post({ id, failure: controller.signal.aborted ? "Stopped." : (error as Error).message });
  } finally {
    running.delete(id);
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if (data.name === "stop") running.get(data.id)?.abort();
  else answer(data.id, data.name, data.input as never);
};
