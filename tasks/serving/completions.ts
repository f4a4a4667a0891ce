import { type Completion, type GenerationState, LanguageModel } from "../language_modeling/mod.ts";
import type { Call } from "./call.ts";
import { choiceOf, envelopeOf, offsetsAfter, usageOf } from "./completion_answer.ts";
import { COMPLETION_FIELDS } from "./completion_fields.ts";
import { type Echo, echoPrompts } from "./completion_echo.ts";
import { checkCompletion, type CompletionPlan, planCompletion, refuseContradictions } from "./completion_plan.ts";
import { streamCompletion } from "./completion_stream.ts";
import { readBody, readFields } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** Answers `POST /v1/completions`: continues prompts, as OpenAI's interface describes it. */
export async function answerCompletions(serving: Serving, call: Call): Promise<Response> {
  const { limits, sessions, admission } = serving;
  // A busy server refuses at little cost.
  admission.expectRoom();
  const fields = readFields("complete", COMPLETION_FIELDS, await readBody(call.request, limits, call.signal));
  refuseContradictions(fields, limits.maxNewTokens);
  const hosted = serving.find(LanguageModel, fields.model ?? undefined);
  call.used = { model: hosted.name };
  const session = fields.session === null ? undefined : `${hosted.name} ${fields.session}`;
  const opened = session === undefined ? undefined : sessions.open(session);
  let leave = (): void => {};
  let isOpen = session !== undefined;
  const end = (state?: GenerationState): void => {
    leave();
    if (isOpen) sessions.close(session!, state);
    isOpen = false;
  };
  try {
    const request = checkCompletion(serving, fields, hosted, opened);
    leave = await admission.enter({ texts: request.ids.length * request.bestOf }, call.signal);
    // Requests that wait hold no texts yet.
    const plan = planCompletion(request);
    const run = async (begin?: () => void): Promise<readonly Completion[]> => {
      try {
        begin?.();
        const completions = await plan.runner.run(plan.texts, call.signal);
        end(completions[0].state);
        return completions;
      } finally {
        call.used = { model: hosted.name, ...tokensOf(plan) };
        end();
      }
    };
    const echoes = await echoPrompts(plan, serving.turns, call.signal);
    if (!fields.stream) return wholeAnswer(plan, echoes, await run());
    return streamCompletion(plan, echoes, call, run);
  } catch (error) {
    end();
    throw error;
  }
}

function tokensOf(plan: CompletionPlan): Call["used"] {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usageOf(plan);
  return { promptTokens, completionTokens };
}

/** Returns the `n` likeliest texts of each prompt, or all of them in the order of their seeds. */
function wholeAnswer(plan: CompletionPlan, echoes: readonly Echo[], all: readonly Completion[]): Response {
  const { bestOf, fields: { n, logprobs: asked } } = plan;
  const choices = echoes.flatMap((echo, p) => {
    const own = all.slice(p * bestOf, (p + 1) * bestOf);
    const best = bestOf === n ? own : own.toSorted((a, b) => b.score! - a.score!).slice(0, n);
    return best.map(({ text, logprobs, finishReason }, i) =>
      choiceOf({
        text: echo.text + text,
        index: p * n + i,
        logprobs: asked === null ? undefined : [...echo.tokens, ...logprobs!],
        finishReason,
        offsets: asked === null ? [] : [...echo.offsets, ...offsetsAfter(plan, p, echo.end).of(logprobs!)],
      })
    );
  });
  return Response.json({ ...envelopeOf(plan), choices, usage: usageOf(plan) });
}
