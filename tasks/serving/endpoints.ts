import { describeValue, type Field } from "../../src/schema/mod.ts";
import { answerClassify, answerTranslate, CLASSIFY_FIELDS, TRANSLATE_FIELDS } from "./answers.ts";
import type { Call } from "./call.ts";
import { COMPLETION_FIELDS } from "./completion_fields.ts";
import { answerCompletions } from "./completions.ts";
import { answerCompose, COMPOSE_FIELDS } from "./compose_answer.ts";
import { answerForecast, FORECAST_FIELDS } from "./forecast_answer.ts";
import { ApiError } from "./api_error.ts";
import { answerHarmonize, HARMONIZE_FIELDS } from "./harmonize_answer.ts";
import { describeInterface } from "./openapi.ts";
import { PAGE, POLICY } from "./page.ts";
import type { HostedModel, Serving } from "./serving.ts";
import { answerTranscribe, TRANSCRIBE_FIELDS } from "./transcribe_answer.ts";

/** A path with the answer to its requests. */
export interface Endpoint {
  /** The HTTP method. */
  readonly method: "GET" | "POST";
  /** The path. */
  readonly path: string;
  /** Description in one sentence. */
  readonly summary: string;
  /** The fields of the body. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** Whether it needs no key: it tells nothing of the models. */
  readonly isOpen?: boolean;
  /** Answers a request. */
  readonly answer: (serving: Serving, call: Call) => Response | Promise<Response>;
}

/** All endpoints. */
export const ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/v1/models", summary: "Lists the models.", answer: listModels },
  { method: "GET", path: "/v1/models/{model}", summary: "Describes a model.", answer: showModel },
  {
    method: "POST",
    path: "/v1/completions",
    summary: "Continues prompts with a language model.",
    fields: COMPLETION_FIELDS,
    answer: answerCompletions,
  },
  {
    method: "POST",
    path: "/v1/classify",
    summary: "Classifies texts or sequences of vectors.",
    fields: CLASSIFY_FIELDS,
    answer: answerClassify,
  },
  {
    method: "POST",
    path: "/v1/forecast",
    summary: "Forecasts what follows time series.",
    fields: FORECAST_FIELDS,
    answer: answerForecast,
  },
  {
    method: "POST",
    path: "/v1/translate",
    summary: "Translates sentences.",
    fields: TRANSLATE_FIELDS,
    answer: answerTranslate,
  },
  {
    method: "POST",
    path: "/v1/audio/transcriptions",
    summary: "Transcribes a sound.",
    fields: TRANSCRIBE_FIELDS,
    answer: answerTranscribe,
  },
  {
    method: "POST",
    path: "/v1/music/compositions",
    summary: "Composes or continues music.",
    fields: COMPOSE_FIELDS,
    answer: answerCompose,
  },
  {
    method: "POST",
    path: "/v1/music/harmonies",
    summary: "Adds voices below a melody.",
    fields: HARMONIZE_FIELDS,
    answer: answerHarmonize,
  },
  {
    method: "GET",
    path: "/health",
    summary: "Tells that the server answers.",
    isOpen: true,
    answer: () => Response.json({ status: "ok" }),
  },
  { method: "GET", path: "/metrics", summary: "Counts requests and tokens, for Prometheus.", answer: writeMetrics },
  {
    method: "GET",
    path: "/openapi.json",
    summary: "Describes the interface.",
    isOpen: true,
    answer: () => Response.json(describeInterface(ENDPOINTS)),
  },
  { method: "GET", path: "/", summary: "A page to try the models.", isOpen: true, answer: showPage },
];

/** Returns the endpoints of a path, one for each of its methods. */
export function endpointsAt(path: string): readonly Endpoint[] {
  const own = ENDPOINTS.filter((endpoint) => endpoint.path === path);
  return own.length > 0 ? own : ENDPOINTS.filter((endpoint) => parameterIn(endpoint.path, path) !== undefined);
}

/** Returns the value in a path of the parameter that ends a template; undefined if they do not match. */
function parameterIn(template: string, path: string): string | undefined {
  const [start, parameter] = template.split("{");
  if (parameter === undefined || !path.startsWith(start) || path.length === start.length) return undefined;
  try {
    return decodeURIComponent(path.slice(start.length));
  } catch {
    return undefined;
  }
}

function listModels({ models, created }: Serving): Response {
  return Response.json({ object: "list", data: Array.from(models.values(), (hosted) => describe(hosted, created)) });
}

function showModel({ models, created }: Serving, { path }: Call): Response {
  const name = parameterIn("/v1/models/{model}", path)!;
  const hosted = models.get(name);
  if (hosted !== undefined) return Response.json(describe(hosted, created));
  throw new ApiError(`serve: expected the name of a model, found ${describeValue(name)}; see /v1/models`, {
    status: 404,
    code: "model_not_found",
    param: "model",
  });
}

function describe({ name: id, model }: HostedModel, created: number): object {
  const { task: { name } } = model.constructor as unknown as { readonly task: { readonly name: string } };
  return { id, object: "model", created, owned_by: "elman", task: name };
}

function writeMetrics({ metrics, admission, sessions }: Serving): Response {
  const text = metrics.toText({
    elman_running_texts: { help: "Texts that are being generated.", value: admission.running },
    elman_waiting_requests: { help: "Requests that wait.", value: admission.queued },
    elman_sessions: { help: "Sessions that are kept.", value: sessions.size },
  });
  return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
}

function showPage(): Response {
  return new Response(PAGE, {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY },
  });
}
