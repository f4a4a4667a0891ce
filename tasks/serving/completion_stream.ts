import type { FinishReason } from "../language_modeling/mod.ts";
import type { Call } from "./call.ts";
import { type Choice, choiceOf, envelopeOf, offsetsAfter, usageOf } from "./completion_answer.ts";
import type { Echo } from "./completion_echo.ts";
import type { CompletionPlan } from "./completion_plan.ts";
import { answerEvents } from "./event_answer.ts";

/** Answers with the texts as `run` generates them: server-sent events in OpenAI's form. */
export function streamCompletion(
  plan: CompletionPlan,
  echoes: readonly Echo[],
  call: Call,
  run: (begin: () => void) => Promise<unknown>,
): Response {
  // The fields that all events share are written once.
  const head = JSON.stringify(envelopeOf(plan)).slice(0, -1);
  const { runner, texts, fields: { stream_options: options } } = plan;
  const hasUsage = options?.include_usage === true;
  return answerEvents(call, async (writer) => {
    const send = (choices: readonly Choice[], usage: object | null = null): void =>
      writer.send(
        `${head},"choices":${JSON.stringify(choices)}${hasUsage ? `,"usage":${JSON.stringify(usage)}` : ""}}`,
      );
    let isHeld = false;
    const sendChoice = (choice: Choice): void => {
      send([choice]);
      if (isHeld || !writer.isFull) return;
      // A client that reads slowly gets its text slowly, rather than all of it kept for it.
      isHeld = true;
      runner.hold(texts);
    };
    writer.onTaken = () => {
      if (isHeld) runner.resume(texts);
      isHeld = false;
    };
    await run(() => {
      for (const index of texts.keys()) sendPieces(plan, index, echoes, sendChoice);
    });
    if (hasUsage) send([], usageOf(plan));
    writer.send("[DONE]");
  });
}

/** Sends each piece of a text, with the log-probabilities of the tokens since the piece before. */
function sendPieces(
  plan: CompletionPlan,
  index: number,
  echoes: readonly Echo[],
  send: (choice: Choice) => void,
): void {
  const text = plan.texts[index];
  const prompt = Math.floor(index / plan.bestOf);
  const echo = echoes[prompt];
  const offsets = plan.fields.logprobs === null ? undefined : offsetsAfter(plan, prompt, echo.end);
  if (echo.text !== "") {
    const logprobs = echo.tokens.length > 0 ? echo.tokens : undefined;
    send(choiceOf({ text: echo.text, index, logprobs, finishReason: undefined, offsets: echo.offsets }));
  }
  const sendNext = (piece: string, finishReason?: FinishReason): void => {
    // A long text keeps nothing of what has been sent.
    const taken = text.takeLogprobs() ?? [];
    const logprobs = taken.length > 0 ? taken : undefined;
    send(choiceOf({ text: piece, index, logprobs, finishReason, offsets: offsets?.of(taken) }));
  };
  text.onPiece = (piece) => {
    if (piece !== "") sendNext(piece);
  };
  text.onEnd = () => sendNext("", text.finishReason);
}
