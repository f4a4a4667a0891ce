import { InputRangeError, InputTypeError } from "../../errors.ts";
import { complete, describeValue, expectOptions } from "../../src/schema/mod.ts";
import { Classifier } from "../classification/mod.ts";
import { Forecaster } from "../forecasting/mod.ts";
import { LanguageModel } from "../language_modeling/mod.ts";
import { MusicModel } from "../music/mod.ts";
import { SpeechRecognizer } from "../speech/mod.ts";
import { Translator } from "../translation/mod.ts";
import { VectorClassifier } from "../vector_classification/mod.ts";
import { ApiError, busy, faultOf } from "./api_error.ts";
import { Call, type RequestRecord } from "./call.ts";
import { type Endpoint, endpointsAt } from "./endpoints.ts";
import { LIMITS, type ServeLimits } from "./limits.ts";
import { isOrigin } from "./origin.ts";
import { hasKey, isKey } from "./same_key.ts";
import { type ServedModel, Serving } from "./serving.ts";

/** The classes of models that can be served. */
export const SERVED = [
  LanguageModel,
  Classifier,
  VectorClassifier,
  Forecaster,
  Translator,
  SpeechRecognizer,
  MusicModel,
] as const;

/** Options of a `ModelServer`. */
export interface ServeOptions extends Partial<ServeLimits> {
  /** The key that requests must have as `Authorization: Bearer KEY`. Default: none is needed. */
  readonly apiKey?: string;
  /**
   * The origin whose pages may read answers, such as `https://example.com`, or `*` for all. Default: none but the
   * server's own.
   */
  readonly cors?: string;
  /** Called for each request that has been answered. What it throws is ignored: answers do not depend on it. */
  readonly log?: (record: RequestRecord) => void;
}

/**
 * Answers HTTP requests with models: OpenAI's `/v1/completions`, `/v1/audio/transcriptions` and `/v1/models`, and
 * `/v1/classify`, `/v1/forecast`, `/v1/translate`, `/v1/music/compositions` and `/v1/music/harmonies` in the same
 * manner. It opens no port: `fetch` is what `deno serve`, `Deno.serve`, workers and adapters for Node.js call.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { ModelServer, type ServeOptions } from "@elman/elman/serve";
 * import { assertEquals } from "@std/assert";
 *
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), hidden: 8 });
 * const options: ServeOptions = { maxNewTokens: 100 };
 * const server = new ModelServer({ hamlet: lm }, options);
 * // With `export default server`, `deno serve main.ts` answers requests.
 * const response = await server.fetch(
 *   new Request("http://example.com/v1/completions", {
 *     method: "POST",
 *     headers: { "content-type": "application/json" },
 *     body: JSON.stringify({ model: "hamlet", prompt: "to", max_tokens: 5, seed: 1 }),
 *   }),
 * );
 * const { choices: [{ text }] } = await response.json();
 * assertEquals(text, (await lm.complete("to", { maxTokens: 5, seed: 1, temperature: 1 })).text);
 * await server.shutDown();
 * ```
 */
export class ModelServer {
  /** Answers a request; never throws. */
  readonly fetch: (request: Request) => Promise<Response> = (request) => this.#fetch(request);
  #serving: Serving;
  #options: ServeOptions;
  #open = 0;
  #closed: PromiseWithResolvers<void> | undefined;

  /** Serves models under their names. Throws `TypeError` or `RangeError` if a model or an option is invalid. */
  constructor(models: Readonly<Record<string, ServedModel>>, options: ServeOptions = {}) {
    expectOptions("serve", options, [...Object.keys(LIMITS), "apiKey", "cors", "log"]);
    const { apiKey, cors, log: _log, ...limits } = options;
    if (Object.keys(models).length === 0) throw new InputRangeError("serve: expected at least one model, found none");
    for (const [name, model] of Object.entries(models)) expectServed(name, model);
    if (apiKey !== undefined) expectKey(apiKey);
    if (cors !== undefined) expectOrigin(cors);
    this.#serving = new Serving(models, complete(LIMITS, limits, "serve"), cors);
    this.#options = options;
  }

