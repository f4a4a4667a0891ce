import type { Pause } from "../../src/train/mod.ts";
import { custom, integer, nullable, type Schema } from "../../src/schema/mod.ts";
import { Classifier } from "../classification/mod.ts";
import { encodeForReading } from "../classification/texts.ts";
import { vectorSequence } from "../data/mod.ts";
import { Translator } from "../translation/mod.ts";
import { VectorClassifier } from "../vector_classification/mod.ts";
import type { Places } from "./admission.ts";
import { ApiError, asApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD, texts } from "./completion_fields.ts";
import { readBody, readFields } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** The fields of a request for labels. */
export interface ClassifyFields {
  /** Name of the model; null for the only classifier. */
  readonly model: string | null;
  /** The text, or several; null if `frames` are given. */
  readonly input: string | readonly string[] | null;
  /** The frames of a sequence of vectors, or of several; null if texts are given. */
  readonly frames: readonly unknown[] | null;
}

/** Schema of a request for labels. */
export const CLASSIFY_FIELDS: Schema<ClassifyFields> = {
  model: MODEL_FIELD,
  input: nullable(texts("The text to classify, or several.")),
  frames: nullable(custom<readonly unknown[]>({
    check: unmetFrames,
    help: "The frames of a sequence to classify instead, each a list of numbers, or several such sequences.",
  })),
};

/** Maximum number of sequences in a request. */
const MOST_SEQUENCES = 256;

function unmetFrames(value: unknown): string | undefined {
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;
  const isGood = isList(value) && value.every(isList) && (!isList(value[0][0]) || value.length <= MOST_SEQUENCES);
  return isGood ? undefined : `a list of frames, or 1 to ${MOST_SEQUENCES} such lists`;
}

/** The fields of a request for translations. */
export interface TranslateFields {
  /** Name of the model; null for the only translator. */
  readonly model: string | null;
  /** The sentence, or several. */
  readonly input: string | readonly string[];
  /** Beam size. */
  readonly beam: number;
  /** Number of translations of each sentence. */
  readonly n: number;
}

/** Schema of a request for translations. */
export const TRANSLATE_FIELDS: Schema<TranslateFields> = {
  model: MODEL_FIELD,
  input: texts("The sentence to translate, or several."),
  beam: integer({ min: 1, max: 64, default: 5, help: "Beam size; 1 searches greedily." }),
  n: integer({ min: 1, max: 64, default: 1, help: "Number of translations of each sentence, at most the beam size." }),
};

/** Answers `POST /v1/classify`: labels of texts, or of sequences of vectors, with their probabilities. */
export async function answerClassify(serving: Serving, call: Call): Promise<Response> {
  const { model, input, frames } = await fieldsOf(serving, call, "classify", CLASSIFY_FIELDS);
  if ((input === null) === (frames === null)) {
    const found = input === null ? "neither" : "both";
    throw new ApiError(`classify: expected input or frames, found ${found}`, { status: 400, param: "input" });
  }
  return input === null
    ? await classifyFrames(serving, call, model, frames!)
    : await classifyTexts(serving, call, model, [input].flat());
}

async function classifyTexts(
  serving: Serving,
  call: Call,
  model: string | null,
  texts: readonly string[],
): Promise<Response> {
  const hosted = serving.find(Classifier, model ?? undefined);
  return await answerInputs(serving, call, hosted.name, async (pause) => {
    const { tokenizer } = hosted.model;
    // A group knows the places of its own texts alone, so empty texts are refused before.
    const lengthOf = (text: string, i: number): number =>
      encodeForReading(text, tokenizer, Infinity, texts.length === 1 ? {} : { what: `text ${i + 1}` }).ids.length;
    const lengths = await expectTexts(serving, texts, lengthOf, pause);
    const found = await inGroups(texts, lengths, (own) => hosted.model.classify(own), pause);
    return found.map(({ label, labels, confidence, probabilities, isTruncated }, index) => ({
      index,
      label,
      ...labels && { labels },
      confidence,
      probabilities,
      truncated: isTruncated,
    }));
  });
}

async function classifyFrames(
  serving: Serving,
  call: Call,
  model: string | null,
  frames: readonly unknown[],
): Promise<Response> {
  const hosted = serving.find(VectorClassifier, model ?? undefined);
  const isOne = !Array.isArray((frames[0] as readonly unknown[])[0]);
  const all = (isOne ? [frames] : frames) as readonly (readonly unknown[])[];
  return await answerInputs(serving, call, hosted.name, async (pause) => {
    for (const { length } of all) expectLength(serving, length, "frames", "frames");
    const sequences = all.map((own, i) => vectorSequence(own, { source: `sequence ${i + 1}` }));
    const lengths = all.map(({ length }) => length);
    const found = await inGroups(sequences, lengths, (own) => hosted.model.classify(own), pause);
    return found.map(({ label, confidence, probabilities }, index) => ({ index, label, confidence, probabilities }));
  }, "frames");
}

