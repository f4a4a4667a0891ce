import type { Sound } from "../data/audio/mod.ts";
import type { SearchOptions, SpeechRecognizer } from "../speech/mod.ts";
import { textsOf } from "../speech/patient_transcription.ts";
import { asApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { answerEvents } from "./event_answer.ts";
import type { Serving } from "./serving.ts";

/** A sound to transcribe. */
export interface TranscriptTask {
  /** The model's name. */
  readonly name: string;
  /** The model. */
  readonly model: SpeechRecognizer;
  /** Bytes of the sound. */
  readonly bytes: number;
  /** Reads the sound. */
  readonly read: () => Sound;
  /** Options of the search. */
  readonly options: SearchOptions;
}

/** Answers with the text of a sound in events of OpenAI's form: parts of it, then the whole. */
export async function streamTranscript(
  serving: Serving,
  call: Call,
  { name, model, bytes, read, options }: TranscriptTask,
): Promise<Response> {
  call.used = { model: name };
  const leave = await serving.admission.enter({ sound: bytes }, call.signal);
  let sound: Sound;
  try {
    sound = read();
  } catch (error) {
    leave();
    throw error;
  }
  return answerEvents(call, async (writer) => {
    const send = (event: object): void => writer.send(JSON.stringify(event));
    let text = "";
    try {
      await serving.turns.run(call.signal, async (pause) => {
        for await (const delta of textsOf(model, sound, options, pause)) {
          if (delta === "") continue;
          text += delta;
          send({ type: "transcript.text.delta", delta });
        }
      });
      send({ type: "transcript.text.done", text });
    } catch (error) {
      throw asApiError(error, { param: "file" });
    } finally {
      leave();
    }
  });
}