  /** Refuses new requests with the status 503, waits for the running ones and frees their memory. */
  async shutDown(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (this.#open === 0) this.#closed.resolve();
    await this.#closed.promise;
    this.#serving.release();
  }

  async #fetch(request: Request): Promise<Response> {
    const call = new Call(request, this.#serving.limits.requestTimeout, (record) => this.#end(record));
    this.#open++;
    let failure: string | undefined;
    const response = await this.#answer(call).catch((error) => {
      failure = error instanceof Error ? error.message : String(error);
      return faultOf(error).toResponse();
    });
    this.#addHeaders(request, response);
    if (!call.isStreaming) call.end(response.status, failure);
    return request.method === "HEAD" ? await withoutBody(response) : response;
  }

  async #answer(call: Call): Promise<Response> {
    const { request, path } = call;
    if (this.#closed) throw busy("serve: the server is shutting down", 503, "shutting_down");
    if (request.method === "OPTIONS" && this.#options.cors !== undefined) return new Response(null, { status: 204 });
    const endpoint = findEndpoint(request.method, path);
    const { apiKey } = this.#options;
    if (apiKey !== undefined && !endpoint.isOpen && !await hasKey(request, apiKey)) {
      throw new ApiError("serve: expected the API key as Authorization: Bearer KEY, found another or none", {
        status: 401,
        code: "invalid_api_key",
        headers: { "www-authenticate": "Bearer" },
      });
    }
    return await endpoint.answer(this.#serving, call);
  }

  #addHeaders({ headers: asked }: Request, { headers }: Response): void {
    headers.set("x-content-type-options", "nosniff");
    const { cors } = this.#options;
    if (cors === undefined) return;
    headers.set("access-control-allow-origin", cors);
    // Clients in pages send headers of their own, such as those that tell their version.
    const names = asked.get("access-control-request-headers") ?? "authorization, content-type";
    headers.set("access-control-allow-headers", names);
    headers.set("access-control-allow-methods", "GET, HEAD, POST");
    headers.set("access-control-expose-headers", "retry-after");
    if (cors !== "*") headers.set("vary", "origin");
  }

  #end(record: RequestRecord): void {
    this.#open--;
    if (this.#open === 0) this.#closed?.resolve();
    const known = endpointsAt(record.path).at(0)?.path;
    this.#serving.metrics.addRequest(known ?? "other", record);
    try {
      this.#options.log?.(record);
    } catch {
      // The answer is there, whether its entry can be written or not.
    }
  }
}

/** Refuses keys that no header can carry. */
function expectKey(key: unknown): void {
  if (isKey(key)) return;
  const found = typeof key === "string" ? key === "" ? "nothing" : "other characters" : typeof key;
  throw new InputRangeError(`serve: expected apiKey to be visible characters of ASCII, found ${found}`);
}

/** Refuses origins that no browser compares with, which would let no page in. */
function expectOrigin(cors: unknown): void {
  if (isOrigin(cors)) return;
  throw new InputRangeError(
    `serve: expected cors to be * or an origin such as https://example.com, found ${describeValue(cors)}`,
  );
}

function expectServed(name: string, model: unknown): void {
  if (SERVED.some((kind) => model instanceof kind)) return;
  const nouns = SERVED.map(({ task }) => task.noun).join(", ");
  throw new InputTypeError(`serve: expected ${name} to be one of ${nouns}, found ${describeValue(model)}`);
}

/** Returns the answer to a request for the headers of another. */
async function withoutBody({ status, headers, body }: Response): Promise<Response> {
  const { byteLength } = await new Response(body).arrayBuffer();
  const own = new Headers(headers);
  own.set("content-length", String(byteLength));
  return new Response(null, { status, headers: own });
}

function findEndpoint(method: string, path: string): Endpoint {
  const here = endpointsAt(path);
  const found = here.find((endpoint) => endpoint.method === (method === "HEAD" ? "GET" : method));
  if (found !== undefined) return found;
  if (here.length === 0) {
    throw new ApiError("serve: expected a path of the interface, found another; see /openapi.json", { status: 404 });
  }
  const allow = here.map((endpoint) => endpoint.method === "GET" ? "GET, HEAD" : endpoint.method).join(", ");
  throw new ApiError(`serve: expected the method ${allow}, found ${method}`, { status: 405, headers: { allow } });
}