/** Answers `POST /v1/translate`: translations of sentences with their scores. */
export async function answerTranslate(serving: Serving, call: Call): Promise<Response> {
  const { model, input, beam, n } = await fieldsOf(serving, call, "translate", TRANSLATE_FIELDS);
  if (n > beam) {
    throw new ApiError(`translate: expected n of at most beam, ${beam}, found ${n}`, { status: 400, param: "n" });
  }
  const hosted = serving.find(Translator, model ?? undefined);
  const sentences = [input].flat();
  return await answerInputs(serving, call, hosted.name, async (pause) => {
    const { tokenizer } = hosted.model.processors;
    const lengths = await expectTexts(serving, sentences, (text) => tokenizer.encode(text).length, pause);
    const options = { beam, nBest: n, signal: call.signal, pause };
    // All hypotheses of a sentence are rows of the network's steps.
    const costs = lengths.map((length) => beam * length);
    const found = await inGroups(sentences, costs, (own) => hosted.model.translate(own, options), pause);
    return found.map(({ text, score, alternatives, unknown, isTruncated }, index) => ({
      index,
      text,
      score,
      ...n > 1 && { alternatives: alternatives.map(({ text, score }) => ({ text, score })) },
      unknown,
      truncated: isTruncated,
    }));
  });
}

/** Reads the fields of a request. Throws `ApiError`. */
export async function fieldsOf<T extends object>(
  serving: Serving,
  call: Call,
  action: string,
  schema: Schema<T>,
): Promise<T> {
  serving.admission.expectRoom();
  return readFields(action, schema, await readBody(call.request, serving.limits, call.signal));
}

/** Tokens, frames or values of inputs that are read together while others wait. */
const GROUP = 512;

/** Computes results of inputs in groups that cost at most 512 in all, or of one input, with a pause before each. */
export async function inGroups<I, R>(
  inputs: readonly I[],
  costs: readonly number[],
  compute: (group: readonly I[]) => Promise<readonly R[]>,
  pause: Pause,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0, end = 0; start < inputs.length; start = end) {
    let cost = costs[end++];
    while (end < inputs.length && cost + costs[end] <= GROUP) cost += costs[end++];
    await pause();
    results.push(...await compute(inputs.slice(start, end)));
  }
  return results;
}

/**
 * Computes the answer to a list of inputs in one of the places of a text. `compute` awaits the given pause between its
 * slices.
 */
export async function answerInputs(
  serving: Serving,
  call: Call,
  model: string,
  compute: (pause: Pause) => Promise<readonly object[]>,
  param = "input",
): Promise<Response> {
  return await answerPlace(serving, call, model, async (pause) => {
    const data = await compute(pause);
    call.signal.throwIfAborted();
    return Response.json({ object: "list", model, data });
  }, { param });
}

/** Throws `ApiError` if an input is longer than a prompt may be. */
export function expectLength(
  { limits: { maxPromptTokens } }: Serving,
  found: number,
  units: string,
  param: string,
): void {
  if (found <= maxPromptTokens) return;
  throw new ApiError(`serve: expected at most ${maxPromptTokens} ${units} in ${param}, found ${found}`, {
    status: 400,
    code: "context_length_exceeded",
    param,
  });
}

/** Returns the lengths of texts in tokens. Throws `ApiError` if one is longer than a prompt may be. */
async function expectTexts(
  serving: Serving,
  texts: readonly string[],
  lengthOf: (text: string, i: number) => number,
  pause: Pause,
): Promise<number[]> {
  const lengths: number[] = [];
  for (const [i, text] of texts.entries()) {
    const length = lengthOf(text, i);
    expectLength(serving, length, "tokens", "input");
    lengths.push(length);
    await pause();
  }
  return lengths;
}

/**
 * Computes an answer in the places that it takes. `compute` awaits the given pause between its slices. `param` is the
 * field that an error for people is about.
 */
export async function answerPlace(
  serving: Serving,
  call: Call,
  model: string,
  compute: (pause: Pause) => Promise<Response>,
  { param, ...places }: Places & { readonly param?: string },
): Promise<Response> {
  call.used = { model };
  const leave = await serving.admission.enter(places, call.signal);
  try {
    return await serving.turns.run(call.signal, compute);
  } catch (error) {
    throw asApiError(error, { ...param !== undefined && { param } });
  } finally {
    leave();
  }
}
