/** A JSON Schema. */
export type JSONSchema = Readonly<Record<string, unknown>>;

const TEXT: JSONSchema = { type: "string" };
const NUMBER: JSONSchema = { type: "number" };
const COUNT: JSONSchema = { type: "integer", minimum: 0 };
const YES_OR_NO: JSONSchema = { type: "boolean" };

/** An object of the given fields and no others. A name that ends with `?` may be missing. */
function object(fields: Readonly<Record<string, JSONSchema>>): JSONSchema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    required: entries.flatMap(([name]) => name.endsWith("?") ? [] : name),
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace("?", ""), schema])),
    additionalProperties: false,
  };
}

const list = (items: JSONSchema): JSONSchema => ({ type: "array", items });
const records = (values: JSONSchema): JSONSchema => ({ type: "object", additionalProperties: values });

/** The schema of a value or null. */
export function orNull(schema: JSONSchema): JSONSchema {
  const { type, enum: values, oneOf } = schema as Readonly<Record<string, readonly unknown[]>>;
  return {
    ...schema,
    ...type && { type: [type, "null"].flat() },
    ...values && { enum: [...values, null] },
    ...oneOf && { oneOf: [...oneOf, { type: "null" }] },
  };
}

/** The answer to a list of inputs. */
const answers = (fields: Readonly<Record<string, JSONSchema>>): JSONSchema =>
  object({ object: { const: "list" }, model: TEXT, data: list(object({ index: COUNT, ...fields })) });

const MODEL = object({ id: TEXT, object: { const: "model" }, created: COUNT, owned_by: TEXT, task: TEXT });

const CHOICE = object({
  text: TEXT,
  index: COUNT,
  logprobs: orNull(object({
    tokens: list(TEXT),
    token_logprobs: list(orNull(NUMBER)),
    top_logprobs: list(orNull(records(NUMBER))),
    text_offset: list(COUNT),
  })),
  finish_reason: { enum: ["stop", "length", null] },
});
const USAGE = object({ prompt_tokens: COUNT, completion_tokens: COUNT, total_tokens: COUNT });
const ENVELOPE = { id: TEXT, object: { const: "text_completion" }, created: COUNT, model: TEXT };

/** An error answer. */
export const ERROR: JSONSchema = object({
  error: object({ message: TEXT, type: TEXT, param: orNull(TEXT), code: orNull(TEXT) }),
});

/** The data of an event of a stream, other than `[DONE]`. */
export const COMPLETION_EVENT: JSONSchema = {
  oneOf: [object({ ...ENVELOPE, choices: list(CHOICE), "usage?": orNull(USAGE) }), ERROR],
};

/** The data of an event of a transcript. */
export const TRANSCRIPT_EVENT: JSONSchema = {
  oneOf: [
    object({ type: { const: "transcript.text.delta" }, delta: TEXT }),
    object({ type: { const: "transcript.text.done" }, text: TEXT }),
    ERROR,
  ],
};

/** Music: pieces in JSON, or a file of one. */
const MUSIC: Readonly<Record<string, JSONSchema>> = {
  "application/json": object({
    object: { const: "list" },
    model: TEXT,
    seed: COUNT,
    data: list(object({
      index: COUNT,
      "key?": TEXT,
      "meter?": TEXT,
      bars: COUNT,
      log_probability: NUMBER,
      "abc?": TEXT,
      "roll?": list(list(COUNT)),
      midi: { type: "string", description: "A MIDI file in base64." },
      "wav?": { type: "string", description: "A WAV file in base64." },
      "svg?": { type: "string", description: "A picture: a tune in notation, other music as a piano roll." },
    })),
    "warnings?": list(TEXT),
  }),
  "audio/midi": { type: "string", description: "A MIDI file." },
  "audio/wav": { type: "string", description: "A WAV file." },
  "text/vnd.abc": { type: "string", description: "A tune in ABC." },
  "image/svg+xml": { type: "string", description: "A picture: a tune in notation, other music as a piano roll." },
};

/** The contents of the answers with status 200, by path and type. */
export const ANSWERS: Readonly<Record<string, Readonly<Record<string, JSONSchema>>>> = {
  "/v1/models": { "application/json": object({ object: { const: "list" }, data: list(MODEL) }) },
  "/v1/models/{model}": { "application/json": MODEL },
  "/v1/completions": {
    "application/json": object({ ...ENVELOPE, choices: list(CHOICE), usage: USAGE }),
    "text/event-stream": {
      type: "string",
      description:
        "Events whose data are objects as components/schemas/CompletionEvent describes them; the last is [DONE].",
    },
  },
  "/v1/classify": {
    "application/json": answers({
      label: TEXT,
      "labels?": list(TEXT),
      confidence: NUMBER,
      probabilities: records(NUMBER),
      "truncated?": YES_OR_NO,
    }),
  },
  "/v1/forecast": {
    "application/json": answers({
      series: TEXT,
      start: TEXT,
      forecast: list(NUMBER),
      quantiles: records(list(NUMBER)),
    }),
  },
  "/v1/translate": {
    "application/json": answers({
      text: TEXT,
      score: NUMBER,
      "alternatives?": list(object({ text: TEXT, score: NUMBER })),
      unknown: list(TEXT),
      truncated: YES_OR_NO,
    }),
  },
  "/v1/music/compositions": MUSIC,
  "/v1/music/harmonies": MUSIC,
  "/v1/audio/transcriptions": {
    "application/json": {
      oneOf: [
        object({ text: TEXT }),
        object({
          task: { const: "transcribe" },
          "language?": TEXT,
          duration: NUMBER,
          text: TEXT,
          "words?": list(object({ word: TEXT, start: NUMBER, end: NUMBER, confidence: NUMBER })),
          "segments?": list(object({ id: COUNT, start: NUMBER, end: NUMBER, text: TEXT, avg_logprob: NUMBER })),
        }),
      ],
    },
    "text/plain": TEXT,
    "application/x-subrip": { type: "string", description: "Subtitles in SubRip's form." },
    "text/vtt": { type: "string", description: "Subtitles in WebVTT's form." },
    "text/event-stream": {
      type: "string",
      description: "Events whose data are objects as components/schemas/TranscriptEvent describes them.",
    },
  },
  "/health": { "application/json": object({ status: { const: "ok" } }) },
  "/metrics": { "text/plain": TEXT },
  "/openapi.json": { "application/json": { type: "object" } },
  "/": { "text/html": TEXT },
};
