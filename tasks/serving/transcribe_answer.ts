import { choice, custom, integer, nullable, number, type Schema, string } from "../../src/schema/mod.ts";
import { isWav, readWav } from "../data/audio/mod.ts";
import { SpeechRecognizer, type Transcript } from "../speech/mod.ts";
import { answerPlace } from "./answers.ts";
import { ApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD } from "./completion_fields.ts";
import { answering, readBytes, readFields } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** The forms of a transcript. */
const FORMATS = ["json", "text", "verbose_json"] as const;

/** The fields of a request for a transcript: OpenAI's, and the search's. */
export interface TranscribeFields {
  /** The bytes of a WAV file. */
  readonly file: Uint8Array;
  /** Name of the model; null for the only speech recognizer. */
  readonly model: string | null;
  /** The form of the answer. */
  readonly response_format: (typeof FORMATS)[number];
  /** Number of beginnings of texts that are kept; null for greedy search. */
  readonly beam: number | null;
  /** Not used. */
  readonly language: string | null;
  /** Not used. */
  readonly prompt: string | null;
  /** Not used. */
  readonly temperature: number;
}

/** Schema of a request for a transcript. */
export const TRANSCRIBE_FIELDS: Schema<TranscribeFields> = {
  file: custom<Uint8Array>({
    check: (value) => value instanceof Uint8Array ? undefined : "a file",
    help: "A WAV file. Its channels are averaged.",
  }),
  model: MODEL_FIELD,
  response_format: choice(FORMATS, {
    default: "json",
    help: "The text in an object, alone, or with its words and their times.",
  }),
  beam: nullable(integer({ min: 1, max: 1000, help: "Number of beginnings of texts that the search keeps." })),
  language: nullable(string({ help: "Not used." })),
  prompt: nullable(string({ help: "Not used." })),
  temperature: number({ min: 0, max: 1, default: 0, help: "Not used." }),
};

/** The fields that are numbers, which forms and addresses write as texts. */
const NUMBERS = ["beam", "temperature"];

/** The types of bodies that are WAV files. */
const WAV_TYPE = /^audio\/(?:wav|wave|x-wav|vnd\.wave)\b/i;

/** Answers `POST /v1/audio/transcriptions`: the text of a sound, as OpenAI's interface describes it. */
export async function answerTranscribe(serving: Serving, call: Call): Promise<Response> {
  serving.admission.expectRoom();
  const { file, model, response_format: format, beam } = readFields(
    "transcribe",
    TRANSCRIBE_FIELDS,
    await readForm(serving, call),
  );
  const hosted = serving.find(SpeechRecognizer, model ?? undefined);
  if (!isWav(file)) {
    throw new ApiError("transcribe: expected a WAV file, found something else", { status: 400, param: "file" });
  }
  const sound = answering(() => readWav(file), { param: "file" });
  return await answerPlace(serving, call, hosted.name, async () => {
    const found = await hosted.model.transcribe(sound, beam === null ? {} : { beam });
    call.signal.throwIfAborted();
    return formatted(found, format, sound.samples.length / sound.rate);
  }, "file");
}

function formatted(
  { text, words }: Transcript,
  format: TranscribeFields["response_format"],
  seconds: number,
): Response {
  if (format === "text") return new Response(`${text}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
  if (format === "json") return Response.json({ text });
  return Response.json({ task: "transcribe", duration: seconds, text, words });
}

/** Reads the fields of a form; or a WAV file alone, with the other fields in the address. */
async function readForm(serving: Serving, { request, signal }: Call): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  const isFile = WAV_TYPE.test(type);
  if (!isFile && !/^multipart\/form-data\b/i.test(type)) {
    const expected = "content-type multipart/form-data or audio/wav";
    throw new ApiError(`read a request: expected ${expected}, found ${JSON.stringify(type)}`, { status: 415 });
  }
  refuseForeignForms(serving, request);
  const bytes = await readBytes(request, serving.limits.maxSound, signal);
  if (isFile) return fieldsIn([...new URL(request.url).searchParams, ["file", bytes]]);
  try {
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    const read = async (value: string | File) =>
      typeof value === "string" ? value : new Uint8Array(await value.arrayBuffer());
    const entries = Array.from(form, async ([name, value]) => [name, await read(value)] as [string, unknown]);
    return fieldsIn(await Promise.all(entries));
  } catch {
    throw new ApiError("read a request: expected the parts of a form, found something else", { status: 400 });
  }
}

/** Refuses forms of other sites' pages, which browsers send without asking, unlike other types of bodies. */
function refuseForeignForms({ cors }: Serving, { headers, url }: Request): void {
  const origin = headers.get("origin");
  if (origin === null || origin === new URL(url).origin || cors === "*" || cors === origin) return;
  throw new ApiError("read a request: expected a page of this server, found one of another", { status: 403 });
}

function fieldsIn(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, value]) => {
    const isNumber = NUMBERS.includes(name) && typeof value === "string" && value.trim() !== "";
    return [name, isNumber ? Number(value) : value];
  }));
}
