import {
  boolean,
  choice,
  custom,
  describeValue,
  integer,
  nullable,
  number,
  type Schema,
  string,
} from "../../src/schema/mod.ts";
import { isWav, readWav, resampledLength, type Sound } from "../data/audio/mod.ts";
import { SpeechRecognizer } from "../speech/mod.ts";
import { transcribePatiently } from "../speech/patient_transcription.ts";
import { ApiError } from "./api_error.ts";
import { answerPlace } from "./answers.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD } from "./completion_fields.ts";
import { answering, readBytes, readFields } from "./request_body.ts";
import type { Serving } from "./serving.ts";
import { FORMATS, formatTranscript, GRANULARITIES, type Granularity } from "./transcript_forms.ts";
import { streamTranscript } from "./transcript_stream.ts";

/** The fields of a request for a transcript: OpenAI's, and the search's. */
export interface TranscribeFields {
  /** The bytes of a WAV file. */
  readonly file: Uint8Array;
  /** Name of the model; null for the only speech recognizer. */
  readonly model: string | null;
  /** The form of the answer. */
  readonly response_format: (typeof FORMATS)[number];
  /** The units of the times in `verbose_json`; null for all. */
  readonly timestamp_granularities: readonly Granularity[] | null;
  /** Whether to answer with events. */
  readonly stream: boolean;
  /** Number of beginnings of texts that are kept; null for greedy search. */
  readonly beam: number | null;
  /** The language, which `verbose_json` repeats. */
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
    help: "The text in an object, alone, with its words and their times, or as subtitles.",
  }),
  timestamp_granularities: nullable(custom<readonly Granularity[]>({
    check: (value) =>
      Array.isArray(value) && value.every((own) => GRANULARITIES.includes(own))
        ? undefined
        : `a list of ${GRANULARITIES.join(" and ")}`,
    help: "The units of the times in verbose_json.",
  })),
  stream: boolean({ default: false, help: "Whether the text comes in events. Needs response_format json." }),
  beam: nullable(integer({ min: 1, max: 1000, help: "Number of beginnings of texts that the search keeps." })),
  language: nullable(string({ help: "The language, which verbose_json repeats." })),
  prompt: nullable(string({ help: "Not used." })),
  temperature: number({ min: 0, max: 1, default: 0, help: "Not used." }),
};

/** The fields that are no texts, which forms and addresses write as texts. */
const READERS: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ["beam", readNumber],
  ["temperature", readNumber],
  ["stream", (text: string) => text === "true" || (text === "false" ? false : text)],
]);

/** The name that clients give to fields of a list, one for each item. */
const LIST = "timestamp_granularities";

/** The types of bodies that are WAV files. */
const WAV_TYPE = /^audio\/(?:wav|wave|x-wav|vnd\.wave)\b/i;

/** Answers `POST /v1/audio/transcriptions`: the text of a sound, as OpenAI's interface describes it. */
export async function answerTranscribe(serving: Serving, call: Call): Promise<Response> {
  serving.admission.expectRoom({ sound: 1 });
  const fields = readFields("transcribe", TRANSCRIBE_FIELDS, await readForm(serving, call));
  const { name, model } = serving.find(SpeechRecognizer, fields.model ?? undefined);
  const { response_format: format, stream } = fields;
  if (stream && format !== "json") {
    throw new ApiError(`transcribe: expected response_format json for a stream, found ${format}`, {
      status: 400,
      param: "response_format",
    });
  }
  // A sound takes more memory than its file, so those that wait are not read yet.
  const read = (): Sound => soundOf(fields, model.processor.rate);
  const options = fields.beam === null ? {} : { beam: fields.beam };
  if (stream) return await streamTranscript(serving, call, { name, model, bytes: fields.file.length, read, options });
  return await answerPlace(serving, call, name, async (pause) => {
    const sound = read();
    const transcript = await transcribePatiently(model, sound, options, pause);
    return formatTranscript(transcript, { ...fields, seconds: sound.samples.length / sound.rate });
  }, { param: "file", sound: fields.file.length });
}

/** How many samples at the model's rate a byte of a file may become: 8 bits of a rate that is this much lower. */
const SAMPLES_PER_BYTE = 8;

/** Reads the sound; a small file of a very low rate would become a long one at the model's rate. */
function soundOf({ file }: TranscribeFields, rate: number): Sound {
  const refuse = (expected: string, found: string): never => {
    throw new ApiError(`transcribe: expected ${expected}, found ${found}`, { status: 400, param: "file" });
  };
  if (!isWav(file)) return refuse("a WAV file", "something else");
  const sound = answering(() => readWav(file), { param: "file" });
  const [length, most] = [resampledLength(sound.samples.length, sound.rate, rate), SAMPLES_PER_BYTE * file.length];
  return length <= most ? sound : refuse(`at most ${most} samples at ${rate} Hz`, String(length));
}

/** Reads the fields of a form; or a WAV file alone, with the other fields in the address. */
async function readForm(serving: Serving, { request, signal }: Call): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  const isFile = WAV_TYPE.test(type);
  if (!isFile && !/^multipart\/form-data\b/i.test(type)) {
    const expected = "content-type multipart/form-data or audio/wav";
    throw new ApiError(`read a request: expected ${expected}, found ${describeValue(type)}`, { status: 415 });
  }
  if (!isFile) refuseForeignForms(serving, request);
  const { maxSound, bodyTimeout } = serving.limits;
  const bytes = await readBytes(request, { bodyTimeout, maxBody: maxSound }, signal);
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

/**
 * Refuses forms of other sites' pages, which browsers send without asking, unlike other types of bodies. A proxy may
 * have taken the request over HTTPS, so the hosts are compared alone.
 */
function refuseForeignForms({ cors }: Serving, { headers, url }: Request): void {
  const origin = headers.get("origin");
  if (origin === null || cors === "*" || cors === origin) return;
  if (URL.canParse(origin) && new URL(origin).host === new URL(url).host) return;
  throw new ApiError("read a request: expected a page of this server, found one of another", { status: 403 });
}

function fieldsIn(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  const list: unknown[] = [];
  for (const [name, value] of entries) {
    if (name === LIST || name === `${LIST}[]`) list.push(value);
    else fields.set(name, typeof value === "string" ? READERS.get(name)?.(value) ?? value : value);
  }
  if (list.length > 0) fields.set(LIST, list);
  return Object.fromEntries(fields);
}

function readNumber(text: string): unknown {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}
