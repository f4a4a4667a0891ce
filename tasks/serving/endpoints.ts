import type { Field } from "../../src/schema/mod.ts";
import { answerClassify, answerTranslate, CLASSIFY_FIELDS, TRANSLATE_FIELDS } from "./answers.ts";
import type { Call } from "./call.ts";
import { COMPLETION_FIELDS } from "./completion_fields.ts";
import { answerCompletions } from "./completions.ts";
import { answerForecast, FORECAST_FIELDS } from "./forecast_answer.ts";
import { describeInterface } from "./openapi.ts";
import { PAGE, POLICY } from "./page.ts";
import type { Serving } from "./serving.ts";

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

function listModels({ models, created }: Serving): Response {
  const data = Array.from(models, ([id, { model }]) => {
    const { task: { name } } = model.constructor as unknown as { readonly task: { readonly name: string } };
    return { id, object: "model", created, owned_by: "elman", task: name };
  });
  return Response.json({ object: "list", data });
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
