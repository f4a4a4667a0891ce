import { integer, type Schema } from "../../src/schema/mod.ts";
import { Classifier } from "../classification/mod.ts";
import { Translator } from "../translation/mod.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD, texts } from "./completion_fields.ts";
import { asApiError, readBody, readFields } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** The fields of a request for labels. */
export interface ClassifyFields {
  /** Name of the model; null for the only classifier. */
  readonly model: string | null;
  /** The text, or several. */
  readonly input: string | readonly string[];
}

/** Schema of a request for labels. */
export const CLASSIFY_FIELDS: Schema<ClassifyFields> = {
  model: MODEL_FIELD,
  input: texts("The text to classify, or several."),
};

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

/** Answers `POST /v1/classify`: labels of texts with their probabilities. */
export async function answerClassify(serving: Serving, call: Call): Promise<Response> {
  const { model, input } = await fieldsOf(serving, call, "classify", CLASSIFY_FIELDS);
  const hosted = serving.find(Classifier, model ?? undefined);
  return await answerInputs(serving, call, hosted.name, async () => {
    const found = await hosted.model.classify([input].flat());
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

/** Answers `POST /v1/translate`: translations of sentences with their scores. */
export async function answerTranslate(serving: Serving, call: Call): Promise<Response> {
  const { model, input, beam, n } = await fieldsOf(serving, call, "translate", TRANSLATE_FIELDS);
  const hosted = serving.find(Translator, model ?? undefined);
  return await answerInputs(serving, call, hosted.name, async () => {
    const found = await hosted.model.translate([input].flat(), { beam, nBest: n, signal: call.signal });
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

async function fieldsOf<T extends object>(serving: Serving, call: Call, action: string, schema: Schema<T>): Promise<T> {
  serving.admission.expectRoom();
  return readFields(action, schema, await readBody(call.request, serving.limits.maxBody, call.signal));
}

/** Computes the answer to a list of inputs in one of the places of a text. */
async function answerInputs(
  { admission }: Serving,
  call: Call,
  model: string,
  compute: () => Promise<readonly object[]>,
): Promise<Response> {
  call.used = { model };
  const leave = await admission.enter(1, call.signal);
  try {
    return Response.json({ object: "list", model, data: await compute() });
  } catch (error) {
    throw asApiError(error, { param: "input" });
  } finally {
    leave();
  }
}
