import { CharTokenizer, Classifier, LanguageModel } from "../../mod.ts";
import type { ModelServer } from "../../tasks/serving/mod.ts";
import { describeInterface } from "../../tasks/serving/openapi.ts";
import { ENDPOINTS } from "../../tasks/serving/endpoints.ts";
import { babble } from "./command.ts";
import { mismatches } from "./json_schema.ts";

/** A text of which every part is a prompt that the models know. */
export const TEXT = babble(1200);

/** A language model with random weights, large enough to vary. */
export function untrainedModel(): LanguageModel {
  return LanguageModel.create({ tokenizer: CharTokenizer.train(TEXT), hidden: 12, initRange: 1.5, seed: 3 });
}

/** A classifier with random weights. */
export function untrainedClassifier(): Classifier {
  return Classifier.create({ tokenizer: CharTokenizer.train(TEXT), labels: ["bad", "good"], hidden: 4 });
}

/** An OpenAI-like answer to a request for completions, or an error. */
export interface Answer {
  readonly choices: {
    readonly text: string;
    readonly index: number;
    readonly finish_reason: string | null;
    readonly logprobs: {
      readonly tokens: string[];
      readonly token_logprobs: number[];
      readonly top_logprobs: (Readonly<Record<string, number>> | null)[];
      readonly text_offset: number[];
    };
  }[];
  readonly usage?: Readonly<Record<string, number>> | null;
  readonly data: Readonly<Record<string, unknown>>[];
  readonly error: Readonly<Record<string, unknown>>;
}

/** Makes a request of a JSON body. */
export function post(path: string, body: unknown, init: RequestInit = {}): Request {
  return new Request(`http://example.com${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  });
}

/** The part of `/openapi.json` that describes answers. */
interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: { readonly schemas: { readonly CompletionEvent: object } };
}

type Responses = Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;

const INTERFACE = JSON.parse(JSON.stringify(describeInterface(ENDPOINTS))) as Described;

/** Throws `RangeError` if an answer is not as `/openapi.json` describes it. */
export function expectDescribed(path: string, method: string, status: number, type: string, answer: unknown): void {
  const { responses } = INTERFACE.paths[path][method.toLowerCase()];
  const schema = (responses[status] ?? responses.default).content[type.split(";")[0]]?.schema;
  const wrong = schema ? mismatches(schema, answer) : [`${type} is not described`];
  if (wrong.length > 0) throw new RangeError(`${method} ${path}, ${status}: ${wrong.join("; ")}`);
}

/** Asks for completions and returns the status and the answer. */
export async function ask(server: ModelServer, body: unknown, path = "/v1/completions"): Promise<[number, Answer]> {
  const response = await server.fetch(post(path, body));
  const answer = await response.json();
  expectDescribed(path, "POST", response.status, response.headers.get("content-type")!, answer);
  return [response.status, answer];
}

/** Asks for a stream and returns its events but the last, `[DONE]`, whose presence it checks. */
export async function stream(server: ModelServer, body: object): Promise<Answer[]> {
  const response = await server.fetch(post("/v1/completions", { ...body, stream: true }));
  const events = (await response.text()).split("\n\n");
  if (events.slice(-2).join() !== "data: [DONE],") throw new RangeError(`expected [DONE], found ${events.slice(-2)}`);
  const data = events.slice(0, -2).map((event) => JSON.parse(event.slice("data: ".length)));
  const wrong = data.flatMap((event) => mismatches(INTERFACE.components.schemas.CompletionEvent, event));
  if (wrong.length > 0) throw new RangeError(`an event is not as described: ${wrong.join("; ")}`);
  return data;
}
