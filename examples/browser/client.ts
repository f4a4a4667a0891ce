/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { CallName, Calls, FromWorker, ToWorker } from "./messages.ts";

/** A call that the worker has not answered yet. */
interface Open {
  readonly event: (event: never) => void;
  readonly answer: (answer: unknown) => void;
  readonly failure: (error: Error) => void;
}

/** How a call is made. */
export interface CallOptions<Name extends CallName> {
  /** Called with what the worker tells before it answers. */
  readonly onEvent?: (event: Calls[Name]["event"]) => void;
  /** Asks the worker to stop, which then answers with what it has, or fails. */
  readonly signal?: AbortSignal;
}

/** The page's side of the worker. */
export class Client {
  #worker: Worker;
  #open = new Map<number, Open>();
  #last = 0;

  /** Starts a worker from its source: a page that is opened as a file may not load a worker from another file. */
  constructor(source: string) {
    this.#worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    this.#worker.onerror = ({ message }) => {
      for (const { failure } of this.#open.values()) failure(new Error(message));
      this.#open.clear();
    };
  }

  /** Makes a call. Rejects with the worker's message if it fails. */
  call<Name extends CallName>(
    name: Name,
    input: Calls[Name]["input"],
    { onEvent = () => {}, signal }: CallOptions<Name> = {},
  ): Promise<Calls[Name]["answer"]> {
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<Calls[Name]["answer"]>();
    this.#open.set(id, { event: onEvent, answer: (answer) => resolve(answer as never), failure: reject });
    signal?.addEventListener("abort", () => this.#post({ id, name: "stop" }));
    this.#post({ id, name, input } as ToWorker);
    return promise;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const call = this.#open.get(message.id);
    if (!call) return;
    if ("event" in message) return call.event(message.event as never);
    this.#open.delete(message.id);
    if ("failure" in message) call.failure(new Error(message.failure));
    else call.answer(message.answer);
  }
}
