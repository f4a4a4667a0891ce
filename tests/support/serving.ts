import { CharTokenizer, Classifier, LanguageModel } from "../../mod.ts";
import type { ModelServer } from "../../tasks/serving/mod.ts";
import { babble } from "./command.ts";

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
    readonly logprobs: { readonly tokens: string[]; readonly token_logprobs: number[]; readonly text_offset: number[] };
  }[];
  readonly usage?: Readonly<Record<string, number>>;
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

/** Asks for completions and returns the status and the answer. */
export async function ask(server: ModelServer, body: unknown, path = "/v1/completions"): Promise<[number, Answer]> {
  const response = await server.fetch(post(path, body));
  return [response.status, await response.json()];
}

/** Asks for a stream and returns its events but the last, `[DONE]`, whose presence it checks. */
export async function stream(server: ModelServer, body: object): Promise<Answer[]> {
  const response = await server.fetch(post("/v1/completions", { ...body, stream: true }));
  const events = (await response.text()).split("\n\n");
  if (events.slice(-2).join() !== "data: [DONE],") throw new RangeError(`expected [DONE], found ${events.slice(-2)}`);
  return events.slice(0, -2).map((event) => JSON.parse(event.slice("data: ".length)));
}
