import { ApiError, faultOf } from "./api_error.ts";

/** The entry of a server's log for a request. */
export interface RequestRecord {
  /** When the request came, in ISO 8601. */
  readonly time: string;
  /** The HTTP method. */
  readonly method: string;
  /** The path of the URL. */
  readonly path: string;
  /** The status of the answer; 499 if the client went away. */
  readonly status: number;
  /** Milliseconds until the answer was complete. */
  readonly ms: number;
  /** The model's name. */
  readonly model?: string;
  /** Number of tokens of the prompts. */
  readonly promptTokens?: number;
  /** Number of generated tokens. */
  readonly completionTokens?: number;
  /** Why there is no answer. */
  readonly error?: string;
}

/** The status of a request whose client went away, as nginx has it. */
const CLIENT_GONE = 499;

/** One request from its arrival to the end of its answer. */
export class Call {
  /** The request. */
  readonly request: Request;
  /** The path of its URL. */
  readonly path: string;
  /** Whether the answer goes on after its headers, so that whoever writes it ends the call. */
  isStreaming = false;
  /** The model's name and the numbers of tokens. */
  used: Pick<RequestRecord, "model" | "promptTokens" | "completionTokens"> = {};
  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout>;
  #start = performance.now();
  #time = new Date().toISOString();
  #onEnd: (record: RequestRecord) => void;
  #onAbort = (): void => this.abandon();
  #hasEnded = false;

  /** `seconds` is the time after which the call is given up. */
  constructor(request: Request, seconds: number, onEnd: (record: RequestRecord) => void) {
    this.request = request;
    this.path = new URL(request.url).pathname;
    this.#onEnd = onEnd;
    this.#timer = setTimeout(() => this.#controller.abort(late(seconds)), seconds * 1000);
    request.signal.addEventListener("abort", this.#onAbort);
    if (request.signal.aborted) this.abandon();
  }

  /** Aborted if the client goes away or the time is over; its reason is an `ApiError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the call up, because the client has gone away. */
  abandon(): void {
    this.#controller.abort(new ApiError("serve: the client went away", { status: CLIENT_GONE }));
  }

  /** Ends a call whose answer was a stream, with the error that ended the stream if there was one. */
  fail(error?: unknown): void {
    if (error === undefined) this.end(200);
    else this.end(faultOf(error).details.status, error instanceof Error ? error.message : String(error));
  }

  /** Ends the call with the status of its answer. */
  end(status: number, error?: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.request.signal.removeEventListener("abort", this.#onAbort);
    const ms = Math.round((performance.now() - this.#start) * 10) / 10;
    const { method } = this.request;
    this.#onEnd({ time: this.#time, method, path: this.path, status, ms, ...this.used, ...error && { error } });
  }
}

function late(seconds: number): ApiError {
  return new ApiError(`serve: expected an answer within ${seconds} s, found more to do`, {
    status: 504,
    code: "timeout",
  });
}
