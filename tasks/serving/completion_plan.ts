import type { LanguageModel } from "../language_modeling/mod.ts";
import type { GenerateOptions, GenerationState } from "../language_modeling/mod.ts";
import type { BatchedText } from "../language_modeling/continuous_batch.ts";
import { type Ids, promptIds } from "../language_modeling/continuation.ts";
import { generatorOf, planGeneration } from "../language_modeling/generation_plan.ts";
import { ApiError } from "./api_error.ts";
import { type CompletionFields, promptsOf } from "./completion_fields.ts";
import { answering } from "./request_body.ts";
import type { Runner } from "./runner.ts";
import type { HostedModel, Serving } from "./serving.ts";

/** A request for completions that has been checked. */
export interface CompletionRequest {
  /** The request's fields. */
  readonly fields: CompletionFields;
  /** The model. */
  readonly hosted: HostedModel<LanguageModel>;
  /** Runs the texts. */
  readonly runner: Runner;
  /** The texts of the prompts. */
  readonly prompts: readonly string[];
  /** The ids of the prompts. */
  readonly ids: readonly Ids[];
  /** Options of the texts; the seed is that of the first. */
  readonly options: GenerateOptions & { readonly seed: number };
  /** Number of texts of each prompt. */
  readonly bestOf: number;
}

/** A request for completions with its texts. */
export interface CompletionPlan extends CompletionRequest {
  /** The texts of each prompt, one prompt after the other. */
  readonly texts: readonly BatchedText[];
}

/** Maximum number of log-probabilities in an answer, which take about 30 bytes each. */
const MOST_LOGPROBS = 2 ** 20;

/** Checks a request. Throws `ApiError`. */
export function checkCompletion(
  serving: Serving,
  fields: CompletionFields,
  hosted: HostedModel<LanguageModel>,
  state: GenerationState | undefined,
): CompletionRequest {
  const { maxPromptTokens, maxRunning } = serving.limits;
  const asked = promptsOf(fields.prompt);
  const bestOf = fields.best_of ?? fields.n;
  if (asked.length * bestOf > maxRunning) {
    refuse("n", `serve: expected at most ${maxRunning} texts in a request, found ${asked.length * bestOf}`);
  }
  const lastSeed = (fields.seed ?? 0) + (asked.length * bestOf - 1);
  if (lastSeed > Number.MAX_SAFE_INTEGER) {
    refuse("seed", `serve: expected seeds of all texts below 2^53, found ${fields.seed} for the first`);
  }
  // A random seed is drawn once for all prompts, as a given one is.
  const seed = fields.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  const options = { ...optionsOf(fields), bestOf, state, seed };
  // The fields have been checked, except that the tokens are those of this model.
  const plan = answering(() => planGeneration(generatorOf(hosted.model), options), { param: "logit_bias" });
  const { tokenizer } = hosted.model;
  const ids = asked.map((prompt) => answering(() => promptIds(tokenizer, prompt, plan), { param: "prompt" }));
  const longest = Math.max(...ids.map(({ length }) => length));
  if (longest > maxPromptTokens) {
    throw new ApiError(`serve: expected at most ${maxPromptTokens} tokens in a prompt, found ${longest}`, {
      status: 400,
      code: "context_length_exceeded",
      param: "prompt",
    });
  }
  refuseLongAnswer(fields, ids, bestOf);
  const prompts = asked.map((prompt) => typeof prompt === "string" ? prompt : tokenizer.decode(prompt));
  return { fields, hosted, runner: serving.runner(hosted.model), prompts, ids, options, bestOf };
}

/** Throws `ApiError` if an answer could have more log-probabilities than a server should hold; a stream holds few. */
function refuseLongAnswer(
  { echo, logprobs, max_tokens, stream }: CompletionFields,
  ids: readonly Ids[],
  bestOf: number,
): void {
  if (logprobs === null) return;
  const tokens = ids.reduce((sum, { length }) => sum + (echo ? length : 0) + (stream ? 0 : max_tokens), 0);
  const found = tokens * bestOf * (logprobs + 1);
  if (found <= MOST_LOGPROBS) return;
  refuse("logprobs", `serve: expected at most ${MOST_LOGPROBS} log-probabilities in an answer, found up to ${found}`);
}

/** Prepares the texts of a request. */
export function planCompletion(request: CompletionRequest): CompletionPlan {
  const { fields, ids, options, bestOf, runner } = request;
  const more = { count: bestOf, goesOn: fields.session !== null };
  const prepare = (own: Ids, i: number): BatchedText[] =>
    runner.batch.prepare(own, { ...options, seed: options.seed + i * bestOf }, more);
  return { ...request, texts: ids.flatMap(prepare) };
}

/** Throws `ApiError` if fields contradict each other or the limits. */
export function refuseContradictions(fields: CompletionFields, maxNewTokens: number): void {
  const { prompt, n, best_of, stream, stream_options, session, echo, logprobs, max_tokens } = fields;
  const bestOf = best_of ?? n;
  if (max_tokens > maxNewTokens) {
    refuse("max_tokens", `serve: expected max_tokens of at most ${maxNewTokens}, found ${max_tokens}`);
  }
  if (bestOf < n) refuse("best_of", `serve: expected best_of of at least n, ${n}, found ${bestOf}`);
  if (!stream && stream_options !== null) {
    refuse("stream_options", "serve: expected stream_options with stream, found no stream");
  }
  if (stream && bestOf > n) refuse("best_of", `serve: expected best_of ${n} for a stream, found ${bestOf}`);
  if (session !== null && (promptsOf(prompt).length > 1 || bestOf > 1)) {
    refuse("session", "serve: expected one prompt and one text in a session, found more");
  }
  if (session !== null && echo && logprobs !== null) {
    refuse("logprobs", "serve: expected logprobs or echo in a session, found both");
  }
}

function refuse(param: string, message: string): never {
  throw new ApiError(message, { status: 400, param });
}

function optionsOf(fields: CompletionFields): GenerateOptions {
  return {
    maxTokens: fields.max_tokens,
    temperature: fields.temperature,
    topP: fields.top_p,
    topK: fields.top_k,
    minP: fields.min_p,
    typicalP: fields.typical_p,
    repetitionPenalty: fields.repetition_penalty,
    presencePenalty: fields.presence_penalty,
    frequencyPenalty: fields.frequency_penalty,
    stop: fields.stop,
    logprobs: fields.logprobs,
    unknown: fields.unknown,
    logitBias: new Map(Object.entries(fields.logit_bias).map(([id, bias]) => [Number(id), bias])),
  };
}
